"""Find a file of the user's own work, and read which functions it has, without importing it.

The pipeline and the measured process both read it here, so that they agree. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from concbench.measured.errors import WorkFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

MOST_BYTES = 10_000_000  # of the file
PROGRAMS = ("main", "Pool", "ProcessPoolExecutor", "Process")  # functions that a file must not call whenever it is imported
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
EXITS = ("_exit", "abort")  # functions of os that end a process without an error
ANY_OF = "the path of a Python file (work.py), a module (package.module), or either with a function (work.py:function)"


class OwnFileError(WorkFailed):
    """Report in a line what is wrong with the user's file, and what to do."""


class Place(NamedTuple):
    """Say where the file is, and how it is imported."""

    path: Path
    root: Path  # the folder from which it is imported
    module: str  # its name for ``import``
    function: str | None  # the function that does an item, if the user names one


class Names(NamedTuple):
    """List which names of the protocol a file has. The fields are names in the file; None if it has no such."""

    do: str | None
    do_async: str | None
    open: str | None
    open_async: str | None
    open_shared: str | None
    check: str | None
    items: str | None
    items_listed: int | None  # the length of ITEMS, if it is written out


# --- Where it is


def place(text: str, folders: Sequence[Path]) -> Place:
    """Find the file that a text means. Raise OwnFileError.

    Args:
        text: What the user gave: a path, a module's name, or either with ``:function``.
        folders: Where to look for modules. Paths are relative to the first.
    """
    before, colon, after = text.rpartition(":")
    named, function = (before, after) if colon and not text.endswith(".py") else (text, None)
    if function is not None and not function.isidentifier():
        raise OwnFileError(f"{text} ends with {after!r}, which is not a function's name. Expected {ANY_OF}.")
    if named.endswith(".py"):
        return place_of_path(folders[0] / named, named, function)
    if not all(part.isidentifier() for part in named.split(".")):
        raise OwnFileError(f"{named} is neither a file that ends with .py nor a module's name. Expected {ANY_OF}.")
    return place_of_module(named, folders, function)


def place_of_path(path: Path, named: str, function: str | None) -> Place:
    """Find the folder from which a file is imported: the one above its topmost package."""
    if not path.exists():
        raise OwnFileError(f"{named}: no such file. Give its path, relative to the folder of the Snakefile.")
    if not path.is_file():
        raise OwnFileError(f"{named}: it is not a file. Expected a Python file.")
    path = path.resolve()
    if "." in path.stem:
        raise OwnFileError(f"{named}: Python can't import a file whose name has a dot before .py. Rename it.")
    root, parts = path.parent, [path.stem]
    while (root / "__init__.py").is_file() and root.name.isidentifier():
        parts.insert(0, root.name)
        root = root.parent
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return Place(path, root, ".".join(parts), function)


def place_of_module(name: str, folders: Sequence[Path], function: str | None) -> Place:
    """Find a module's file. The first folder that has it counts, as when Python imports it."""
    for folder in folders:
        base = folder.joinpath(*name.split("."))
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                return Place(path.resolve(), folder.resolve(), name, function)
    searched = ", ".join(str(folder) for folder in folders[:3])
    raise OwnFileError(f"no module {name} in {searched}. Give the path of its file, or choose a Python that has it.")


# --- What it has


def parsed(path: Path, shown: str) -> ast.Module:
    """Parse the file. Raise OwnFileError, with the line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise OwnFileError(f"{shown} has more than {MOST_BYTES // 1_000_000} MB. Have it read its data from another file.")
        return ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise OwnFileError(f"{shown}{line(error.lineno)}: it is not valid Python ({error.msg}). Correct it.") from error
    except OSError as error:
        raise OwnFileError(f"{shown}: cannot read it ({error.strerror}).") from error
    except (ValueError, MemoryError, RecursionError) as error:
        why = str(error) or "its expressions are nested too deep"
        raise OwnFileError(f"{shown}: it is not valid Python ({why}). Correct it.") from error


def line(number: int | None) -> str:
    """Name a line, to follow a file's name; nothing if it is unknown."""
    return f", line {number}" if number else ""


def names_of(tree: ast.Module, shown: str, function: str | None = None) -> Names:
    """List which names of the protocol a file has. Raise OwnFileError where they don't fit together.

    Args:
        tree: The file, parsed.
        shown: How messages name the file.
        function: The function that does an item, if the user names one.
    """
    try:
        bound = dict(bindings(tree.body))
    except RecursionError:
        raise OwnFileError(f"{shown}: its expressions are nested too deep. Break them up.") from None
    if function is not None and function not in bound:
        raise OwnFileError(f"{shown} has no function {function}(). Choose one that it has.")
    is_async = function is not None and isinstance(bound[function], ast.AsyncFunctionDef)
    do = "do" if function is None or is_async else function
    do_async = function if is_async else "do_async"

    def has(name: str | None) -> str | None:
        return name if name in bound else None

    names = Names(
        do=has(do),
        do_async=has(do_async),
        open="open" if defines(bound.get("open")) else None,
        open_async=has("open_async"),
        open_shared=has("open_shared"),
        check=has("check"),
        items=has("items"),
        items_listed=length(bound["ITEMS"]) if "ITEMS" in bound else None,
    )
    if names.do is None and not is_async:
        raise OwnFileError(f"{shown} has no function do(). Add do(item), which does one item and returns its result.")
    refuse_misfits(names, bound, shown)
    refuse_unguarded(tree, shown)
    return names


