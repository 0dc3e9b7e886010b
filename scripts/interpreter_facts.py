"""What an interpreter says of itself, as JSON; run by the interpreter in question, any Python from 3.9 on."""

from __future__ import annotations

import json
import sys
import sysconfig
from contextlib import suppress
from importlib import import_module
from importlib.metadata import distributions
from typing import Any

from interpreter_state import gil_enabled, jit_enabled

facts: dict[str, Any] = {
    "executable": sys.executable,
    "implementation": sys.implementation.name,
    "version": sys.version,
    "gil_enabled": gil_enabled(),
    "jit_enabled": jit_enabled(),
    "free_threaded_build": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "configure_arguments": sysconfig.get_config_var("CONFIG_ARGS"),
    "packages": {str(one.metadata["Name"]): one.version for one in distributions()},
}
with suppress(ImportError):  # urllib3-future may be in its place, which the metadata don't tell
    facts["packages"]["urllib3"] = import_module("urllib3").__version__

if __name__ == "__main__":
    json.dump(facts, sys.stdout)
