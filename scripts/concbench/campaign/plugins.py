"""Describe the models, workloads, clients and figures that exist, from their source.

They are parsed and never imported: the pipeline's own Python may lack packages that a contender needs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from concbench.common.paths import SCRIPTS


class Scope(StrEnum):
    """Say what there is one figure for: each experiment, the campaign, and so on."""

    EXPERIMENT = "experiments"
    WORKER_SWEEP = "worker sweeps"
    CPU_SWEEP = "worker sweeps of CPU-bound work"
    CAMPAIGN = "campaign"
    CLAIMS = "claims"
    INTERPRETERS = "interpreters"
    MIXED_WORK = "mixed work"

    @property
    def of_experiment(self) -> bool:
        """Check whether a figure of this kind is drawn once for each experiment."""
        return self in (Scope.EXPERIMENT, Scope.WORKER_SWEEP, Scope.CPU_SWEEP)


@dataclass(frozen=True)
class Model:
    """Describe a model."""

    name: str
    options: tuple[str, ...]  # keyword-only parameters of run()
    kinds: Mapping[str, str]  # the options' types, as its source writes them
    defaults: Mapping[str, object]  # of its options that are plain values
    needs: str  # the method of a workload that it calls, "do" or "do_async"
    single_worker: bool
    default_workers: str | None  # "threads" or "processes" if it is a pool with a default size
    client: str | None  # unless the config names another
    loop: str  # its event loop, if it has one
    items_run_in: str  # "thread", "process" or "task"


@dataclass(frozen=True)
class Workload:
    """Describe a workload."""

    name: str
    options: tuple[str, ...]  # fields of the class Workload
    kinds: Mapping[str, str]  # the options' types, as its source writes them
    provides: tuple[str, ...]  # its methods


@dataclass(frozen=True)
class Client:
    """Describe an HTTP client."""

    name: str
    options: tuple[str, ...]  # parameters of open()
    kinds: Mapping[str, str]  # the options' types, as its source writes them
    defaults: Mapping[str, object]  # of its options that are plain values
    needs: str  # the method of a workload that it fits, "do" or "do_async"
    loops: tuple[str, ...]  # the event loops that it works on


@dataclass(frozen=True)
class FigureFile:
    """Describe a kind of figure."""

    name: str
    about: str  # its docstring
    tables: tuple[str, ...]  # from which it is drawn
    scope: Scope


def names(kind: str) -> list[str]:
    """Return the names of all plug-ins of a kind, such as ``models``: one for each file in its folder."""
    return sorted(path.stem for path in (SCRIPTS / kind).glob("*.py") if not path.stem.startswith("_"))


@cache
def parsed(kind: str, name: str) -> ast.Module:
    return ast.parse((SCRIPTS / kind / f"{name}.py").read_text(encoding="utf-8"))


def constants(tree: ast.Module) -> dict[str, object]:
    """Return the module's constants, such as ``NEEDS = "do"``."""
    found: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def kinds_of(arguments: Iterable[ast.arg]) -> dict[str, str]:
    """Return the types of a function's parameters, as its source writes them."""
    return {one.arg: ast.unparse(one.annotation) for one in arguments if one.annotation}


def plain(node: ast.expr | None) -> object:
    """Return the value of a default that is written out; None for any other."""
    return node.value if isinstance(node, ast.Constant) else None


def texts(value: object) -> tuple[str, ...]:
    """Return a constant as a tuple of texts, whether it is one text or several."""
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def functions(body: list[ast.stmt]) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


@cache
def model(name: str) -> Model:
    tree = parsed("models", name)
    constant, arguments = constants(tree), functions(tree.body)["run"].args
    needs, options = str(constant["NEEDS"]), [argument.arg for argument in arguments.kwonlyargs]
    return Model(
        name=name,
        options=tuple(options),
        kinds=kinds_of(arguments.kwonlyargs),
        defaults=dict(zip(options, map(plain, arguments.kw_defaults))),
        needs=needs,
        single_worker=bool(constant.get("SINGLE_WORKER", False)),
        default_workers=str(constant["DEFAULT_WORKERS"]) if "DEFAULT_WORKERS" in constant else None,
        client=str(constant["CLIENT"]) if "CLIENT" in constant else None,
        loop=str(constant.get("LOOP", "asyncio")),
        items_run_in=str(constant.get("ITEMS_RUN_IN", "task" if needs == "do_async" else "thread")),
    )


def fields_of(body: Iterable[ast.stmt]) -> list[ast.AnnAssign]:
    """Return the statements in a data class's body that declare its fields."""
    declared = [node for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    return [node for node in declared if not ast.unparse(node.annotation).startswith("ClassVar")]


@cache
def workload(name: str) -> Workload:
    body = next(
        node.body for node in parsed("workloads", name).body if isinstance(node, ast.ClassDef) and node.name == "Workload"
    )
    fields = {ast.unparse(node.target): ast.unparse(node.annotation) for node in fields_of(body)}
    return Workload(name=name, options=tuple(fields), kinds=fields, provides=tuple(functions(body)))


@cache
def client(name: str) -> Client:
    tree = parsed("clients", name)
    constant = constants(tree)
    arguments = functions(tree.body)["open"].args
    options = [argument.arg for argument in arguments.args]
    values = [plain(node) for node in arguments.defaults]
    return Client(
        name=name,
        options=tuple(options),
        kinds=kinds_of(arguments.args),
        defaults=dict(zip(options[len(options) - len(values) :], values)),
        needs=str(constant["NEEDS"]),
        loops=texts(constant.get("LOOPS", "asyncio")),
    )


@cache
def figure(name: str) -> FigureFile:
    tree = parsed("figures", name)
    constant = constants(tree)
    return FigureFile(
        name=name,
        about=" ".join((ast.get_docstring(tree) or "").split()),
        tables=texts(constant["TABLES"]),
        scope=Scope(str(constant["SCOPE"])),
    )
