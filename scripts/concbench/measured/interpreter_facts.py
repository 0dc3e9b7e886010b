"""What an interpreter says of itself, as JSON; run by the interpreter in question, any Python from 3.9 on."""

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
    """Describe this interpreter: its build, its lock, its JIT and its packages."""
    packages = {str(one.metadata["Name"]): one.version for one in distributions()}
    with suppress(ImportError):  # urllib3-future may be in its place, which the metadata don't say
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
