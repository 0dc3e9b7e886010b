"""Draw the figure interpreters from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

from support import factories
from support.factories import synthetic

from figures import interpreters


def test_interpreters_are_compared_with_the_first_and_inconclusive_marks_are_hollow(tmp_path: Path) -> None:
    drawn = interpreters.draw(synthetic(tmp_path, factories.on_two_interpreters(5), factories.ON_TWO))
    assert drawn.title.splitlines() == [
        "Compared with default:",
        "threading on new is 2× as fast (cpu)",
        "sync on new is 0.5× as fast (cpu)",
    ]
    assert drawn.figure.axes[0].get_legend_handles_labels()[1] == ["new"]
    assert "threading, 2 workers: on new 2 times as fast as on default (94 % CI without width; faster)" in drawn.description


def test_interpreters_with_too_few_blocks_show_no_difference(tmp_path: Path) -> None:
    times = {name: values[:2] for name, values in factories.ON_TWO.items()}
    drawn = interpreters.draw(synthetic(tmp_path, factories.on_two_interpreters(2), times))
    assert drawn.title == "Other interpreters: no clear difference from default\nin any of 2 comparisons"
