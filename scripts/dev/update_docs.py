"""Fill in the tables of config/README.md and results/README.md from the schema and the data classes they document."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from concbench.analysis.warning_kinds import Kind
from concbench.campaign.schema import resolved, schema
from concbench.common.paths import ROOT
from concbench.records.rows import TABLES, ChangeRow, column_meanings

DOCUMENTS = (ROOT / "config" / "README.md", ROOT / "results" / "README.md")
SECTION = re.compile(r"(<!-- begin (?P<name>[\w. -]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def columns_table(row: type) -> str:
    lines = [f"| `{name}` | {meaning} |" for name, meaning in column_meanings(row).items()]
    return "\n".join(["| column | meaning |", "|---|---|", *lines, ""])


def warnings_table() -> str:
    remedies = {kind: kind.remedy.replace("{", "<").replace("}", ">") for kind in Kind}
    lines = [f"| `{kind.title}` | {kind.meaning} | {remedy} |" for kind, remedy in remedies.items()]
    return "\n".join(["| warning | meaning | what to do |", "|---|---|---|", *lines, ""])


def keys(rule: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield every key below ``rule`` with its description and default; ``<name>`` stands for a name that the user chooses."""
    for name, part in rule.get("properties", {}).items():
        whole = resolved(part)
        yield f"{prefix}{name}", whole["description"], default_of(whole, name in rule.get("required", ()))
        yield from keys(whole, f"{prefix}{name}.")
    further = rule.get("additionalProperties")
    if isinstance(further, Mapping) and "$ref" in further:
        yield from keys(resolved(further), f"{prefix}<name>.")


def definition_table(name: str) -> str:
    """Return the keys of one of the schema's definitions, without those below them."""
    rule = resolved({"$ref": f"#/$defs/{name}"})
    parts = {key: resolved(part) for key, part in rule["properties"].items()}
    needed = rule.get("required", ())
    lines = [f"| `{key}` | {part['description']} | {default_of(part, key in needed)} |" for key, part in parts.items()]
    return "\n".join(["| key | what it says | unless set |", "|---|---|---|", *lines, ""])


def default_of(part: Mapping[str, Any], required: bool) -> str:
    return f"`{part['default']}`" if "default" in part else ("" if required else "–")


def keys_table() -> str:
    lines = [f"| `{name}` | {meaning} | {default} |" for name, meaning, default in keys(schema())]
    return "\n".join(["| key | what it says | unless set |", "|---|---|---|", *lines, ""])


def filled(text: str) -> str:
    """Return a document with its generated sections as they should be."""
    sections = {
        "config keys": keys_table(),
        "claim keys": definition_table("claim"),
        "quantity keys": definition_table("quantity"),
        "warnings": warnings_table(),
        **{f"{name}.csv": columns_table(row) for name, row in {**TABLES, "changes": ChangeRow}.items()},
    }
    return SECTION.sub(lambda match: match[1] + sections[match["name"]] + match[3], text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if something is out of date")
    arguments = parser.parse_args()
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        if arguments.check and filled(text) != text:
            sys.exit(f"{path.relative_to(ROOT)} is out of date: run PYTHONPATH=scripts python -m dev.update_docs")
        path.write_text(filled(text), encoding="utf-8")


if __name__ == "__main__":
    main()
