"""Fill in the generated parts of the documents: tables made from the code, and measured tables and numbers.

A document has a generated block between ``<!-- begin <name> -->`` and ``<!-- end -->``; docs/developing/documentation.md lists
the names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from concbench.analysis.warning_kinds import Kind
from concbench.records.rows import TABLES, ChangeRow, column_meanings
from dev import check_numbers, commands_reference, config_reference, options_reference, result_blocks
from dev.check_numbers import Wrong
from dev.doc_text import SECTION, documents, shown
from dev.options_reference import Undocumented
from dev.tables import code, table

COMMAND = "PYTHONPATH=scripts python -P -m dev.update_docs"
RESULTS = {**TABLES, "changes": ChangeRow}
NEEDED = {
    "docs/reference/commands.md": ["make targets", "commands by hand", "commands by rules"],
    "docs/reference/config.md": ["config keys", "claim keys", "quantity keys"],
    "docs/reference/options.md": [f"options of {kind}" for kind in options_reference.KINDS],
    "docs/reference/results.md": [*(f"{name}.csv" for name in RESULTS), "warnings"],
}
"""The blocks that a page must have."""


def columns_table(row: type) -> str:
    """Tabulate the columns of one of the campaigns' tables."""
    return table(("column", "meaning"), ([code(name), meaning] for name, meaning in column_meanings(row).items()))


def warnings_table() -> str:
    """Tabulate the kinds of warnings, with meaning and remedy."""
    rows = ([code(kind.title), kind.meaning, kind.remedy.replace("{", "<").replace("}", ">")] for kind in Kind)
    return table(("warning", "meaning", "what to do"), rows)


def makers() -> Mapping[str, Callable[[], str]]:
    """Return the function that makes each block, for blocks made from the code alone."""
    return {
        "config keys": config_reference.keys_table,
        "claim keys": lambda: config_reference.definition_table("claim"),
        "quantity keys": lambda: config_reference.definition_table("quantity"),
        "make targets": commands_reference.targets_table,
        "commands by hand": lambda: commands_reference.commands_section("by hand"),
        "commands by rules": lambda: commands_reference.commands_section("by rules"),
        "warnings": warnings_table,
        "which-model": result_blocks.which_model,
        **{f"options of {kind}": partial(options_reference.kind_section, kind) for kind in options_reference.KINDS},
        **{f"{name}.csv": partial(columns_table, row) for name, row in RESULTS.items()},
    }


def block(name: str) -> str:
    """Return the text of a generated block. Raise Wrong if nothing makes it, or its source is missing."""
    if name in (made := makers()):
        return made[name]()
    kind, *arguments = name.split()
    if kind in (made_from := result_blocks.MAKERS):
        return made_from[kind](*arguments)
    raise Wrong(f"there is no generated block of the name {name}")


def filled(text: str, wrong: Callable[[str], None] = lambda message: None) -> str:
    """Return a document with up-to-date blocks. Pass ``wrong`` a message for each block that can't be made, and keep it."""

    def put(name: str, old: str) -> str:
        try:
            return block(name)
        except (Wrong, Undocumented, LookupError, OSError, TypeError, ValueError) as error:
            wrong(f"{name}: {error}")
            return old

    return SECTION.sub(
        lambda match: match[1] + put(match["name"], match[0][len(match[1]) : -len(match[3])]) + match[3],
        text,
    )


def updated(path: Path) -> tuple[str, list[str]]:
    """Return an up-to-date document, and a message for each wrong block or number."""
    found: list[str] = []
    text = filled(path.read_text(encoding="utf-8"), lambda message: found.append(f"{shown(path)}: {message}"))
    if path in check_numbers.pages():
        text = check_numbers.with_numbers(text)
        found += check_numbers.findings(path, text)
    return text, found


def missing_blocks(paths: Iterable[Path]) -> Iterator[str]:
    """Name the blocks that a page lacks."""
    texts = {shown(path): path.read_text(encoding="utf-8") for path in paths}
    for page, names in NEEDED.items():
        there = {match["name"] for match in SECTION.finditer(texts.get(page, ""))}
        yield from (f"{page}: the generated table {name} is missing" for name in names if name not in there)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if something is missing or stale")
    arguments = parser.parse_args()
    found = list(missing_blocks(documents()))
    for path in documents():
        right, wrong = updated(path)
        found += wrong
        if right == path.read_text(encoding="utf-8"):
            continue
        if arguments.check:
            found.append(f"{shown(path)} is out of date: run {COMMAND}")
        else:
            path.write_text(right, encoding="utf-8")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
