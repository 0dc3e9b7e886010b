"""Copy a campaign's tables to docs/results/data/, with its config, machine, versions and commit."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from concbench.environment.surroundings import read_invocations

MACHINE = ("invocation", "cpu_model", "cpus", "memory_bytes", "kernel", "git_revision")
PACKAGES = {
    "aiohttp", "asyncpg", "gevent", "httpx", "joblib", "niquests", "numpy", "pillow", "psycopg", "psycopg-pool", "requests",
    "trio", "urllib3", "uvloop",
}  # fmt: skip


def kept_environment(folder: Path) -> dict[str, Any]:
    """Return each invocation's machine, versions and commit, without the names and paths of the machine."""
    return {
        "invocations": [
            {name: getattr(one, name) for name in MACHINE}
            | {"interpreters": {name: facts and versions(facts) for name, facts in one.interpreters.items()}}
            for one in read_invocations(folder / "environment.json")
        ]
    }


def versions(facts: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: facts.get(name) for name in ("implementation", "version", "gil_enabled", "jit_enabled")}
    return own | {"packages": {name: version for name, version in facts["packages"].items() if name.lower() in PACKAGES}}


def keep(folder: Path, target: Path, tables: list[str]) -> None:
    """Copy ``tables`` from a campaign's folder to another one. Raise FileNotFoundError if one is missing."""
    target.mkdir(parents=True, exist_ok=True)
    for table in tables:
        shutil.copyfile(folder / f"{table}.csv", target / f"{table}.csv")
    shutil.copyfile(folder / "config.json", target / "config.json")
    text = json.dumps(kept_environment(folder), indent=1) + "\n"
    (target / "environment.json").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, results/<campaign>")
    parser.add_argument("target", type=Path, help="docs/results/data/<campaign>-<date>")
    parser.add_argument("tables", nargs="+", help="the tables to copy, such as summary")
    arguments = parser.parse_args()
    keep(arguments.folder, arguments.target, arguments.tables)


if __name__ == "__main__":
    main()
