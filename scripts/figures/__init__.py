"""One file per figure: a module with

- ``draw(data) -> Drawing``, the figure and what it shows in words;
- ``TABLES``, the names of the tables that it is drawn from, a tuple;
- ``SCOPE``, what there is one of it for: a value of ``Scope`` in ``concbench/campaign/plugins.py``. Where that is
  of one experiment ``data`` is a ``FigureData``, else a ``CampaignData``.

``scripts/draw_figures.py`` draws them, each by itself.
"""
