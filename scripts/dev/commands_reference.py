"""Make the tables of commands: make targets from the Makefile, arguments from each command's own parser."""

from __future__ import annotations

import argparse
import re
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from concbench.common.paths import ROOT, SCRIPTS
from dev.tables import code, table
from dev.update_architecture import COMMAND, rules

GROUP = re.compile(r"^##@ (.+)$")
TARGET = re.compile(r"^(?P<name>[a-z-]+):.*?## +(?P<help>.+)$")


def targets_table() -> str:
    """Tabulate the make targets in the order and groups of the Makefile."""
    lines, rows = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines(), []
    group = "General"
    for line in lines:
        heading, target = GROUP.match(line), TARGET.match(line)
        group = heading[1] if heading else group
        if target:
            rows.append([code(f"make {target['name']}"), sentence(target["help"]), group])
    return table(("target", "it does this", "group"), rows)


def sentence(text: str) -> str:
    """Return a help text as a sentence."""
    name = re.match(r"\w+[._]\w", text)  # of a file or a key
    return (text if name else text[0].upper() + text[1:]).rstrip(".") + "."


class Parsed(Exception):
    """Stop a command that has made its parser and would now read the command line."""


@contextmanager
def caught_parsers() -> Iterator[list[argparse.ArgumentParser]]:
    """Catch the parsers of commands that are run meanwhile, before they do anything."""
    caught: list[argparse.ArgumentParser] = []

    def catch(parser: argparse.ArgumentParser, *_: Any, **__: Any) -> NoReturn:
        caught.append(parser)
        raise Parsed

    usual = argparse.ArgumentParser.parse_args
    argparse.ArgumentParser.parse_args = catch  # type: ignore[method-assign,assignment]
    try:
        yield caught
    finally:
        argparse.ArgumentParser.parse_args = usual  # type: ignore[method-assign]


def parser_of(path: Path) -> argparse.ArgumentParser | None:
    """Return a command's parser, named as the command is; or None if it takes no arguments."""
    with caught_parsers() as caught:
        try:
            runpy.run_path(str(path), run_name="__main__")
        except Parsed:
            caught[0].prog = path.name
            return caught[0]
    return None


def command_part(path: Path) -> str:
    """Describe a command: its usage, its docstring and its arguments."""
    parser = parser_of(path)
    if parser is None:
        raise LookupError(f"{path.relative_to(ROOT)} makes no argument parser")
    about = [" ".join(one.split()).replace("``", "`") for one in (parser.description or "").split("\n\n")]
    actions = [action for action in parser._actions if action.help != argparse.SUPPRESS and action.dest != "help"]
    rows = [[code(written(action)), "yes" if needed(action) else "", help_of(action)] for action in actions]
    return "\n".join(
        [f"### {path.name}", "", *"\n\n".join(about).split("\n"), "", table(("argument", "required", "meaning"), rows)]
    )


def needed(action: argparse.Action) -> bool:
    return action.required if action.option_strings else action.nargs not in ("?", "*")


def written(action: argparse.Action) -> str:
    """Write an argument as a usage line has it: ``--output FILE``."""
    name = ", ".join(action.option_strings)
    if action.nargs == 0:
        return name
    value = action.metavar or (action.dest.upper() if name else action.dest)
    text = value if isinstance(value, str) else " ".join(value)
    return f"{name} {text}".strip() + (" …" if action.nargs in ("+", "*") else "")


def help_of(action: argparse.Action) -> str:
    default = "" if action.default is None else str(action.default)
    text = re.sub(r"\s*\(default: %\(default\)s\)", f" (default: {default})", action.help or "")
    return sentence(text.replace("%%", "%"))


def commands() -> dict[str, list[Path]]:
    """Return the commands for use by hand, and those that rules call."""
    called = {match[1] or match[2] for text in rules().values() for match in COMMAND.finditer(text)}
    called |= {"keep_urllib3", "run_pilot"}  # when an environment is made; before the user's function is measured
    found: dict[str, list[Path]] = {"by hand": [], "by rules": []}
    for path in sorted(SCRIPTS.glob("*.py")):
        found["by rules" if path.stem in called else "by hand"].append(path)
    return found


def commands_section(which: str) -> str:
    """Describe the commands that are used ``by hand``, or called ``by rules``."""
    return "\n".join(command_part(path) for path in commands()[which])
