"""Count how much more code this project's models need than the sync model does.

Options of a model, such as a start method, are left out: a program that doesn't set them needs no code for them. So is what
this project's runs alone need, such as waiting for a pool in a way that notices the end of a process.

Metrics:
    <model>_extra_nodes: Nodes of the syntax tree beyond those of sync (nodes).
    <model>_extra_lines: Lines of code beyond those of sync (lines).
"""

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


class WithoutOptions(ast.NodeTransformer):
    """Remove keyword-only parameters, the arguments that pass them on, and calls of this project's own functions."""

    def __init__(self, tree: ast.Module) -> None:
        self.options = {
            argument.arg for node in tree.body if isinstance(node, ast.FunctionDef) for argument in node.args.kwonlyargs
        }
        ours = [node for node in tree.body if isinstance(node, ast.ImportFrom) and str(node.module).startswith("concbench.")]
        self.ours = {alias.name for node in ours for alias in node.names}

    def is_option(self, value: ast.expr) -> bool:
        return isinstance(value, ast.Name) and value.id in self.options

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.args.kwonlyargs, node.args.kw_defaults = [], []
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if self.ours & {alias.name for alias in node.names} else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in self.ours:
            within: ast.AST = self.visit(node.args[0])
            return within
        node.args = [value for value in node.args if not self.is_option(value)]
        node.keywords = [keyword for keyword in node.keywords if not self.is_option(keyword.value)]
        return self.generic_visit(node)


def program(source: str) -> ast.Module:
    """Parse a model and remove its docstrings and options."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            del node.body[0]
    plain: ast.Module = WithoutOptions(tree).visit(tree)
    return plain


def nodes(source: str) -> int:
    """Count the nodes of the syntax tree."""
    return sum(1 for _ in ast.walk(program(source)))


def lines(source: str) -> int:
    """Count the lines with code on them."""
    tokens = tokenize.generate_tokens(io.StringIO(ast.unparse(program(source))).readline)
    return len({token.start[0] for token in tokens if token.type not in NO_CODE})


def measure() -> list[Metric]:
    sync = (MODELS / "sync.py").read_text(encoding="utf-8")
    sources = {name: (MODELS / f"{model}.py").read_text(encoding="utf-8") for name, model in COMPARED.items()}
    more_nodes = [Metric(f"{name}_extra_nodes", nodes(source) - nodes(sync), "nodes") for name, source in sources.items()]
    more_lines = [Metric(f"{name}_extra_lines", lines(source) - lines(sync), "lines") for name, source in sources.items()]
    return [*more_nodes, *more_lines]
