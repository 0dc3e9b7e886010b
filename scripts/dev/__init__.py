"""Provide maintainers' tools, run as ``PYTHONPATH=scripts python -m dev.<name>``. Nothing imports them."""
