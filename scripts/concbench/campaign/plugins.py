"""The models, workloads and clients that exist, and the options each takes, read from their source.

Nothing is imported: the pipeline's own Python need not have what a contender imports.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concbench.common.paths import SCRIPTS


@dataclass(frozen=True)
class PlugIn:
    """A model, workload, client, probe or figure, as its file describes it."""

    name: str
    about: str  # the first lines of its file
    options: tuple[str, ...]
    defaults: Mapping[str, object]  # of a client's options, where they are plain values
    provides: tuple[str, ...]  # a workload's methods
    needs: str | None  # the workload's method that a model calls or a client serves
    single_worker: bool
    client: str | None  # that a model uses unless the config names one
    loops: tuple[str, ...]  # the event loops that an asynchronous client works on, or the one that a model runs
    lane: str  # what does a model's items: a thread, a process or a task
    tables: tuple[str, ...]  # that a figure is drawn from
    drawn_for: str | None  # what there is one of a figure for


def functions(body: list[ast.stmt]) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def constants(tree: ast.Module) -> dict[str, object]:
    """The module's plain assignments of literals, such as ``NEEDS = "do"``."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
    }


def class_named(tree: ast.Module, name: str) -> ast.ClassDef | None:
    return next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), None)


def names(kind: str) -> list[str]:
    """The plug-ins of a kind (``models``, ``workloads`` or ``clients``): one for each file in its folder."""
    return sorted(path.stem for path in (SCRIPTS / kind).glob("*.py") if not path.stem.startswith("_"))


def functions_of(file: Path) -> set[str]:
    """What functions a Python file of the user's own defines. Raises SyntaxError or OSError where it can't be read."""
    return set(functions(ast.parse(file.read_bytes(), str(file)).body))


@cache
def plugin(kind: str, name: str) -> PlugIn:
    """Read one plug-in. Options are a model's keyword-only parameters, a workload's fields, a client's parameters."""
    tree = ast.parse((SCRIPTS / kind / f"{name}.py").read_text(encoding="utf-8"))
    constant = constants(tree)
    workload = class_named(tree, "Workload")
    here = functions(tree.body)
    options: list[str] = []
    defaults: dict[str, object] = {}
    if workload is not None:
        options = [n.target.id for n in workload.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
    elif "run" in here:
        options = [argument.arg for argument in here["run"].args.kwonlyargs]
    elif "open" in here:
        options = [argument.arg for argument in here["open"].args.args]
        values = [node.value if isinstance(node, ast.Constant) else None for node in here["open"].args.defaults]
        defaults = dict(zip(options[len(options) - len(values) :], values))
    needs = constant.get("NEEDS")
    return PlugIn(
        name=name,
        about=" ".join((ast.get_docstring(tree) or "").split()),
        options=tuple(options),
        defaults=defaults,
        provides=tuple(functions(workload.body)) if workload else (),
        needs=needs if isinstance(needs, str) else None,
        single_worker=bool(constant.get("SINGLE_WORKER", False)),
        client=str(constant["CLIENT"]) if "CLIENT" in constant else None,
        loops=tuple(str(constant.get("LOOPS", constant.get("LOOP", "asyncio"))).split()),
        lane=str(constant.get("LANE", "task" if needs == "do_async" else "thread")),
        tables=tuple(str(constant.get("TABLES", "")).split()),
        drawn_for=str(constant["DRAWN_FOR"]) if "DRAWN_FOR" in constant else None,
    )
