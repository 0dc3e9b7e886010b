"""The prose linter finds this project's slips where people read them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev.check_prose import SLIPS, comments, mean_length, python_text, sentences, slips, texts, words
from dev.doc_text import prose


def found(text: str) -> list[str]:
    return [message for _, message in slips(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It is told, not timed.",
        "What this Python hasn't got is skipped.",
        "Measure as\nfar as you can.",
        "With so many workers it is slower.",
        "It is 0.75 times faster.",
        "A delay besides, for each request.",
        "Wheels are not to be had.",
        "It is short. What few need is in models.",
        "The the run ends.",
        'Texts in quotes are read, "as far as they go", too.',
    ],
)
def test_a_slip_is_found(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "## What does it measure?\n\nIt measures a loop.",
        "What is a block? A pass over all configurations.",
        "Unavailable features are skipped.",
        "Test a plug-in in its folder.",
        "## What you get\n\nA report.",
        "",
    ],
)
def test_plain_english_passes(text: str) -> None:
    assert found(text) == []


def test_a_finding_has_its_line_and_says_what_to_write() -> None:
    ((line, message),) = slips("One.\n\nIt is told here.\n")
    assert line == 3
    assert SLIPS["told"] in message


def test_code_of_a_document_is_not_read() -> None:
    assert found(prose("Run `told`.\n\n```\nprint('as far as')\n```\n<!-- so many -->\n[here](so-many.md)\n")) == []


def test_docstrings_comments_and_texts_of_python_are_read() -> None:
    source = (
        'told = 1  # as far as\n\n\ndef f():\n    """It is told.\n\n    So many.\n    """\n    return f"{told} hasn\'t got"\n'
    )
    lines = [line for line, _ in slips(python_text(source))]
    assert lines == [1, 5, 7, 9]


def test_comments_of_a_makefile_are_read() -> None:
    assert [line for line, _ in slips(comments("told: all  ## measure as far as\n\techo told\n# told\n"))] == [1, 3]


def test_everything_that_people_read_is_read() -> None:
    names = {path.name for path, _ in texts()}
    assert {"README.md", "claims.yaml", "schema.yaml", "warning_kinds.py", "Makefile", "tables.smk", "results.md"} <= names


def test_paths_choose_what_is_read(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("It is told.\n", encoding="utf-8")
    assert [path for path, _ in texts([page])] == [page]


def test_sentences_have_neither_tables_nor_code_nor_headings() -> None:
    text = """# A heading of several words

One sentence here. Another, with `some code` in it!

- An item of a list
- and a second one.

| a | table of cells |
|---|---|

![a picture of it](x.png)

```
$ make everything now
```
"""
    assert [len(words(one)) for one in sentences(text)] == [3, 6, 5, 4]
    assert mean_length(text) == 4.5
