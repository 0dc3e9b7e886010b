"""Draw the figure crossover from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

from support import factories
from support.drawn import texts

from concbench.campaign.campaign_reader import campaign_of
from concbench.drawing.style import Drawing
from figures import crossover


def mixed(folder: Path, times: factories.Times, blocks: int = 5) -> Drawing:
    contenders = {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2]},
        "asyncio": {"model": "asyncio", "workers": [2]},
    }
    config = factories.config(blocks)
    latencies = {"near": 0.1, "far": 0.4}
    latencies = {"near": 0.1, "far": 0.4}
    config["servers"] = {name: {"sites": {"one": {"bytes": 10, "latency_s": s}}} for name, s in latencies.items()}
    own = {"workload": "download_and_sum", "sizes": [4], "servers": ["near", "far"], "baseline": "sync"}
    config["experiments"] = {name: {**own, "contenders": contenders} for name in ("light", "heavy")}
    return crossover.draw(factories.synthetic(folder, campaign_of(config), times))


def test_the_crossover_map_names_who_wins_and_by_how_much(tmp_path: Path) -> None:
    drawn = mixed(tmp_path, {"sync": [4.0] * 5, "threading": [3.0] * 5, "asyncio": [2.0] * 5})
    assert drawn.title == "Fastest by latency and work per item (campaign synthetic):\nasyncio is fastest in 4 of 4 cells"
    assert set(texts(drawn.figure)) == {"asyncio\n1.5× as fast as the next"}
    assert [label.get_text() for label in drawn.figure.axes[0].get_xticklabels()] == ["0.1 s", "0.4 s"]
    assert "at 0.4 s of latency and 0.4 s of work, asyncio, 1.5× as fast as the next" in drawn.description


def test_contenders_without_a_clear_difference_tie(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0, 2.1, 2.2, 1.9, 2.0], "asyncio": [2.1, 2.0, 2.1, 2.0, 1.9]}
    drawn = mixed(tmp_path, times)
    assert drawn.title.endswith("no clear winner in any of 4 cells")
    assert "threading" in texts(drawn.figure)[0]
    assert "asyncio" in texts(drawn.figure)[0]


def test_too_few_blocks_make_nobody_a_winner(tmp_path: Path) -> None:
    drawn = mixed(tmp_path, {"sync": [4.0] * 3, "threading": [3.0] * 3, "asyncio": [2.0] * 3}, blocks=3)
    assert drawn.title.endswith("no clear winner in any of 4 cells")
    assert set(texts(drawn.figure)) == {"asyncio\ntoo few blocks"}


def test_who_was_not_measured_may_have_won(tmp_path: Path) -> None:
    drawn = mixed(tmp_path, {"sync": [4.0] * 5, "threading": [3.0] * 5, "asyncio": ["server-bound"] * 5})
    assert set(texts(drawn.figure)) == {"threading or\nasyncio?"}
