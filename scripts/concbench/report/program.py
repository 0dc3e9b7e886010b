"""Write the program that does what was measured: it imports the user's file and does its items under a model.

Each model has a template, named like it. The imports are found by the names that the template uses.
"""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from pathlib import Path
from textwrap import fill
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from concbench.campaign.own_file import OwnFileFacts
from concbench.environment.measured_environment import THREAD_COUNTS

READS = ("templates/programs/*",)  # see campaign/sources.py
TEMPLATES = Path(__file__).parent / "templates" / "programs"
IMPORTS = {
    "asyncio": "import asyncio",
    "importlib": "import importlib",
    "multiprocessing": "import multiprocessing",
    "os": "import os",
    "threading": "import threading",
    "ProcessPoolExecutor": "from concurrent.futures import ProcessPoolExecutor",
    "ThreadPoolExecutor": "from concurrent.futures import ThreadPoolExecutor",
    "ExitStack": "from contextlib import ExitStack",
}
OWN_NAMES = {*IMPORTS, *dir(builtins), "do", "do_all", "do_share", "done", "first", "item", "items", "mine", "name",
             "open_resource", "pool", "resource", "resources", "results", "shares", "turn"}  # fmt: skip
"""Names that the templates use: a module that is called so gets another in the program."""


@dataclass(frozen=True)
class Measured:
    """Describe what a program has to do: the configuration that was measured, and the items of the user's file."""

    model: str
    words: str  # for the configuration: ``20 threads``
    workers: int
    workers_asked: str
    options: Mapping[str, Any]  # of the model
    numeric_threads: int | None
    size: int
    seed: int


@dataclass(frozen=True)
class Work:
    """Hold the expressions by which a program uses the user's file."""

    import_line: str
    items: str
    do: str
    do_async: str
    resource: str | None  # that of a worker, or of all
    each_opens: bool  # whether each worker opens its own
    async_resource: str | None

    @classmethod
    def of(cls, facts: OwnFileFacts, size: int, seed: int) -> Work:
        name, import_line = imported(facts.module)
        opens = "open" if facts.has_open else "open_shared" if facts.has_open_shared else None
        return cls(
            import_line=import_line,
            items=f"{name}.items({size}, {seed})" if facts.has_items else f"{name}.ITEMS[:{size}]",
            do=f"{name}.{facts.do}",
            do_async=f"{name}.{facts.do_async}",
            resource=opens and f"{name}.{opens}()",
            each_opens=facts.has_open,
            async_resource=f"{name}.open_async()" if facts.has_open_async else None,
        )


def imported(module: str) -> tuple[str, str]:
    """Return the name that a program gives to a module, and the line that imports it."""
    package, _, last = module.rpartition(".")
    if any(iskeyword(part) or not part.isidentifier() for part in module.split(".")):
        return "work", f"work = importlib.import_module({json.dumps(module, ensure_ascii=False)})"
    name = "work" if last in OWN_NAMES else last
    renamed = f" as {name}" if name != last else ""
    return name, f"from {package} import {last}{renamed}" if package else f"import {last}{renamed}"


@cache
def templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    found.globals["arguments"] = lambda *some: ", ".join(filter(None, some))
    return found


def program(measured: Measured, facts: OwnFileFacts) -> str | None:
    """Write the program of a configuration; None if its model has no template."""
    if not (TEMPLATES / f"{measured.model}.py.j2").is_file():
        return None
    work = Work.of(facts, measured.size, measured.seed)
    options = measured.options
    processes = max(1, min(options.get("processes", 2), measured.workers, measured.size))
    shares = processes if measured.model == "process_event_loops" else 1
    method, chunk_size = options.get("start_method"), options.get("chunk_size")
    body = templates().get_template(f"{measured.model}.py.j2").render(
        work=work,
        workers="" if measured.workers_asked == "default" else str(measured.workers),
        tasks="" if measured.workers_asked == "all" else str(-(-measured.workers // shares)),
        processes=processes,
        context=f'mp_context=multiprocessing.get_context("{method}")' if method else "",
        chunks=f"chunksize={chunk_size}" if chunk_size and chunk_size > 1 else "",
    )  # fmt: skip
    named = re.sub(r'[\\"]', "", facts.module)
    return assembled(f"Do the items of {named} with {measured.words}.", work.import_line, body, measured.numeric_threads)


def assembled(about: str, import_line: str, body: str, numeric_threads: int | None) -> str:
    """Put a program together: its docstring, its imports, the number of numeric threads, the user's file, and the rest."""
    numeric = "" if numeric_threads is None else threads_of_libraries(numeric_threads)
    code = "\n".join([numeric, import_line, body])
    imports = "\n".join(line for name, line in IMPORTS.items() if re.search(rf"\b(?<!\.){name}\b", code))
    head = "\n\n".join(part for part in (f'"""{about}"""', imports, numeric, import_line) if part)
    apart = "\n\n\n" if body.startswith("async def") else "\n\n"
    return f"{head}{apart}{body.strip()}\n"


def threads_of_libraries(count: int) -> str:
    """Write the lines that give numeric libraries this many threads, if they are not loaded yet."""
    names = fill(", ".join(f'"{name}"' for name in THREAD_COUNTS), 112, subsequent_indent=" " * 13)
    return f'for name in ({names}):\n    os.environ[name] = "{count}"  # before a numeric library is loaded'
