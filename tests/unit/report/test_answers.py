"""Answer experiments in sentences."""

from __future__ import annotations

import re
from pathlib import Path

from support import factories

from concbench.campaign.campaign import Campaign
from concbench.report.answers import answers, worth

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5, 10]}}


def answer(folder: Path, campaign: Campaign, times: factories.Times) -> str:
    return "\n".join(map(str, answers(factories.synthetic(folder, campaign, times).experiment("cpu"))))


def sweep(*medians: float) -> factories.Times:
    near = [1.0, 1.001, 0.999, 1.002, 0.998]
    workers = {f"threading/{n}": [median * by for by in near] for n, median in zip((2, 5, 10), medians)}
    return {"sync": [10.0 * by for by in near], **workers}


def test_the_fastest_is_named_with_its_speed_up_and_the_others_with_theirs(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(5), {"sync": [4.0] * 5, "threading": [2.0] * 5})
    assert said == "Fastest: threading with 2 workers, 2 times as fast as sync (94 % CI without width)."


MANY = {"sync": {"model": "sync"}, **{name: {"model": "thread_pool", "workers": [2]} for name in ("one", "other")}}


def test_the_fastest_names_how_many_it_was_chosen_from(tmp_path: Path) -> None:
    campaign = factories.campaign(5, contenders=MANY)
    said = answer(tmp_path, campaign, {"sync": [4.0] * 5, "one": [2.0] * 5, "other": [3.0] * 5})
    assert said.startswith("Fastest of 3 contenders: one with 2 workers, 2 times as fast as sync")


def test_the_first_is_not_called_fastest_where_another_may_be_as_fast(tmp_path: Path) -> None:
    campaign = factories.campaign(5, contenders=MANY)
    times: factories.Times = {"sync": [4.0] * 5, "one": [2.0, 2.1, 1.9, 2.0, 2.05], "other": [2.05, 2.0, 2.0, 1.95, 2.1]}
    said = answer(tmp_path, campaign, times)
    assert said.startswith("Shortest median of 3 contenders: ")
    assert " with 2 workers, 2 times as fast as sync (94 % CI" in said
    assert "Perhaps as fast, to within 5 %: " in said
    assert "Fastest" not in said


def test_the_best_of_many_that_is_faster_by_itself_alone_is_no_winner(tmp_path: Path) -> None:
    data = factories.synthetic(
        tmp_path, factories.campaign(5, contenders=MANY), {"sync": [4.0] * 5, "one": [3.0] * 5, "other": [3.5] * 5}
    ).experiment("cpu")
    data.comparisons.loc[data.comparisons["contender"] == "sync", "may_be_fastest"] = True
    (said,) = map(str, answers(data))
    luck = "But luck has a part in being the best of 3. Perhaps as fast, to within 5 %: sync."
    assert f"{luck} Verdicts compare two contenders at a time." in said
    assert "Also faster than sync, compared with it alone: other with 2 workers (1.14 times as fast)." in said


def test_where_the_baseline_is_first_a_rival_with_the_verdict_slower_is_explained(tmp_path: Path) -> None:
    data = factories.synthetic(
        tmp_path, factories.campaign(5, contenders=MANY), {"sync": [4.0] * 5, "one": [4.5] * 5, "other": [8.0] * 5}
    ).experiment("cpu")
    data.comparisons.loc[data.comparisons["contender"] == "one", "may_be_fastest"] = True
    (said,) = map(str, answers(data))
    assert said.startswith(
        "Shortest median of 3 contenders: sync. None of the others is shown to be faster."
        " But luck has a part in being the best of 3. Perhaps as fast, to within 5 %: one with 2 workers."
        " Verdicts compare two contenders at a time."
        " Slower than sync, compared with it alone: one with 2 workers (0.889 times as fast) and other with 2 workers (0.5)."
    )


def test_a_rival_that_no_verdict_calls_slower_needs_no_explanation(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "one": [4.3, 3.9, 4.1, 4.2, 4.0], "other": [8.0] * 5}
    said = answer(tmp_path, factories.campaign(5, contenders=MANY), times)
    assert said.startswith(
        "Shortest median of 3 contenders: sync. None of the others is shown to be faster."
        " Perhaps as fast, to within 5 %: one with 2 workers. Slower than sync: other with 2 workers (0.5 times as fast)."
    )


