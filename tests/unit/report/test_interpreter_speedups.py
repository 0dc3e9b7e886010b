"""Write sentences on other interpreters, compared with the first one."""

from __future__ import annotations

from pathlib import Path

from support import factories
from support.factories import ON_TWO, on_two_interpreters, synthetic

from concbench.report.interpreter_speedups import gains


def test_one_interpreter_has_nothing_beside_it(tmp_path: Path) -> None:
    data = synthetic(tmp_path, factories.campaign(2), {"sync": [4.0, 4.0], "threading": [2.0, 2.0]})
    assert data.tables["interpreters"].empty
    assert list(gains(data.experiment("cpu"))) == []


def test_the_best_of_all_is_named_beside_the_best_at_home(tmp_path: Path) -> None:
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), ON_TWO).experiment("cpu"))
    assert answer.name == "cpu, by interpreter"
    fastest = "It is 2 times as fast as threading with 2 workers, the fastest on default (94 % CI 2 to 2; faster)."
    assert answer.sentences == (
        f"threading with 2 workers on new has the shortest median of all. {fastest}",
        "new compared with default. Faster: threading with 2 workers (2 times as fast). Slower: sync (0.5 times as fast).",
    )


def test_what_one_interpreter_lacks_is_not_compared_and_said_so(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "threading@new": ["skipped"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), lacking).experiment("cpu"))
    assert answer.sentences == (
        "threading with 2 workers on default has the shortest median of all.",
        "new compared with default. Slower: sync (0.5 times as fast). Not compared: threading.",
    )


def test_an_interpreter_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "sync@new": ["skipped"] * 5, "threading@new": ["skipped"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), lacking).experiment("cpu"))
    assert answer.sentences[1:] == ("new: no run to compare.",)
