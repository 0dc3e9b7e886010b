"""One file per figure: a module with

- ``draw(data) -> Drawing``, the figure and its description in words;
- ``TABLES``, a tuple: the names of the tables that it is drawn from;
- ``SCOPE``, such as ``"experiments"`` or ``"campaign"``: a value of ``Scope`` in ``concbench/campaign/plugins.py``, which says
  for what a figure is drawn. ``data`` is the ``FigureData`` of one experiment, or the ``CampaignData`` of the whole campaign.

``scripts/draw_figures.py`` draws them, each by itself.
"""
