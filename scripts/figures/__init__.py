"""One file per figure: a module with ``draw(data) -> Figure``, drawn for each experiment by ``scripts/draw.py``."""
