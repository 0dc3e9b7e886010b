"""Lint the project's prose with proselint and with a list of phrases to avoid.

It reads the documents, the configs, and the docstrings, comments and texts of the code. ``SLIPS`` lists the phrases.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from proselint.checks import __register__ as usual_checks
from proselint.config import Config
from proselint.registry import CheckRegistry
from proselint.registry.checks import Check, CheckFlags
from proselint.registry.checks.types import ExistenceSimple
from proselint.tools import LintFile

from concbench.common.paths import ROOT, SCRIPTS
from dev.doc_text import documents, prose, shown

SLIPS = {
    r"told": "report, reject or distinguish",
    r"(?:has|have|had)n't got": "lacks",
    r"so many": "the number",
    r"so much (?:work|time|CPU|data)": "the amount",
    r"so-manieth": "every n-th",
    r"as far as": "if, where, or the number",
    r"of one's own": "your own",
    r"(?:not|can't|cannot|could not) (?:to )?be had": "not available",
    r"to be had": "available",
    r"besides": "also, or beside",
    r"(?:is|are) (?:only )?said": "prints, reports or means",
    r"goes on (?:there|by|with)": "continue, or run the same command again",
    r"by hand of": "by",
    r"what comes out": "the results",
    r"the like of": "such as",
    r"times faster": "speed-up, or times as fast",
    r"hang(?:s)? on": "depends on",
    r"need not come out": "may differ",
}
"""Phrases to avoid, as regular expressions, each with words to use instead. A space stands for any white space."""
WHITE = r"\s+"
ANYWHERE = CheckFlags(allow_quotes=True)
WHAT = r"(?m)(?:^\s*(?:[-*]\s+)?|[.!?]\s+|\|\s+)(?-i:What)\s[^.?!|]*[.!|]"
"""A sentence that begins with *What* and is no question. Its subject should be a noun."""
TWICE = ("a", "an", "and", "are", "as", "by", "for", "in", "is", "not", "of", "on", "or", "the", "to", "with")
READ = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}  # the last from Python 3.12 on
MARKS = re.compile(r"""^#+|^[rbf]{0,2}(?:\"{3}|'{3}|"|')|(?:\"{3}|'{3}|"|')$""", re.IGNORECASE)
"""Where a comment begins, and where a string begins and ends."""
USUAL = (
    "archaism",
    "cliches",
    "hedging",
    "malapropisms",
    "mixed_metaphors",
    "mondegreens",
    "needless_variants",
    "nonwords",
    "oxymorons",
    "redundancy.misc.garner",
    "redundancy.misc.nordquist",
    "redundancy.ras_syndrome",
    "uncomparables",
)
"""Those of proselint's own checks that are used."""


def registered() -> CheckRegistry:
    """Return proselint's registry, with its own checks and this project's."""
    registry = CheckRegistry()
    if not registry.checks:
        registry.register_many(usual_checks)
        own = {
            rf"\b(?:{pattern.replace(' ', WHITE)})\b": f"Avoid '{{}}'; write, for example, {better}."
            for pattern, better in SLIPS.items()
        }
        own |= {rf"(?:^|[^\w-]){word}\s+{word}\b": f"The word {word} is there twice." for word in TWICE}
        own[WHAT] = "Begin with a noun or a verb, not with What."
        registry.register_many(
            tuple(Check(ExistenceSimple(one), path="slips", message=own[one], flags=ANYWHERE) for one in own)
        )
    return registry


def spaces(match: re.Match[str]) -> str:
    return " " * len(match[0])


def python_text(source: str) -> str:
    """Return the docstrings, comments and texts of a Python file at their places; all else is spaces."""
    lines = [re.sub(r"[^\n]", " ", line) for line in source.splitlines(keepends=True)]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in READ:
            text = MARKS.sub(spaces, token.string)
            text = re.sub(r"\{[^{}]*\}", spaces, text) if token.string[0] in "fF" else text
            for number, part in enumerate(text.splitlines(keepends=True)):
                row, start = token.start[0] - 1 + number, 0 if number else token.start[1]
                lines[row] = lines[row][:start] + part + lines[row][start + len(part) :]
    return "".join(lines)


def comments(source: str) -> str:
    """Return the comments of a file at their places; all else is spaces."""
    return re.sub(r"^[^#\n]*#?", spaces, source, flags=re.MULTILINE)


def texts(paths: Sequence[Path] = ()) -> Iterator[tuple[Path, str]]:
    """Yield every file with its prose, or those of ``paths``."""
    everything = [
        *documents(),
        *(ROOT / name for name in ("ARCHITECTURE.md", "CHANGELOG.md", ".github/PULL_REQUEST_TEMPLATE.md")),
        *sorted((ROOT / "config").glob("*.yaml")),
        *(path for path in sorted(SCRIPTS.rglob("*.py")) if "sys_path" not in path.parts),
        *sorted((ROOT / "examples").glob("*.py")),
        *(ROOT / name for name in ("Makefile", "Snakefile")),
        *sorted((ROOT / "rules").glob("*.smk")),
    ]
    for path in paths or everything:
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            yield path, prose(source)
        elif path.suffix == ".py":
            yield path, "" if path == Path(__file__) else prose(python_text(source))
        else:
            yield path, source if path.suffix == ".yaml" else comments(source)


def slips(text: str) -> Iterator[tuple[int, str]]:
    """Yield what is wrong in a text, with the line."""
    registry = registered()
    checks = {check.path: any(check.matches_partial(name) for name in ("slips", *USUAL)) for check in registry.checks}
    for found in LintFile("text", text).lint(Config(max_errors=1000, checks=checks)) if text.strip() else ():
        yield max(found.pos[0], 1), f"{found.check_result.message} ({found.check_result.check_path})"


def sentences(text: str) -> list[str]:
    """Return the sentences of a document's prose: no headings, tables, pictures or generated blocks."""
    kept = [line for line in prose(text).splitlines() if not line.lstrip().startswith(("#", "|", "!["))]
    paragraphs = re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", "\n".join(kept))
    found = [one for paragraph in paragraphs for one in re.split(r"(?<=[.!?])[\s*_)]+(?=\S)", paragraph)]
    return [one for one in found if len(words(one)) > 1]


def words(text: str) -> list[str]:
    """Return the words of a text; a number is one, and so is a piece of code."""
    return re.findall(r"[\w'’.,×÷%-]*\w[\w'’×÷%-]*", text)


def mean_length(text: str) -> float:
    """Return the mean number of words in a document's sentences."""
    found = sentences(text)
    return sum(len(words(one)) for one in found) / len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="files to read; else all")
    arguments = parser.parse_args()
    found = [f"{shown(path)}:{line}: {message}" for path, text in texts(arguments.paths) for line, message in slips(text)]
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
