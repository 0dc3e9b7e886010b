"""Share one look among the figures: style, SVG text, timelines, and saving a drawing in each format.

The figures themselves are plug-ins, in scripts/figures/.
"""
