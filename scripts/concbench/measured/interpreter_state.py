"""Find out whether the GIL and the JIT are enabled. Standard library alone, Python 3.9 or newer."""

from __future__ import annotations

import sys


def gil_enabled() -> bool:
    """Check whether the GIL is enabled now: on a free-threaded build an import can enable it."""
    enabled: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
    return enabled


def jit_enabled() -> bool | None:
    """Check whether a JIT is enabled; None for CPython 3.13, whose builds don't say whether they have one."""
    if hasattr(sys, "_jit"):
        enabled: bool = sys._jit.is_enabled()
        return enabled
    if sys.implementation.name == "cpython":
        return None if sys.version_info[:2] == (3, 13) else False
    return "pypyjit" in sys.builtin_module_names
