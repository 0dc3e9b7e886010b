"""Fit scaling laws: which sweeps are fitted, their predictions, and warnings of poor fits."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support import factories

from concbench.analysis.findings import fit_findings
from concbench.analysis.scaling import fit_all
from concbench.analysis.warning_kinds import Kind
from concbench.records.rows import ScalingRow
from concbench.stats.scaling_laws import USL, Fit

NUMBERS = [1, 2, 4, 8, 16, 32, 64, 128]
TRUTH = Fit(USL, 10.0, 0.02, 0.0005, 0.0)  # best with 44


def swept(folder: Path, numbers: list[int], makespans_s: list[float], blocks: int = 5) -> tuple[list[ScalingRow], pd.DataFrame]:
    """The laws fitted to a sweep, and its summary."""
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": numbers}}
    campaign = factories.campaign(blocks, contenders=contenders, sizes=[128])
    noise = [1.0, 1.01, 0.99, 1.02, 0.98]
    times: dict[str, list[float | str]] = {"sync": [10.0] * blocks}
    for number, makespan_s in zip(numbers, makespans_s):
        times[f"threading/{number}"] = [makespan_s * by for by in noise[:blocks]]
    tables = factories.tables(folder, campaign, times)
    return list(fit_all(campaign, *tables)), tables[1]


def fitted(folder: Path, numbers: list[int], makespans_s: list[float], blocks: int = 5) -> list[ScalingRow]:
    return swept(folder, numbers, makespans_s, blocks)[0]


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


@pytest.mark.parametrize(("configurations", "laws"), [(4, []), (5, ["Amdahl"]), (7, ["Amdahl"]), (8, ["Amdahl", "USL"])])
def test_a_law_is_fitted_from_as_many_configurations_on_as_it_needs(
    configurations: int, laws: list[str], tmp_path: Path
) -> None:
    own = NUMBERS[:configurations]
    assert [row.law for row in fitted(tmp_path, own, [TRUTH.makespan_s(number) for number in own])] == laws


def test_a_sweep_that_follows_no_law_is_called_poor_and_warned_of(tmp_path: Path) -> None:
    rows, summary = swept(tmp_path, NUMBERS, [10.0, 10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1.0])
    assert [row.poor for row in rows] == [True, True]
    (finding,) = fit_findings(factories.campaign(), rows, summary)
    assert finding.kind is Kind.POOR_FIT
    assert finding.message.startswith("the Universal Scalability Law misses the medians of threading by ")


def test_a_law_with_more_parameters_that_fits_leaves_nothing_to_warn_of(tmp_path: Path) -> None:
    rows, summary = swept(tmp_path, NUMBERS, [TRUTH.makespan_s(number) for number in NUMBERS])
    assert list(fit_findings(factories.campaign(), rows, summary)) == []
