"""Draw the crossover map of mixed work: the fastest contender at each latency and CPU time per item.

How to read it: each cell is one experiment against one server. A hatched cell is a tie: those named with the fastest are not
shown to be slower by more than the margin. A question mark names a contender without a run that
counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.analysis.optimum import as_fast
from concbench.campaign.campaign import CONTROL, MIXED
from concbench.common.formatting import three_digits
from concbench.drawing.style import GREY, Drawing, headed, seconds, width_in
from concbench.stats.verdicts import LEAST_LEVEL

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "mixed work"
NOBODY = "tie"
TOO_FEW = "too few blocks"
UNDECIDED = (NOBODY, TOO_FEW)


@dataclass(frozen=True)
class Cell:
    """One experiment against one server: its work per item, its latency, and the fastest contender."""

    latency_s: float
    cpu_s: float
    contender: str
    rivals: tuple[str, ...]  # that may be as fast, or that have no run
    lead: float  # its speed-up over the next contender
    decided: bool  # whether there are enough blocks for a verdict

    @property
    def winner(self) -> str:
        if self.rivals:
            return NOBODY
        return self.contender if self.decided else TOO_FEW


def work_s(data: FigureData) -> float:
    """Return the baseline's median CPU time per item, over all servers."""
    baseline = data.summary[data.summary["contender"] == data.experiment.baseline]["configuration"]
    return float(data.items[data.items["configuration"].isin(baseline)]["cpu_s"].median())


def unknown(configurations: pd.DataFrame, data: FigureData) -> list[str]:
    """List the contenders without a run that counts: each of them might have won."""
    return [name for name in data.experiment.contenders if name not in (*configurations["contender"], CONTROL)]


def cell(data: FigureData, server: str) -> Cell | None:
    """Make a cell for the first interpreter and size; None where fewer than two contenders have runs that count."""
    best = data.fastest[(data.fastest["server"] == server) & (data.fastest["size"] == data.experiment.sizes[0])]
    best = best[best["interpreter"] == next(iter(data.campaign.interpreters))]
    compared = data.comparisons[["configuration", "level", "vs_fastest", "may_be_fastest"]]
    configurations = best.merge(compared, on="configuration").sort_values("median_s", ignore_index=True)
    if len(configurations) < 2 or pd.isna(work_s(data)):
        return None
    profile = data.campaign.servers[server]
    decided = bool(configurations["level"].min() >= LEAST_LEVEL)
    delays_s = profile.delays_s(data.experiment.sizes[0], data.campaign.seed, 1, "")
    return Cell(
        latency_s=sum(delays_s) / len(delays_s),
        cpu_s=work_s(data),
        contender=str(configurations["contender"][0]),
        rivals=(
            *(as_fast(configurations)["contender"] if decided else ()),
            *(f"{name}?" for name in unknown(configurations, data)),
        ),
        lead=float(configurations["vs_fastest"][1]),
        decided=decided,
    )


def cells(data: CampaignData) -> list[Cell]:
    """Make the cells of all experiments of mixed work, one per server."""
    mixed = [name for name, one in data.campaign.experiments.items() if one.workload == MIXED]
    found = [cell(data.experiment(name), server) for name in mixed for server in data.campaign.experiments[name].servers]
    return [one for one in found if one is not None]


def draw_cell(axes: Axes, one: Cell, place: tuple[int, int], colour: object) -> None:
    across, up = place
    hatch = "////" if one.rivals else None
    axes.add_patch(Rectangle((across - 0.5, up - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=2, hatch=hatch))
    said = " or\n".join([one.contender, *one.rivals])
    lead = "" if one.rivals else f"\n{three_digits(one.lead)}× as fast as the next" if one.decided else f"\n{TOO_FEW}"
    axes.annotate(f"{said}{lead}", place, ha="center", va="center", fontsize=6.5, color="black",
                  bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.0})  # fmt: skip


def sentence(found: list[Cell], data: CampaignData) -> str:
    """Write the title, which states the finding."""
    winners = [name for name in dict.fromkeys(one.winner for one in found) if name not in UNDECIDED]
    tied = sum(one.winner in UNDECIDED for one in found)
    heading = f"Fastest by latency and work per item (campaign {data.campaign.name}):"
    if not winners:
        return f"{heading}\nno clear winner in any of {len(found)} cells"
    (first, most), *others = ((name, sum(one.winner == name for one in found)) for name in winners)
    rest = "".join(f", {name} in {number}" for name, number in others)
    ties = f"; {tied} {'tie' if tied == 1 else 'ties'}" if tied else ""
    return f"{heading}\n{first} is fastest in {most} of {len(found)} cells{rest}{ties}"


def footnote(data: CampaignData) -> str:
    """Name the numbers of workers."""
    summary = data.tables["summary"]
    mixed = summary[(summary["workload"] == MIXED) & (summary["workers"] > 1)]
    numbers = sorted({int(number) for number in mixed["workers"]})
    return f"{' or '.join(map(str, numbers))} workers each" if numbers else ""


def in_words(one: Cell) -> str:
    where = f"{seconds(one.latency_s)} of latency and {seconds(one.cpu_s)} of work"
    return f"at {where}, {one.contender}" + (
        f" or {' or '.join(one.rivals)}" if one.rivals else f", {three_digits(one.lead)}× as fast as the next"
    )


def draw(data: CampaignData) -> Drawing:
    found = cells(data)
    if not found:
        figure = plt.figure(figsize=(width_in(), 1))
        return Drawing(
            headed(figure, f"Fastest by latency and work per item (campaign {data.campaign.name}): nothing measured"),
            "No run counts.",
        )
    latencies = sorted({one.latency_s for one in found})
    works = sorted({one.cpu_s for one in found})
    names = list(dict.fromkeys(one.contender for one in found))
    colours = {
        **dict(zip(names, sns.color_palette("colorblind", len(names)))),
        NOBODY: (0.85, 0.85, 0.85),
        TOO_FEW: (0.95, 0.95, 0.95),
    }
    figure, axes = plt.subplots(figsize=(width_in(), 1.2 + 0.55 * len(works)), layout="constrained")
    for one in found:
        draw_cell(axes, one, (latencies.index(one.latency_s), works.index(one.cpu_s)), colours[one.winner])
    axes.set_xlim(-0.5, len(latencies) - 0.5)
    axes.set_ylim(-0.5, len(works) - 0.5)
    axes.set_xticks(range(len(latencies)), [seconds(latency) for latency in latencies])
    axes.set_yticks(range(len(works)), [f"{work * 1e3:.2g} ms" for work in works])
    axes.set(xlabel="latency of a request", ylabel="CPU time of an item")
    axes.grid(visible=False)
    handles = [
        Patch(facecolor=colours[name], hatch="////" if name == NOBODY else None, edgecolor=GREY, label=name)
        for name in dict.fromkeys(one.winner for one in found)
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=3, frameon=False, fontsize=6.5)
    headed(figure, sentence(found, data), footnote(data))
    return Drawing(figure, f"A map of latency and CPU time per item. Fastest {'; '.join(map(in_words, found))}.")
