"""Write sentences on other interpreters, compared with the first one."""

from __future__ import annotations

from pathlib import Path

from support import factories
from support.factories import ON_TWO, on_two_interpreters, synthetic

from concbench.records.tables import known
from concbench.report.interpreter_speedups import gains


def test_one_interpreter_is_compared_with_nothing(tmp_path: Path) -> None:
    data = synthetic(tmp_path, factories.campaign(2), {"sync": [4.0, 4.0], "threading": [2.0, 2.0]})
    assert data.tables["interpreters"].empty
    assert list(gains(data.experiment("cpu"))) == []


def test_the_fastest_of_all_is_compared_with_the_fastest_on_the_first_interpreter(tmp_path: Path) -> None:
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), ON_TWO).experiment("cpu"))
    assert answer.name == "cpu, by interpreter"
    fastest = "It is 2 times as fast as threading with 2 workers, the fastest on default (94 % CI without width; faster)."
    assert answer.sentences == (
        f"Shortest median of all: threading with 2 workers on new. {fastest}",
        "new compared with default. Faster: threading with 2 workers (2 times as fast). Slower: sync (0.5 times as fast).",
    )


def test_the_best_of_all_that_is_faster_by_itself_alone_is_no_winner(tmp_path: Path) -> None:
    data = synthetic(tmp_path, on_two_interpreters(5), ON_TWO).experiment("cpu")
    assert known(data.interpreters.set_index("contender")["fastest_may_be_as_fast"]["threading"]) == False  # noqa: E712
    data.interpreters["fastest_may_be_as_fast"] = True
    (answer,) = gains(data)
    assert answer.sentences[0].endswith(
        "; faster). But luck has a part in being the best of 4. Perhaps as fast, to within 5 %: threading with 2 workers."
        " Verdicts compare two contenders at a time."
    )


def test_contenders_that_an_interpreter_lacks_are_named_and_not_compared(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "threading@new": ["skipped"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), lacking).experiment("cpu"))
    assert answer.sentences == (
        "Shortest median of all: threading with 2 workers on default.",
        "new compared with default. Slower: sync (0.5 times as fast). Not compared: threading.",
    )


def test_an_interpreter_that_is_not_installed_takes_no_sentence(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "sync@new": ["absent"] * 5, "threading@new": ["absent"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), lacking).experiment("cpu"))
    assert not [sentence for sentence in answer.sentences if sentence.startswith("new")]


def test_an_interpreter_whose_runs_failed_takes_one_sentence(tmp_path: Path) -> None:
    failed: factories.Times = {**ON_TWO, "sync@new": ["skipped"] * 5, "threading@new": ["failed"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), failed).experiment("cpu"))
    assert answer.sentences[1:] == ("new: no run to compare.",)
