"""How much code this project's models need beyond the one that does one item after the other."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

from concbench.measured.api import Metric

MODELS = Path(__file__).parent.parent / "models"
READS = ("../models/sync.py", "../models/thread_pool.py", "../models/asyncio.py", "../models/multiprocessing_pool.py")
COMPARED = {"threading": "thread_pool", "asyncio": "asyncio", "multiprocessing": "multiprocessing_pool"}
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
    sync = (MODELS / "sync.py").read_text(encoding="utf-8")
    sources = {name: (MODELS / f"{model}.py").read_text(encoding="utf-8") for name, model in COMPARED.items()}
    more_nodes = [Metric(f"{name}_extra_nodes", nodes(source) - nodes(sync), "nodes") for name, source in sources.items()]
    more_lines = [Metric(f"{name}_extra_lines", lines(source) - lines(sync), "lines") for name, source in sources.items()]
    return [*more_nodes, *more_lines]
