"""Share code between tests of several folders; ``tests`` is on pytest's path (pyproject.toml)."""
