"""Find the project's files that a file depends on, by reading its imports.

Rules list them as inputs and fingerprints cover them, so neither can drift from the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from concbench.common.paths import ROOT, SCRIPTS

IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<beside>\.?)(?P<package>[\w.]*)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#]+)"
    r"|import[ \t]+(?P<modules>[\w., \t]+))",
    re.MULTILINE,
)
DATA = re.compile(r"^READS = \((?P<patterns>[^)]*)\)", re.MULTILINE)


def imported_modules(source: str, package: str) -> Iterator[str]:
    """Yield the dotted names that a source imports or may import: for ``from a import b`` both ``a`` and ``a.b``.

    ``package`` is the one that the source is in; ``from .a import b`` imports from there.
    """
    for match in IMPORT.finditer(source):
        if match["names"]:
            above = ".".join(part for part in (match["beside"] and package, match["package"]) if part)
            yield above
            yield from (f"{above}.{name}" for name in re.findall(r"\w+", match["names"]))
        else:
            yield from (name.split()[0] for name in match["modules"].split(",") if name.strip())


@cache
def files_of(module: str) -> tuple[Path, ...]:
    """Return the project's files that importing a dotted name loads, including the packages above it."""
    above = files_of(module.rpartition(".")[0]) if "." in module else ()
    base = SCRIPTS.joinpath(*module.split("."))
    return (*above, *(path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()))


@cache
def dependencies(path: Path) -> frozenset[Path]:
    """Return the project's files that a Python file imports directly, and the files that its ``READS`` names."""
    source = path.read_text(encoding="utf-8")
    package = ".".join(path.relative_to(SCRIPTS).parent.parts)
    found = {file for module in imported_modules(source, package) for file in files_of(module)}
    for data in DATA.finditer(source):
        for pattern in re.findall(r'"([^"]+)"', data["patterns"]):
            found.update(file.resolve() for file in path.parent.glob(pattern) if file.is_file())
    return frozenset(found)


def closure(roots: Iterable[Path]) -> list[Path]:
    """Return the roots and all of the project's files that they depend on, directly or not, sorted."""
    found: set[Path] = set()
    waiting = list(roots)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            if path.suffix == ".py":
                waiting.extend(dependencies(path))
    return sorted(found)


def imported_by(*scripts: str) -> list[str]:
    """Return the files that commands or plug-ins depend on, including themselves, relative to the Snakefile."""
    return [path.relative_to(ROOT).as_posix() for path in closure(ROOT / script for script in scripts)]
