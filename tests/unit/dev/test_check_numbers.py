"""Numbers on a page: cited ones are what their tables have, and the others are given or reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev.check_numbers import Citation, first_on_lines, pages, uncited_numbers, with_numbers, wrong_numbers

TABLE = """\
experiment,contender,workers,speedup,share,verdict,memory_bytes
io,sync,1,1.0,0.004,,1000
io,threading,5,4.876,0.372,faster,2000
io,threading,10,9.949,0.5,faster,
cpu,threading,5,0.9664,-0.0312,slower,4000
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "small-2026-11-26"
    folder.mkdir()
    (folder / "comparisons.csv").write_text(TABLE, encoding="utf-8")
    (folder / "environment.json").write_text("{}", encoding="utf-8")
    return tmp_path


def cited(source: str, text: str, table: str = "small-2026-11-26/comparisons") -> str:
    return f"Five threads: <!--= {table} {source} -->{text}<!--/--> times."


def messages(text: str, data: Path) -> list[str]:
    return [finding.message for finding in wrong_numbers(text, data)]


FIVE = "experiment=io contender=threading workers=5"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"speedup {FIVE}", "4.9"),
        (f"speedup {FIVE}", "4.88×"),
        (f"speedup {FIVE}", "5"),
        ("speedup workers=10", "9.9"),
        ("speedup workers=10.0", "9.95"),
        (f"share {FIVE} percent", "37 %"),
        (f"share {FIVE} factor=1000", "372"),
        ("share experiment=cpu percent", "−3.1 %"),
        (f"speedup {FIVE} factor=32 format=.2g", "160"),
        (f"verdict {FIVE}", "faster"),
        ("count verdict=faster", "2"),
        ("memory_bytes contender=threading median factor=0.001", "3.0 kB"),
    ],
)
def test_a_right_number_stays(data: Path, source: str, text: str) -> None:
    page = cited(source, text)
    assert messages(page, data) == []
    assert with_numbers(page, data) == page


@pytest.mark.parametrize(
    ("source", "text", "right"),
    [
        (f"speedup {FIVE}", "4.8", "4.9"),
        (f"speedup {FIVE}", "48.8×", "4.88×"),
        (f"speedup {FIVE}", "?", "4.88"),
        ("speedup experiment=cpu", "?", "0.966"),
        ("speedup workers=10", "12", "9.9"),
        ("share experiment=io contender=sync percent", "0.3 %", "0.4 %"),
        ("share experiment=cpu percent", "3.1 %", "-3.1 %"),
        (f"verdict {FIVE}", "slower", "faster"),
    ],
)
def test_a_wrong_number_is_found_and_filled_in(data: Path, source: str, text: str, right: str) -> None:
    (message,) = messages(cited(source, text), data)
    assert f"the text has {text}, the table {right}" in message
    assert with_numbers(cited(source, text), data) == cited(source, right)
    assert messages(cited(source, right), data) == []


@pytest.mark.parametrize(
    ("source", "table", "message"),
    [
        ("speedup contender=threading", "small-2026-11-26/comparisons", "the filters select 3"),
        ("speedup contender=gevent", "small-2026-11-26/comparisons", "the filters select 0"),
        ("speedups contender=sync", "small-2026-11-26/comparisons", "no column speedups"),
        ("speedup contnder=sync", "small-2026-11-26/comparisons", "no column contnder"),
        ("speedup contender=sync", "small-2026-11-26/summary", "no file"),
        ("memory_bytes workers=10", "small-2026-11-26/comparisons", "memory_bytes is empty"),
        ("speedup contender=sync promille", "small-2026-11-26/comparisons", "expected <folder>/<table>"),
        ("speedup contender=sync", "comparisons", "expected <folder>/<table>"),
    ],
)
def test_what_cannot_be_resolved_is_named_and_stays(data: Path, source: str, table: str, message: str) -> None:
    page = cited(source, "4.9", table)
    (found,) = messages(page, data)
    assert message in found
    assert with_numbers(page, data) == page


def test_a_table_needs_its_environment(data: Path) -> None:
    (data / "small-2026-11-26" / "environment.json").unlink()
    (found,) = messages(cited(f"speedup {FIVE}", "4.9"), data)
    assert "no environment.json" in found


def test_a_citation_in_a_code_block_is_an_example(data: Path) -> None:
    page = f"```\n{cited('speedup', '7')}\n```\n"
    assert with_numbers(page, data) == page


@pytest.mark.parametrize(
    "text",
    [
        "Threads are 4.9 times as fast.",
        "About 5ms each.",
        "![asyncio is 48 times as fast](io.png)",
        "| threads | 3.02 |",
        "[in 3 s](https://example.org/17)",
        "## 160 downloads",
        "```\nmake\n```\n\nIt took 3 s.\n\n```\nmake test\n```\n",
        "160 downloads took 3 s.\n<!-- given: 160 downloads -->",
    ],
)
def test_a_number_without_a_source_is_found(text: str) -> None:
    (finding,) = uncited_numbers(text)
    assert "has no source" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Threads are <!--= a/b c d=1 -->4.9<!--/--> times as fast.",
        "`sleep 3` and\n```\n3 s\n```\n",
        "# Models, 26 November 2026\n\nOn 2026-11-26.",
        "[here](https://example.org/17), and <https://example.org/3>",
        "<!-- begin table a/b -->\n| 4.9 |\n<!-- end -->",
        "1. First.\n2. Then.",
        "urllib3 and asyncio, on CPython 3.11.7",
        "With CPython 3.9, 3.11 and 3.13.\n<!-- given: CPython 3.9, 3.11 and 3.13 -->",
        "The 160\ndownloads on 2 CPUs.\n<!-- given: 160 downloads; 2 CPUs; -->",
    ],
)
def test_a_number_with_a_source_is_none(text: str) -> None:
    assert list(uncited_numbers(text)) == []


@pytest.mark.parametrize("phrase", ["160", "downloads", "20 sums"])
def test_the_list_of_given_numbers_has_what_the_page_has(phrase: str) -> None:
    (finding,) = uncited_numbers(f"Downloads.\n<!-- given: {phrase} -->")
    assert phrase in finding.message


def test_a_finding_names_its_line() -> None:
    (finding,) = uncited_numbers("```\n1\n```\n\nIt took 3 s.")
    assert finding.line == 5


@pytest.mark.parametrize("before", ["It took\n", "- It took\n  ", ""])
def test_a_citation_at_the_start_of_a_line_is_found(before: str) -> None:
    (finding,) = first_on_lines(f"{before}<!--= a/b c -->3<!--/--> s.")
    assert finding.line == 1 + before.count("\n")
    assert "move it to the end of the line before" in finding.message


def test_a_citation_within_a_line_or_a_block_of_code_is_fine() -> None:
    assert not list(first_on_lines("It took <!--= a/b c -->3<!--/--> s.\n\n```\n<!--= a/b c -->?<!--/-->\n```\n"))


def test_a_citation_names_a_table_and_a_column() -> None:
    read = Citation.read("a-2026/summary median_s contender='two words' factor=1000 format=.1f")
    assert (read.table, read.column, read.form, read.factor) == ("a-2026/summary", "median_s", ".1f", 1000)
    assert read.filters == {"contender": "two words"}


def test_the_pages_are_those_with_measured_numbers() -> None:
    names = {path.name for path in pages()}
    assert {"README.md", "which-model.md", "models.md", "validation.md"} <= names
