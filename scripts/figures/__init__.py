"""Figures, one file each: a module with

- ``draw(data) -> Drawing``: the figure, whose title states a finding, and its description for readers who don't see it;
- ``TABLES``, a tuple: the names of the tables that it reads;
- ``SCOPE``, such as ``"experiments"`` or ``"campaign"``: a value of ``Scope`` in ``concbench/campaign/plugins.py``, which names
  what there is one figure for. ``data`` is the ``FigureData`` of one experiment, or the ``CampaignData`` of the whole campaign;
- a docstring whose last paragraph begins with ``How to read it:``. The report shows that paragraph as the caption.

``scripts/draw_figures.py`` draws them.
"""
