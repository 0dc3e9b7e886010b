"""Find the modules of the user's project that a file of the user's own imports, by reading imports, so that edits count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from concbench.campaign.own_file import place_of

INSTALLED = ("site-packages", "dist-packages")  # folders that have other projects, too


@cache
def own_sources(text: str, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the file that a text means and all modules that it imports from its folder or package, sorted, the file first.

    Of a module that is installed, only its own package counts. Raise OwnFileError if there is no such file.
    """
    found = place_of(text, folders)
    top = found.module.partition(".")[0] if found.root.name in INSTALLED else None
    others = set(closure(found.root, found.module, top)) - {found.path}
    return (found.path, *sorted(others))


def closure(root: Path, module: str, top: str | None) -> Iterator[Path]:
    """Yield the files of a module and of all that it imports from ``root``, or from the package ``top`` in it."""
    waiting, seen = [module], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or (top and name.partition(".")[0] != top):
            continue
        seen.add(name)
        for file in files_of(name, root):
            yield file
            if file.suffix == ".py":
                waiting += imported(file, name if file.name == "__init__.py" else name.rpartition(".")[0])
        if "." in name:
            waiting.append(name.rpartition(".")[0])


def files_of(module: str, root: Path) -> list[Path]:
    """Return the files that a module consists of: its source, and what it was compiled to, which Python prefers."""
    base = root.joinpath(*module.split("."))
    sources = [path for path in (base / "__init__.py", base.with_name(f"{base.name}.py")) if path.is_file()]
    compiled = [path for name in (f"{base.name}.so", f"{base.name}.*.so") for path in sorted(base.parent.glob(name))]
    return [path.resolve() for path in (*sources[:1], *compiled)]


def imported(file: Path, package: str) -> list[str]:
    """List the modules that a file imports or may import, also within functions; none if it can't be parsed.

    Args:
        file: The file.
        package: The package that it is in, from which relative imports start.
    """
    try:
        nodes = list(ast.walk(ast.parse(file.read_bytes())))
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return []
    found: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            above = parts[: len(parts) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            found += [start] if start else []
            found += [f"{start}.{alias.name}" if start else alias.name for alias in node.names]
    return [name for name in found if name and "*" not in name]
