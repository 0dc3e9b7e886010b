"""Read this project's version from pyproject.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from concbench.common.paths import ROOT


@cache
def concbench_version() -> str:
    """Return the version, such as ``0.2.0``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
