"""How much code this project's models need beyond the one that does one item after the other."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

from concbench.measured.api import Metric

MODELS = Path(__file__).parent.parent / "models"
READS = ("../models/sync.py", "../models/threading.py", "../models/asyncio.py", "../models/multiprocessing.py")
COMPARED = ("threading", "asyncio", "multiprocessing")
NO_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def without_docstrings(source: str) -> ast.Module:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            del node.body[0]
    return tree


def nodes(source: str) -> int:
    """Of the syntax tree, docstrings left out."""
    return sum(1 for _ in ast.walk(without_docstrings(source)))


def lines(source: str) -> int:
    """Lines with code on them, docstrings left out."""
    code = ast.unparse(without_docstrings(source))
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return len({token.start[0] for token in tokens if token.type not in NO_CODE})


def measure() -> list[Metric]:
    sources = {name: (MODELS / f"{name}.py").read_text(encoding="utf-8") for name in ("sync", *COMPARED)}
    more_nodes = [Metric(f"{name}_extra_nodes", nodes(sources[name]) - nodes(sources["sync"]), "nodes") for name in COMPARED]
    more_lines = [Metric(f"{name}_extra_lines", lines(sources[name]) - lines(sources["sync"]), "lines") for name in COMPARED]
    return [*more_nodes, *more_lines]
