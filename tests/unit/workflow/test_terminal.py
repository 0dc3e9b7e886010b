"""Test that the state at the bottom of a terminal is written anew, and that nothing else is lost."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.terminal import FakeTerminal

from concbench.workflow.terminal import USUAL, Output, Screen, fitted, output_for, padded, size_of, width_of


def screen_on(terminal: FakeTerminal) -> Screen:
    return Screen(terminal, lambda: os.terminal_size((terminal.columns, terminal.height)))


def test_the_state_is_below_what_stays() -> None:
    terminal = FakeTerminal()
    screen = screen_on(terminal)
    screen.write("run 1", ["measuring 2", "medians"])
    assert terminal.seen == ["run 1", "measuring 2", "medians"]
    screen.write("run 2", ["measuring 3", "", "medians", "more medians"])
    assert terminal.seen == ["run 1", "run 2", "measuring 3", "", "medians", "more medians"]
    screen.write("", ["measuring 4"])
    assert terminal.seen == ["run 1", "run 2", "measuring 4"]
    screen.write("")
    assert terminal.seen == ["run 1", "run 2"]


def test_the_state_never_wraps() -> None:
    terminal = FakeTerminal(columns=40)
    screen = screen_on(terminal)
    for number in range(3):
        screen.write(f"run {number}", ["m" * 39, "n" * 40, "界" * 30])
    assert terminal.seen == [*(f"run {number}" for number in range(3)), "m" * 39, "n" * 38 + "…", "界" * 19 + "…"]


def test_lines_that_stay_may_wrap() -> None:
    terminal = FakeTerminal(columns=40)
    screen = screen_on(terminal)
    screen.write("failed: " + "why " * 20, ["medians"])
    screen.write("run 2", ["medians"])
    assert "".join(terminal.seen).count("why") == 20
    assert terminal.seen[-2:] == ["run 2", "medians"]


def test_what_others_print_below_the_state_stays() -> None:
    terminal = FakeTerminal()
    screen = screen_on(terminal)
    screen.write("run 1", ["medians"])
    terminal.write("\x1b[31mError in rule\x1b[0m\n")
    screen.leave()
    screen.write("run 2", ["more medians"])
    assert terminal.seen == ["run 1", "medians", "Error in rule", "run 2", "more medians"]


def test_a_terminal_that_becomes_narrower_loses_nothing() -> None:
    terminal = FakeTerminal(columns=80)
    screen = screen_on(terminal)
    screen.write("run 1", ["m" * 60])
    terminal.columns = 40
    screen.write("run 2", ["n" * 60])
    assert terminal.seen == ["run 1", "m" * 60, "run 2", "n" * 38 + "…"]
    terminal.columns = 80
    screen.write("run 3", ["o" * 60])
    assert terminal.seen == ["run 1", "m" * 60, "run 2", "run 3", "o" * 60]


@pytest.mark.parametrize(
    ("is_terminal", "variables", "output"),
    [
        (True, {"TERM": "xterm-256color"}, Output.LIVE),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, Output.LIVE),  # it has no colours anyway
        (True, {"TERM": "xterm", "CI": "false"}, Output.LIVE),
        (True, {"TERM": "dumb"}, Output.LINES),
        (True, {}, Output.LINES),
        (True, {"TERM": "xterm", "CI": "true"}, Output.SPARSE),
        (False, {"TERM": "xterm"}, Output.SPARSE),
    ],
)
def test_progress_is_shown_as_the_output_allows(is_terminal: bool, variables: Mapping[str, str], output: Output) -> None:
    assert output_for(is_terminal, variables) is output


def test_the_width_is_that_of_what_is_seen() -> None:
    assert [width_of(text) for text in ("", "sync", "19.2×", "e\u0301te\u0301", "界面", "שלום", "a…")] == [0, 4, 5, 3, 4, 4, 2]


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("sync", 4, "sync"),
        ("asyncio", 4, "asy…"),
        ("a b c d", 5, "a b…"),
        ("界面界面", 4, "界…"),
        ("sync", 1, "…"),
        ("sync", 0, ""),
    ],
)
def test_a_text_is_cut_to_a_width(text: str, width: int, cut: str) -> None:
    assert fitted(text, width) == cut
    assert width_of(padded(text, width)) == width


def test_the_size_of_what_is_no_terminal_is_a_usual_one() -> None:
    assert size_of(io.StringIO()) == USUAL
    with Path(os.devnull).open("w", encoding="utf-8") as file:
        assert size_of(file) == USUAL


def test_the_size_of_a_terminal_that_does_not_know_it_is_a_usual_one() -> None:
    parent, child = os.openpty()
    with os.fdopen(parent, "rb"), os.fdopen(child, "w", encoding="utf-8") as file:
        assert size_of(file) == USUAL
