"""One file per figure: a module with

- ``draw(data) -> Drawing``, the figure and what it shows in words;
- ``TABLES``, the names of the tables that it is drawn from, a text;
- ``DRAWN_FOR``, what there is one of it for: ``"experiments"``, those that are ``"worker sweeps"`` or ``"CPU-bound"``, the
  ``"campaign"``, its ``"claims"``, ``"interpreters"`` or ``"mixed work"``. For the first three ``data`` is a ``FigureData``,
  else a ``CampaignData``.

``scripts/draw.py`` draws them, each by itself.
"""
