"""Messages that the guide to troubleshooting quotes are in the code; statuses and warnings are in guide and reference."""

from __future__ import annotations

import re

import pytest

from concbench.analysis.warning_kinds import Kind
from concbench.common.paths import ROOT
from concbench.measured.status import Status

GUIDE = (ROOT / "docs" / "guides" / "troubleshooting.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "results.md").read_text(encoding="utf-8")
SYMPTOMS = ("you see", "the reason says")  # heads of the columns that quote messages
QUOTED = re.compile(r"`([^`]*)`")
JOINT = re.compile(r'"\s*f?"')  # between the parts of a text that goes over several lines
FOREIGN = {  # messages of Linux, Python, the shell and Snakemake
    "snakemake: command not found",
    "Error in rule …",
    "Too many open files",
    "Cannot assign requested address",
    "No module named …",
    "Can't pickle …",
}
NO_MESSAGES = {"inconclusive"}  # words that stand in the same columns


def quoted() -> list[str]:
    """List the messages in the first columns of the guide's tables."""
    found, quotes = [], False
    for line in GUIDE.splitlines():
        if not line.startswith("|"):
            quotes = False
            continue
        first = line.split(" | ")[0].removeprefix("| ")
        if first in SYMPTOMS:
            quotes = True
        elif quotes:
            found += QUOTED.findall(first)
    return [message for message in found if message not in FOREIGN | NO_MESSAGES]


@pytest.fixture(scope="module")
def code() -> str:
    files = [ROOT / "Makefile", *sorted((ROOT / "scripts").rglob("*.py"))]
    return JOINT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in files))


@pytest.mark.parametrize("message", quoted())
def test_every_message_is_in_the_code(message: str, code: str) -> None:
    parts = [re.escape(part.strip()) for part in message.split("…") if part.strip()]
    between = r".{0,120}?"  # a value, in braces
    assert re.search(between.join(parts), code), message


def test_it_quotes_messages() -> None:
    assert len(quoted()) > 40


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OK])
def test_every_status_is_explained(status: Status) -> None:
    assert f"| `{status}` |" in GUIDE


@pytest.mark.parametrize("kind", Kind)
def test_every_warning_is_explained(kind: Kind) -> None:
    assert f"| `{kind.title}` |" in GUIDE


@pytest.mark.parametrize("kind", Kind)
def test_the_condition_of_every_warning_is_in_the_reference(kind: Kind) -> None:
    conditions = REFERENCE.partition("### When a warning appears")[2].partition("\n## ")[0]
    assert f"`{kind.title}`" in conditions
