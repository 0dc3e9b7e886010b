"""Fit scaling laws: which sweeps are fitted, their predictions, and warnings of poor fits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import factories

from concbench.analysis.findings import fit_findings
from concbench.analysis.scaling import fit_all, optimum_by_law
from concbench.analysis.warning_kinds import Kind
from concbench.records.rows import ScalingRow
from concbench.stats.scaling_laws import USL, Fit

NUMBERS = [1, 2, 4, 8, 16, 32, 64, 128]
TRUTH = Fit(USL, 10.0, 0.02, 0.0005, 0.0)  # best with 44


def swept(
    folder: Path, numbers: list[int], makespans_s: list[float], blocks: int = 5, scatter: float = 0.0
) -> tuple[list[ScalingRow], pd.DataFrame]:
    """The laws fitted to a sweep, and its summary; ``scatter`` is that of single runs, beside that of blocks."""
    random = np.random.default_rng(4)
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": numbers}}
    campaign = factories.campaign(blocks, contenders=contenders, sizes=[128])
    noise = [1.0, 1.01, 0.99, 1.02, 0.98]
    times: dict[str, list[float | str]] = {"sync": [10.0] * blocks}
    for number, makespan_s in zip(numbers, makespans_s):
        times[f"threading/{number}"] = [makespan_s * by * np.exp(random.normal(0, scatter)) for by in noise[:blocks]]
    tables = factories.tables(folder, campaign, times)
    return list(fit_all(campaign, *tables)), tables[1]


def fitted(
    folder: Path, numbers: list[int], makespans_s: list[float], blocks: int = 5, scatter: float = 0.0
) -> list[ScalingRow]:
    return swept(folder, numbers, makespans_s, blocks, scatter)[0]


def test_a_sweep_that_follows_the_law_gives_its_optimum_beside_the_measured_one(tmp_path: Path) -> None:
    amdahl, usl = fitted(tmp_path, NUMBERS, [TRUTH.makespan_s(number) for number in NUMBERS])
    assert (amdahl.law, amdahl.predicted_workers, amdahl.coherency) == ("Amdahl", None, None)
    assert (usl.law, usl.worker_counts, usl.blocks, usl.measured_workers, usl.poor) == ("USL", 8, 5, 32, False)
    assert usl.serial_fraction == pytest.approx(0.02, rel=0.01)
    assert usl.coherency == pytest.approx(0.0005, rel=0.01)
    assert usl.predicted_workers == pytest.approx(TRUTH.best_workers, rel=0.01)
    assert usl.predicted_low is not None
    assert usl.predicted_high is not None
    assert usl.predicted_low <= TRUTH.best_workers * 1.001
    assert usl.predicted_high >= TRUTH.best_workers * 0.999
    assert usl.level == pytest.approx(0.9375)
    assert (usl.most_workers, usl.lack_of_fit_p) == (128, 1.0)
    assert usl.predicted_speedup == pytest.approx(TRUTH.most_speedup, rel=0.01)


def test_a_law_with_its_optimum_beyond_the_sweep_gives_no_figure_for_it(tmp_path: Path) -> None:
    truth = Fit(USL, 10.0, 0.02, 0.00002, 0.0)  # best with 221
    *_, usl = fitted(tmp_path, NUMBERS, [truth.makespan_s(number) for number in NUMBERS], scatter=0.002)
    assert (usl.poor, usl.most_workers) == (False, 128)
    assert (usl.predicted_workers, usl.predicted_high, usl.predicted_speedup) == (None, None, None)
    assert usl.serial_fraction_low is not None


def test_a_law_that_misses_by_more_than_the_scatter_gives_no_interval(tmp_path: Path) -> None:
    limited = [max(0.8, TRUTH.makespan_s(number)) for number in NUMBERS]  # by a limit of connections
    *_, usl = fitted(tmp_path, NUMBERS, limited, scatter=0.01)
    assert usl.error is not None
    assert usl.error < 0.1
    assert (usl.poor, usl.lack_of_fit_p) == (True, 0.0625)
    assert (usl.predicted_workers, usl.predicted_low, usl.serial_fraction_low, usl.coherency_low) == (None,) * 4
    (finding,) = fit_findings(factories.campaign(), [usl], swept(tmp_path, NUMBERS, limited)[1])
    assert finding.message.endswith(", more than the scatter of the blocks explains")


def test_too_few_blocks_test_no_law(tmp_path: Path) -> None:
    *_, usl = fitted(tmp_path, NUMBERS, [TRUTH.makespan_s(number) for number in NUMBERS], blocks=4)
    assert (usl.lack_of_fit_p, usl.poor, usl.predicted_workers, usl.serial_fraction_low) == (None, False, None, None)
    assert usl.serial_fraction == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize(("configurations", "laws"), [(4, []), (5, ["Amdahl"]), (7, ["Amdahl"]), (8, ["Amdahl", "USL"])])
def test_a_law_is_fitted_from_as_many_configurations_on_as_it_needs(
    configurations: int, laws: list[str], tmp_path: Path
) -> None:
    own = NUMBERS[:configurations]
    assert [row.law for row in fitted(tmp_path, own, [TRUTH.makespan_s(number) for number in own])] == laws


def test_blocks_that_hold_a_part_of_a_sweep_leave_its_law_as_it_is(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": NUMBERS}}
    campaign = factories.campaign(factories.UNTIL_DECIDED, contenders=contenders, sizes=[128])
    times: dict[str, list[float | str]] = {"sync": [10.0] * 17}
    for number in NUMBERS:
        usual, slow = TRUTH.makespan_s(number), 1.5 * TRUTH.makespan_s(number)
        times[f"threading/{number}"] = [*[usual] * 6, slow, *[slow if number < 16 else "missing"] * 10]
    *_, usl = fit_all(campaign, *factories.tables(tmp_path, campaign, times))
    assert (usl.blocks, usl.poor, usl.measured_workers) == (7, False, 32)
    assert usl.error == pytest.approx(0, abs=0.001)
    assert usl.one_worker_s == pytest.approx(10.0, rel=0.001)


def test_a_sweep_that_follows_no_law_is_called_poor_and_warned_of(tmp_path: Path) -> None:
    rows, summary = swept(tmp_path, NUMBERS, [10.0, 10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1.0])
    assert [row.poor for row in rows] == [True, True]
    (finding,) = fit_findings(factories.campaign(), rows, summary)
    assert finding.kind is Kind.POOR_FIT
    assert finding.message.startswith("the Universal Scalability Law misses the medians of threading by ")


def test_a_law_with_more_parameters_that_fits_leaves_nothing_to_warn_of(tmp_path: Path) -> None:
    rows, summary = swept(tmp_path, NUMBERS, [TRUTH.makespan_s(number) for number in NUMBERS])
    assert list(fit_findings(factories.campaign(), rows, summary)) == []


def test_a_campaign_with_looks_has_intervals_that_hold_at_all_of_them(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": NUMBERS}}
    campaign = factories.campaign(factories.UNTIL_DECIDED, contenders=contenders, sizes=[128])
    times: dict[str, list[float | str]] = {"sync": [10.0] * 17}
    for number in NUMBERS:
        times[f"threading/{number}"] = [TRUTH.makespan_s(number) * np.exp(random.normal(0, 0.01)) for _ in range(17)]
    found = {}
    for blocks in (6, 7, 10, 17):
        stopped = {name: [*values[:blocks], *["missing"] * (17 - blocks)] for name, values in times.items()}
        *_, found[blocks] = fit_all(campaign, *factories.tables(tmp_path, campaign, stopped))
    assert (found[6].level, found[6].lack_of_fit_p, found[6].serial_fraction_low) == (0.0, None, None)
    assert optimum_by_law(found[6]) == "not shown: too few blocks"
    assert found[7].level == found[10].level == 1 - 2 / 2**7  # of the sign test that leaves nothing out
    assert (found[10].serial_fraction_low, found[10].predicted_high) == (found[7].serial_fraction_low, found[7].predicted_high)
    lows = [found[blocks].serial_fraction_low or 0 for blocks in (7, 17)]
    assert 0 < lows[0] <= lows[1] <= 0.02 <= (found[17].serial_fraction_high or 0)
    assert 0.95 <= (found[17].level or 0) < 1 - 2 / 2**7
