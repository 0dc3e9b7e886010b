"""What tests of several folders share; pytest finds it since ``tests`` is on its path (pyproject.toml)."""
