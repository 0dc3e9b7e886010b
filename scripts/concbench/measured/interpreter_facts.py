"""Print facts about an interpreter as JSON. That interpreter itself runs this, on Python 3.9 or newer."""

from __future__ import annotations

import json
import sys
import sysconfig
from contextlib import suppress
from importlib import import_module
from importlib.metadata import distributions
from typing import Any

from concbench.measured.interpreter_state import gil_enabled, jit_enabled


def facts() -> dict[str, Any]:
    """Return this interpreter's build, its GIL, its JIT and the versions of its packages."""
    packages = {str(one.metadata["Name"]): one.version for one in distributions()}
    with suppress(ImportError):  # the metadata don't show when urllib3-future replaces it
        packages["urllib3"] = import_module("urllib3").__version__
    return {
        "executable": sys.executable,
        "implementation": sys.implementation.name,
        "version": sys.version,
        "gil_enabled": gil_enabled(),
        "jit_enabled": jit_enabled(),
        "free_threaded_build": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "configure_arguments": sysconfig.get_config_var("CONFIG_ARGS"),
        "packages": packages,
    }


def main() -> None:
    json.dump(facts(), sys.stdout)