def test_a_rival_of_the_first_that_is_slower_than_the_baseline_is_explained(tmp_path: Path) -> None:
    data = factories.synthetic(
        tmp_path, factories.campaign(5, contenders=MANY), {"sync": [4.0] * 5, "one": [3.0] * 5, "other": [4.5] * 5}
    ).experiment("cpu")
    data.comparisons.loc[data.comparisons["contender"] == "other", "may_be_fastest"] = True
    (said,) = map(str, answers(data))
    assert "But luck has a part in being the best of 3. Perhaps as fast, to within 5 %: other with 2 workers." in said
    assert "Slower than sync, compared with it alone: other with 2 workers (0.889 times as fast)." in said


def test_where_a_ratio_is_faster_than_the_first_by_median_no_other_is_called_not_faster(tmp_path: Path) -> None:
    data = factories.synthetic(
        tmp_path, factories.campaign(5, contenders=MANY), {"sync": [4.0] * 5, "one": [4.1] * 5, "other": [8.0] * 5}
    ).experiment("cpu")
    one = data.comparisons["contender"] == "one"
    data.comparisons.loc[one, "may_be_fastest"] = True
    data.comparisons.loc[one, "verdict"] = "faster"
    data.comparisons.loc[one, "speedup"] = 1.1
    (said,) = map(str, answers(data))
    assert said.startswith(
        "Shortest median of 3 contenders: sync. Perhaps as fast, to within 5 %: one with 2 workers. Faster than sync: one"
    )


def test_who_is_faster_than_the_first_in_the_blocks_that_both_have_is_named(tmp_path: Path) -> None:
    ended, went_on = [2.0] * 6 + [2.8], [1.9] * 6 + [2.6] * 11  # on a machine that became slower
    times: factories.Times = {"sync": [4.0] * 6 + [5.5] * 11, "one": [*ended, *["missing"] * 10], "other": went_on}
    said = answer(tmp_path, factories.campaign(factories.UNTIL_DECIDED, contenders=MANY), times)
    assert said.startswith("Shortest median of 3 contenders: one with 2 workers, 2 times as fast as sync")
    assert "Faster than that in the blocks that both have: other with 2 workers." in said
    like: factories.Times = {**times, "other": [2.0] * 6 + [2.9] * 11}
    assert "Faster than that" not in answer(tmp_path, factories.campaign(factories.UNTIL_DECIDED, contenders=MANY), like)


def test_where_the_baseline_is_fastest_the_losses_of_the_others_are_named(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(5), {"sync": [4.0] * 5, "threading": [5.0] * 5})
    assert said == (
        "Fastest: sync. No other contender gains anything."
        " Slower than sync: threading with 2 workers (0.8 times as fast)."
        " This machine's CPUs allow 1.5 times at most, as measured."
    )


def test_contenders_without_a_clear_difference_are_not_ranked(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.2, 3.9, 4.1, 4.0], "threading": [4.1, 3.9, 4.0, 4.0, 3.98]}
    said = answer(tmp_path, factories.campaign(5), times)
    assert said.startswith("No clear winner. Shortest median: sync. Perhaps as fast, to within 5 %: threading with 2 workers.")


def test_too_few_blocks_give_no_verdict(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(3), {"sync": [4.0] * 3, "threading": [2.0] * 3})
    assert said.endswith("2 times as fast as sync. But 3 blocks are too few for a verdict, which takes 5.")
    assert said.startswith("Shortest median: threading with 2 workers")


def test_a_campaign_with_looks_has_no_verdict_before_the_first(tmp_path: Path) -> None:
    later = ["missing"] * 11
    times: factories.Times = {"sync": [*[4.0] * 6, *later], "threading": [*[2.0] * 6, *later]}
    said = answer(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)
    assert said.endswith("But 6 blocks are too few for a verdict, which takes 7.")


def test_from_where_on_more_workers_change_nothing(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(5, contenders=SWEEP), sweep(6.0, 3.0, 3.0))
    assert said.startswith("Fastest: threading, with ")
    assert said.endswith("threading: more than 5 workers show no clear gain in 5 blocks.")


def test_a_sweep_with_its_optimum_inside(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(5, contenders=SWEEP), sweep(6.0, 3.0, 4.0))
    assert said.endswith("threading: 5 workers are fastest; more are slower.")


