"""Find out which numeric libraries this process has loaded, and how many threads each of them has.

The package threadpoolctl knows. It is loaded from its file in the pipeline's environment, so that nothing is installed in the
user's. Used outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from concbench.measured.errors import log_error

if TYPE_CHECKING:
    from types import ModuleType

NAME = "concbench_threadpoolctl"  # of the module; the user's work may have its own threadpoolctl
MAPS = Path("/proc/self/maps")  # files that this process has mapped into its memory
FILES = ("blas", "blis", "mkl", "omp")  # parts of the file names of the libraries that threadpoolctl knows


class NumericLibrary(NamedTuple):
    """Describe a numeric library that is loaded."""

    name: str  # such as "openblas"
    version: str | None
    threads: int  # that it uses at a time

    def __str__(self) -> str:
        return f"{self.name} {self.version}" if self.version else self.name


def numeric_libraries(threadpoolctl: str) -> list[NumericLibrary]:
    """Return the numeric libraries of this process, those with most threads first; none if they can't be found out.

    ``threadpoolctl`` is the path of that module's file. Loading it takes 30 ms and more, so look first whether it may find any.
    """
    try:
        if not may_be_loaded():
            return []
        found = load(threadpoolctl).threadpool_info()
        known = {NumericLibrary(one["internal_api"], one.get("version"), one["num_threads"]) for one in found}
    except Exception:
        log_error()
        return []
    return sorted(known, key=lambda one: (-one.threads, str(one)))


def may_be_loaded() -> bool:
    """Check whether a file that this process has mapped may be that of a numeric library."""
    mapped = MAPS.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(part in line.rpartition("/")[2] for line in mapped for part in FILES)


def load(file: str) -> ModuleType:
    """Import threadpoolctl from its file."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(NAME, file)
    assert spec
    assert spec.loader
    module = sys.modules[NAME] = module_from_spec(spec)  # its data classes look it up there
    spec.loader.exec_module(module)
    return module
