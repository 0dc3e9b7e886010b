"""Make the tables of options and metrics from the plug-ins: their code has types and defaults, their docstrings the meaning."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from concbench.campaign import plugins
from concbench.common.paths import SCRIPTS
from dev.config_reference import flow
from dev.tables import code, table

KINDS = ("models", "workloads", "clients", "probes")
SECTIONS = {"probes": "Metrics"}  # of a docstring; else Options
ENTRY = re.compile(r"^    (?P<name>[\w<](?:[\w<> ]*[\w>])?): (?P<text>.*(?:\n {8,}.*)*)$", re.MULTILINE)
FILLED_IN = {"sites", "client", "client_options"}  # fields of a workload that the config sets by other keys
TYPES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean", "None": "`null`"}
UNIT = re.compile(r"\s*\((?P<unit>[^()]+)\)\.?$")


class Undocumented(Exception):
    """Report an option without a line in its file's docstring, or a line without an option."""


@dataclass(frozen=True)
class Option:
    name: str
    type: str
    default: str | None  # as YAML


def annotated_type(node: ast.expr | None) -> str:
    """Name a parameter's type in the words of YAML."""
    if isinstance(node, ast.BinOp):
        return f"{annotated_type(node.left)} or {annotated_type(node.right)}"
    text = ast.unparse(node) if node else "Any"
    if text.startswith("Literal["):
        return " or ".join(code(flow(ast.literal_eval(one))) for one in literal_values(node))
    return TYPES.get(
        text, "list" if text.startswith(("list", "Sequence", "tuple")) else "mapping" if "apping" in text else text
    )


def literal_values(node: ast.expr | None) -> list[ast.expr]:
    values = node.slice if isinstance(node, ast.Subscript) else None
    return values.elts if isinstance(values, ast.Tuple) else [values] if values else []


def default_text(node: ast.expr | None, constants: Mapping[str, object]) -> str | None:
    """Write a default as YAML, or return None if there is none."""
    if node is None:
        return None
    if isinstance(node, ast.Name) and node.id in constants:
        return flow(constants[node.id])
    return flow(ast.literal_eval(node))


def options(kind: str, tree: ast.Module) -> list[Option]:
    """Return the options that the code of a plug-in has."""
    constants = plugins.constants(tree)
    if kind == "workloads":
        body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Workload").body
        named = [(ast.unparse(node.target), node.annotation, node.value) for node in plugins.fields_of(body)]
        return [
            Option(name, annotated_type(kind_of), default_text(default, constants))
            for name, kind_of, default in named
            if name not in FILLED_IN and "ClassVar" not in ast.unparse(kind_of)
        ]
    name = {"models": "run", "clients": "open"}.get(kind)
    function = next((node for node in tree.body if getattr(node, "name", None) == name and hasattr(node, "args")), None)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    arguments = function.args
    pairs = list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    if kind == "clients":
        missing = [None] * (len(arguments.args) - len(arguments.defaults))
        pairs = [*zip(arguments.args, [*missing, *arguments.defaults], strict=True), *pairs]
    return [Option(one.arg, annotated_type(one.annotation), default_text(default, constants)) for one, default in pairs]


def described(docstring: str, section: str) -> dict[str, str]:
    """Return the entries of a section of a docstring, such as ``Options:``, which an empty line ends. Raise Undocumented."""
    found = re.search(rf"^{section}:\n(?P<entries>(?:    .*\n?)+)", docstring, re.MULTILINE)
    text = found["entries"].rstrip("\n") if found else ""
    rest = ENTRY.sub("", text).strip()
    if rest:
        raise Undocumented(f"{section}: expected one 'name: meaning' a line, not: {rest}")
    entries = ENTRY.finditer(text)
    return {match["name"]: " ".join(match["text"].replace("``", "`").split()) for match in entries}


def summary(docstring: str) -> str:
    """Return the first sentence of a docstring."""
    return " ".join(docstring.split("\n\n")[0].split()).replace("``", "`")


def part(kind: str, path: Path) -> str:
    """Describe one plug-in: its first sentence, and a table of its options or metrics. Raise Undocumented."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree) or ""
    meanings = described(docstring, SECTIONS.get(kind, "Options"))
    lines = [f"### {path.stem}", "", summary(docstring), ""]
    if kind == "probes":
        return "\n".join([*lines, metrics_table(meanings, path)])
    found = options(kind, tree)
    undescribed = {one.name for one in found} ^ meanings.keys()
    if undescribed:
        names = ", ".join(sorted(undescribed))
        raise Undocumented(
            f"{path.parent.name}/{path.name}: {names}: give each option one line under Options: in the docstring"
        )
    rows = [
        [code(one.name), one.type, code(one.default) if one.default is not None else "", meanings[one.name]] for one in found
    ]
    return "\n".join([*lines, table(("option", "type", "default", "meaning"), rows) if rows else "It has no options.\n"])


def metrics_table(meanings: Mapping[str, str], path: Path) -> str:
    """Tabulate the metrics of a micro-benchmark. Raise Undocumented if there is none, or a unit is missing."""
    if not meanings:
        raise Undocumented(f"probes/{path.name}: list its metrics under Metrics: in the docstring")
    rows = []
    for name, meaning in meanings.items():
        unit = UNIT.search(meaning)
        if unit is None:
            raise Undocumented(f"probes/{path.name}: {name}: end the text with the unit in brackets")
        rows.append([code(name), unit["unit"], UNIT.sub("", meaning) + "."])
    return table(("metric", "unit", "meaning"), rows)


def kind_section(kind: str) -> str:
    """Describe every plug-in of a kind."""
    return "\n".join(part(kind, SCRIPTS / kind / f"{name}.py") for name in plugins.names(kind))
