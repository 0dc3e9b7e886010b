"""Give all figures one look: style, text in SVG files, timelines, and saving a drawing in each format.

The figures are plug-ins, in scripts/figures/.
"""