def bindings(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that statements bind, each with what binds it: by def, class, import or assignment.

    Statements within if, try and with count, but not those that only a program runs, nor names within a comprehension. A star
    import may bind any function that a file must have.
    """
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                names = ("items", "do", "do_async") if alias.name == "*" else (alias.asname or alias.name.partition(".")[0],)
                yield from ((name, node) for name in names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, node.value) for target in targets if isinstance(target, ast.Name))
            yield from bindings(part for target in targets if not isinstance(target, ast.Name) for part in [target])
            yield from bindings([node.value])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node
        elif isinstance(node, ast.If) and is_main(node.test):
            yield from bindings(node.orelse)
        elif not isinstance(node, COMPREHENSIONS):
            yield from bindings(ast.iter_child_nodes(node))


def is_main(test: ast.expr) -> bool:
    """Check whether a condition is ``__name__ == "__main__"``."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [getattr(side, "id", getattr(side, "value", None)) for side in (test.left, test.comparators[0])]
    return sorted(map(str, sides)) == ["__main__", "__name__"]


def is_star(node: ast.AST) -> bool:
    """Check whether a name comes from a star import, perhaps."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def defines(node: ast.AST | None) -> bool:
    """Check whether a file defines a name itself: an import or another name for a function of a library doesn't."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Call))


def length(node: ast.AST) -> int | None:
    """Return the number of values in a list or tuple that is written out; None for any other."""
    if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(value, ast.Starred) for value in node.elts):
        return None
    return len(node.elts)


def refuse_misfits(names: Names, bound: Mapping[str, ast.AST], shown: str) -> None:
    """Raise OwnFileError if functions contradict each other, or take another number of arguments."""
    if "ITEMS" in bound and "items" in bound and not is_star(bound["items"]):
        raise OwnFileError(f"{shown}{at(bound['ITEMS'])}: it has both items() and ITEMS. Remove one of them.")
    if "items" not in bound and "ITEMS" not in bound:
        raise OwnFileError(f"{shown} has no items. Add items(size, seed), which returns a list of them, or a list ITEMS.")
    if names.open and names.open_shared:
        raise OwnFileError(
            f"{shown}{at(bound['open_shared'])}: it has both open(), for a resource of each worker, and open_shared(), for one"
            " that all share. Remove one of them."
        )
    if names.open_async and not names.do_async:
        raise OwnFileError(f"{shown}{at(bound['open_async'])}: it has open_async() without do_async(item, resource). Add it.")
    for name, opened in ((names.do, names.open or names.open_shared), (names.do_async, names.open_async)):
        if name:
            refuse_signature(bound[name], shown, ("item", "resource") if opened else ("item",), opened)
    refuse_signature(bound.get("items"), shown, ("size", "seed"))
    for name in ("open", "open_async", "open_shared"):
        if getattr(names, name):
            refuse_signature(bound[name], shown, ())


def at(node: ast.AST) -> str:
    return line(getattr(node, "lineno", None))


def refuse_signature(node: ast.AST | None, shown: str, wanted: tuple[str, ...], opened: str | None = None) -> None:
    """Raise OwnFileError if a plain function can't be called with as many arguments as wanted.

    Args:
        node: The function; whatever isn't a plain one is left to the call.
        shown: How messages name the file.
        wanted: The arguments by which it will be called.
        opened: The function from which the argument ``resource`` comes, if it comes.
    """
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.decorator_list:
        return
    parameters = [*node.args.posonlyargs, *node.args.args]
    least = len(parameters) - len(node.args.defaults)
    most = None if node.args.vararg else len(parameters)
    keywords = [one.arg for one, value in zip(node.args.kwonlyargs, node.args.kw_defaults) if value is None]
    if least <= len(wanted) and (most is None or len(wanted) <= most) and not keywords:
        return
    because = f", with what {opened}() gives" if opened else ""
    hint = ""
    if wanted == ("item",) and least == 2:
        source = "open_async()" if isinstance(node, ast.AsyncFunctionDef) else "open() or open_shared()"
        hint = f" For a resource, define {source} in this file."
    named = [*(one.arg for one in parameters), *(["*", *keywords] if keywords else [])]
    raise OwnFileError(
        f"{shown}{at(node)}: {node.name}({', '.join(named)}) will be called as"
        f" {node.name}({', '.join(wanted)}){because}. Change its parameters.{hint}"
    )


# --- What it does


def refuse_unguarded(tree: ast.Module, shown: str) -> None:
    """Raise OwnFileError if the file runs its program, or starts processes, whenever it is imported: workers import it, too."""
    for statement in at_import(tree.body):
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        for call in calls if isinstance(statement, (ast.Expr, ast.With)) else ():
            name = called_name(call)
            if name in PROGRAMS:
                raise OwnFileError(
                    f"{shown}{at(call)}: {name}() is called whenever the file is imported, also by worker processes."
                    ' Put this below `if __name__ == "__main__":`.'
                )


def at_import(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a file is imported, without those of blocks that depend on a condition."""
    for statement in body:
        if isinstance(statement, (ast.Try, ast.With)):
            yield from at_import(statement.body)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.Try)):
            yield statement


def called_name(call: ast.Call) -> str:
    """Return the name of the function that is called, without that of its module; empty text if it has none."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def exits(tree: ast.Module) -> tuple[int, str] | None:
    """Return the line of the first call that ends a process at once, and its function; None if there is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) in EXITS:
            return node.lineno, called_name(node)
    return None
