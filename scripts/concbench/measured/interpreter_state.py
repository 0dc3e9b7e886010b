"""Whether the interpreter holds a lock, and compiles as it runs. Standard library alone, any Python from 3.9 on."""

from __future__ import annotations

import sys
from typing import Optional


def gil_enabled() -> bool:
    """Whether there is a global interpreter lock just now: on a free-threaded build an import may switch it on."""
    enabled: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
    return enabled


def jit_enabled() -> Optional[bool]:  # noqa: UP045  (Python 3.9 is to read it)
    """Whether code is compiled while it runs; None for CPython 3.13, which may have been built so and doesn't say."""
    if hasattr(sys, "_jit"):
        enabled: bool = sys._jit.is_enabled()
        return enabled
    if sys.implementation.name == "cpython":
        return None if sys.version_info[:2] == (3, 13) else False
    return "pypyjit" in sys.builtin_module_names
