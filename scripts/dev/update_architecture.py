"""Fill in ARCHITECTURE.md from the rooms' docstrings, the imports and the rules, and reject imports that run upward."""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from concbench.campaign.sources import dependencies
from concbench.common.paths import ROOT, SCRIPTS
from dev.doc_text import SECTION

DOCUMENT, PACKAGE = ROOT / "ARCHITECTURE.md", SCRIPTS / "concbench"
CALLERS = {
    "models": "scripts/concbench/measured/timing.py",
    "workloads": "a model",
    "clients": "scripts/workloads/download.py",
    "probes": "scripts/concbench/measured/measured_probe.py",
    "figures": "scripts/draw_figures.py",
}  # what calls the plug-ins in each folder
RULE = re.compile(
    r"^\s*(?:rule|checkpoint|use rule \w+ as) (\w+)(?: with)?:\n(.*?)"
    r"(?=^\S|^ {0,4}(?:rule|checkpoint|use rule|include)\b|\Z)",
    re.M | re.S,
)
COMMAND = re.compile(r"scripts/(\w+)\.py|step\(\"(\w+)\"")
OUTPUTS = re.compile(r"^    output:\n(.*?)^    \w+:", re.M | re.S)
MADE = re.compile(r"table\(\"(\w+)\"\)|results/\{+campaign\}+/([^\"]+)\"")
PATH = re.compile(r"`((?:scripts|rules|config|docs|tests|results)/[\w./]+|Snakefile)`")


def layers() -> list[list[str]]:
    """Return the rooms of each floor, top first, from import-linter's contract."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contract = next(one for one in settings["contracts"] if one["id"] == "layers")
    return [[room.strip() for room in floor.split("|")] for floor in contract["layers"]]


def room_of(path: Path) -> str | None:
    """Return the room that contains a file; None outside the package."""
    if not path.is_relative_to(PACKAGE) or (path.parent == PACKAGE and path.stem == "__init__"):
        return None
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules(room: str) -> list[Path]:
    """Return the files of a room; ``cli`` is a file itself."""
    if not (PACKAGE / room).is_dir():
        return [PACKAGE / f"{room}.py"]
    return sorted(path for path in (PACKAGE / room).glob("*.py") if path.stem != "__init__")


def imports(path: Path) -> set[str]:
    """Return the other rooms that a file imports from."""
    return {room for file in dependencies(path) if (room := room_of(file)) not in (None, room_of(path))}


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring, or its first paragraph if the sentence doesn't end there."""
    paragraph = docstring(path).replace("``", "`").split("\n\n")[0].split("\n")
    return paragraph[0] if paragraph[0].endswith(".") else " ".join(paragraph)


def upward() -> Iterator[str]:
    """Report each import that runs upward, or sideways between rooms of one floor."""
    floors = {room: floor for floor, rooms in enumerate(layers()) for room in rooms}
    for room in floors:
        for path in modules(room):
            for other in imports(path):
                if floors[other] <= floors[room]:
                    yield f"{path.relative_to(ROOT)}: this file in {room} imports from {other}, which is not below it."


def rooms_section() -> str:
    parts = []
    for room in (room for floor in layers() for room in floor):
        paths = modules(room)
        used = {other for path in paths for other in imports(path)}
        below = ", ".join(f"`{one}`" for floor in layers() for one in floor if one in used)
        described = PACKAGE / room / "__init__.py"
        paragraphs = docstring(described if described.is_file() else paths[0]).replace("``", "`").split("\n\n")
        about = " ".join(" ".join(paragraphs).split())
        listed = [f"- `{path.stem}`: {first_line(path)}" for path in paths if path.parent != PACKAGE]
        head = [f"### {room}", "", about, "", f"Imports {below or 'no other room'}.", ""]
        parts.append("\n".join([*head, *listed, *[""] * bool(listed)]))
    return "\n".join(parts)


def rules() -> dict[str, str]:
    """Return the text of each rule by its name."""
    texts = [path.read_text(encoding="utf-8") for path in [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]]
    return {match[1]: match[2] for text in texts for match in RULE.finditer(text)}


def made_by(rule: str) -> list[str]:
    """Return the files that a rule makes, within the campaign's folder."""
    outputs = OUTPUTS.search(rule)
    found = MADE.findall(outputs[1]) if outputs else []
    return [f"{table}.csv" if table else re.sub(r"\{+(\w+)\}+", r"<\1>", path) for table, path in found]


def commands_section() -> str:
    called: dict[str, dict[str, str]] = {}
    for name, text in rules().items():
        for match in COMMAND.finditer(text):
            called.setdefault(match[1] or match[2], {})[name] = text
    lines = ["| command | rule | makes | |", "|:--|:--|:--|:--|"]
    for path in sorted(SCRIPTS.glob("*.py")):
        by = called.get(path.stem, {})
        made = [file for text in by.values() for file in made_by(text) if not file.endswith(".svg")]
        cells = [f"`{path.name}`", ", ".join(f"`{rule}`" for rule in by) or "by hand", ", ".join(f"`{file}`" for file in made)]
        lines.append(f"| {' | '.join(cells)} | {first_line(path)} |")
    return "\n".join([*lines, ""])


def plugins_section() -> str:
    lines = ["| folder, its `__init__.py` says what a file must have | called by | there are |", "|:--|:--|:--|"]
    for kind, caller in CALLERS.items():
        names = ", ".join(f"`{path.stem}`" for path in sorted((SCRIPTS / kind).glob("*.py")) if path.stem != "__init__")
        lines.append(f"| `scripts/{kind}/` | {f'`{caller}`' if '/' in caller else caller} | {names} |")
    return "\n".join([*lines, ""])


def filled(text: str) -> str:
    """Return the document with its generated sections up to date."""
    sections = {"rooms": rooms_section(), "commands": commands_section(), "plug-ins": plugins_section()}
    return SECTION.sub(lambda match: match[1] + sections[match["name"]] + match[3], text)


def problems(text: str) -> Iterator[str]:
    """Report what is wrong: imports that run upward, rules that the document leaves out, and paths that don't exist."""
    yield from upward()
    yield from (f"{DOCUMENT.name}: the rule {rule} is missing." for rule in rules() if not re.search(rf"\b{rule}\b", text))
    yield from (f"{DOCUMENT.name}: the path {path} doesn't exist." for path in PATH.findall(text) if not (ROOT / path).exists())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only check: exit status 1 if it is out of date")
    arguments = parser.parse_args()
    text = DOCUMENT.read_text(encoding="utf-8")
    wrong = list(problems(filled(text)))
    if arguments.check and filled(text) != text:
        wrong.append(f"{DOCUMENT.name}: this is out of date. Run PYTHONPATH=scripts python -P -m dev.update_architecture.")
    if not arguments.check:
        DOCUMENT.write_text(filled(text), encoding="utf-8")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