def test_a_sweep_that_ends_too_early(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(5, contenders=SWEEP), sweep(6.0, 3.0, 2.0))
    assert said.endswith("threading: 10 workers, the most tried, are fastest.")


def test_a_sweep_of_which_several_numbers_may_be_the_best(tmp_path: Path) -> None:
    times = {**sweep(3.0, 3.0, 4.0), "threading/5": [3.1, 2.95, 3.0, 3.05, 2.9]}
    said = answer(tmp_path, factories.campaign(5, contenders=SWEEP), times)
    assert said.endswith("threading: 2 to 5 workers may be fastest; more are slower.")


def test_a_sweep_of_too_few_blocks_gives_no_range(tmp_path: Path) -> None:
    three = {name: times[:3] for name, times in sweep(6.0, 3.0, 3.5).items()}
    said = answer(tmp_path, factories.campaign(3, contenders=SWEEP), three)
    assert said.endswith("threading: of 2 to 10 workers, 5 had the shortest median.")


def test_a_campaign_without_runs_has_no_answer_yet(tmp_path: Path) -> None:
    said = answer(tmp_path, factories.campaign(2), {"sync": ["failed"] * 2, "threading": ["missing"] * 2})
    assert said == "No run counts yet."


def test_without_a_baseline_the_fastest_is_compared_with_nothing(tmp_path: Path) -> None:
    contenders = {**SWEEP, "multiprocessing": {"model": "multiprocessing_pool", "workers": [2]}}
    times: factories.Times = {"sync": ["failed"] * 5, "threading": [3.0] * 5, "multiprocessing": [2.0] * 5}
    said = answer(tmp_path, factories.campaign(5, contenders=contenders), times)
    assert "Fastest: multiprocessing with 2 workers. There is no run of sync to compare it with." in said


def test_each_condition_has_its_own_answer(tmp_path: Path) -> None:
    campaign = factories.campaign(5, sizes=[4, 8])
    data = factories.synthetic(tmp_path, campaign, {"sync": [4.0] * 5, "threading": [2.0] * 5}).experiment("cpu")
    assert [one.name for one in answers(data)] == [f"cpu, {size} items" for size in (4, 8)]
    assert all(one.sentences[0].startswith("Fastest: ") for one in answers(data))


def test_a_control_that_differs_stands_beside_the_answer(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0] * 5, "control": [2.3, 2.31, 2.29, 2.3, 2.32]}
    caution = "Caution: threading with 2 workers, measured twice, differed by 15 % (94 % CI 15 % to 16 %)."
    assert f"{caution} Distrust smaller differences here." in answer(
        tmp_path, factories.campaign(5, control="threading"), times
    )
    quiet: factories.Times = {**times, "control": [2.0] * 5}
    assert "Caution" not in answer(tmp_path, factories.campaign(5, control="threading"), quiet)


def test_the_others_are_grouped_by_verdict(tmp_path: Path) -> None:
    contenders = {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2]},
        "asyncio": {"model": "asyncio", "workers": [2]},
        "multiprocessing": {"model": "multiprocessing_pool", "workers": [2]},
    }
    times: factories.Times = {"sync": [4.0] * 5, "threading": [3.0] * 5, "asyncio": [5.0] * 5, "multiprocessing": [2.0] * 5}
    said = answer(tmp_path, factories.campaign(5, contenders=contenders, workload="echo"), times)
    assert "Also faster than sync: threading with 2 workers (1.33 times as fast)." in said
    assert "Slower than sync: asyncio with 2 workers (0.8 times as fast)." in said


def test_about_one_is_not_called_one_time_as_fast(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "one": [4.01] * 5, "other": [4.08] * 5}
    said = answer(tmp_path, factories.campaign(5, contenders=MANY), times)
    assert "As fast as sync: one with 2 workers (within 1 %) and other with 2 workers (0.98 times as fast)." in said


def by_size(folder: Path, verdicts: dict[int, float], blocks: int = 5, unclear: tuple[int, ...] = ()) -> list[str]:
    """Answer by size, given the speed-up of threads over sync at each size; ``unclear`` are inconclusive."""
    campaign = factories.campaign(blocks, sizes=list(verdicts))
    data = factories.synthetic(folder, campaign, {"sync": [4.0] * blocks, "threading": [2.0] * blocks})
    figures = data.experiment("cpu")
    for table in (figures.comparisons, figures.summary):
        assert list(table["size"].unique()) == list(verdicts)
    for size, speedup in verdicts.items():
        own = (figures.comparisons["size"] == size) & (figures.comparisons["contender"] == "threading")
        decided = "faster" if speedup > 1.05 else "slower" if speedup < 0.95 else "same"
        verdict = "inconclusive" if blocks < 5 or size in unclear else decided
        figures.comparisons.loc[own, "verdict"] = verdict
    return [str(answer) for answer in worth(figures)]


def test_from_which_size_on_a_model_pays(tmp_path: Path) -> None:
    assert by_size(tmp_path, {4: 0.5, 8: 1.5, 16: 1.9}) == ["threading: shown to be worth it from 8 items on (a 4 s job)."]


def test_a_gain_at_a_small_size_that_is_lost_at_a_larger_one_does_not_count(tmp_path: Path) -> None:
    assert by_size(tmp_path, {4: 1.5, 8: 0.5, 16: 1.9}) == ["threading: shown to be worth it from 16 items on (a 4 s job)."]
    assert by_size(tmp_path, {4: 1.5, 8: 0.5}) == ["threading: not worth it at 8 items, the largest size."]


def test_a_model_that_never_gains_or_always_does(tmp_path: Path) -> None:
    assert by_size(tmp_path, {4: 0.5, 8: 1.0}) == ["threading: not worth it up to 8 items."]
    assert by_size(tmp_path, {4: 1.5, 8: 1.6}) == ["threading: worth it at all sizes, from 4 items on (a 4 s job)."]


def test_an_inconclusive_model_is_not_called_not_worth_it(tmp_path: Path) -> None:
    assert by_size(tmp_path, {4: 1.5, 8: 1.6}, blocks=3) == ["threading: inconclusive at 8 items, the largest size."]


def test_sizes_below_where_it_is_shown_may_be_inconclusive(tmp_path: Path) -> None:
    assert by_size(tmp_path, {2: 0.5, 4: 1.0, 8: 1.0, 16: 1.9}, unclear=(4, 8)) == [
        "threading: shown to be worth it from 16 items on (a 4 s job); inconclusive at 4 and 8 items."
    ]
    assert by_size(tmp_path, {2: 0.5, 4: 1.0, 8: 0.5}, unclear=(4,)) == [
        "threading: not worth it at 8 items, the largest size; inconclusive at 4 items."
    ]


def test_one_size_has_no_answer_by_size(tmp_path: Path) -> None:
    assert by_size(tmp_path, {4: 1.5}) == []


def test_a_sweep_of_one_contender_is_not_called_the_only_one_with_runs(tmp_path: Path) -> None:
    own = {"threading": {"model": "thread_pool", "workers": [2, 5, 10]}}
    times = {name: values for name, values in sweep(6.0, 3.0, 4.0).items() if name != "sync"}
    said = answer(tmp_path, factories.campaign(5, contenders=own, baseline="threading"), times)
    assert said == "Shortest median: threading with 5 workers, 3 s. threading: 5 workers are fastest; more are slower."


TWICE = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, "all"]}}


def test_two_names_of_one_number_of_workers_are_no_sweep(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading/2": [2.0] * 5, "threading/all": [2.1] * 5}
    said = answer(tmp_path, factories.campaign(5, contenders=TWICE, sizes=[2]), times)
    assert said == "Fastest: threading with 2 workers, 2 times as fast as sync (94 % CI without width)."


def test_no_contender_stands_before_a_verb_since_its_name_may_be_a_plural(tmp_path: Path) -> None:
    plural = {"sync": {"model": "sync"}, "threads": {"model": "thread_pool", "workers": [2, 5]}}
    for n, medians in enumerate([(2.0, 2.5), (5.0, 6.0), (3.9, 4.0)]):
        folder = tmp_path / str(n)
        folder.mkdir()
        times = {f"threads/{workers}": [median] * 5 for workers, median in zip((2, 5), medians)}
        said = answer(folder, factories.campaign(5, contenders=plural), {"sync": [4.0, 4.1, 3.9, 4.0, 4.0], **times})
        assert not re.search(r"threads( with \d+ workers)? (is|has|was)\b", said)
