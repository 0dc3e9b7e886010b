"""Draw the verdicts on the claims, and our figures beside the article's.

How to read it: each tile is one part of a claim, with the sign of its verdict. Below, each dot is our figure divided by the
article's, so that 1× means equal; bars are confidence intervals.
"""

from __future__ import annotations

from math import ceil

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from concbench.analysis.dataset import CampaignData
from concbench.analysis.naming import confidence
from concbench.common.formatting import three_digits
from concbench.drawing.style import GREY, LABEL_ON_WHITE, Drawing, explain, headed, legend_columns, ratio_axis, width_in
from concbench.stats.verdicts import ClaimVerdict

TABLES = ("claims",)
SCOPE = "claims"
TILE_IN = 0.27
ACROSS_IN = 0.343  # of the figure's width, for a tile
LOOK = {  # a sign and a colour, so that neither alone carries the meaning
    ClaimVerdict.REPRODUCED: ("✓", "#0173b2"),
    ClaimVerdict.CONTRADICTED: ("✗", "#d55e00"),
    ClaimVerdict.INCONCLUSIVE: ("?", "#8c8c8c"),
}


def tiles_across() -> int:
    """Return how many tiles stand side by side."""
    return round(width_in() / ACROSS_IN)


def draw_tiles(axes: Axes, claims: pd.DataFrame) -> None:
    """Draw one tile per part of a claim, with its number and the sign of its verdict."""
    places = [(place % tiles_across(), place // tiles_across()) for place in range(len(claims))]
    for verdict, (sign, colour) in LOOK.items():
        own = [(place, claim) for place, (_, claim) in zip(places, claims.iterrows()) if claim["verdict"] == verdict]
        if not own:
            continue
        across, down = zip(*(place for place, _ in own))
        marks = axes.scatter(across, down, marker="s", s=300, color=colour, linewidth=0, label=f"{sign} {verdict}: {len(own)}")
        explain(marks, [f"{claim['claim']}: {claim['statement']} {verdict}: {claim['reason']}" for _, claim in own])
        for (x, y), claim in own:
            axes.annotate(f"{claim['claim']}\n{sign}", (x, y), ha="center", va="center", color="white", fontsize=6,
                          linespacing=0.95)  # fmt: skip
    axes.set_xlim(-0.6, tiles_across() - 0.4)
    axes.set_ylim(ceil(len(claims) / tiles_across()) - 0.4, -0.6)
    axes.set_axis_off()
    columns = legend_columns(axes.get_legend_handles_labels()[1], 7, most=3)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, frameon=False, fontsize=7, markerscale=0.4)


def with_article(claims: pd.DataFrame) -> pd.DataFrame:
    """Select the claims with a figure of the article's and one of ours; add ours as multiples of the article's."""
    own = claims.dropna(subset=["article", "measured"])
    own = own[(own["article"] > 0) & (own["measured"] > 0)]
    ratios = {f"{name}_of": own[name] / own["article"] for name in ("measured", "low", "high")}
    return own.assign(**ratios).reset_index(drop=True)


def draw_ratios(axes: Axes, claims: pd.DataFrame) -> None:
    """Draw our figures as multiples of the article's, with confidence intervals, on a logarithmic axis."""
    gaps = [claims["measured_of"] - claims["low_of"], claims["high_of"] - claims["measured_of"]]
    heights = list(range(len(claims)))
    axes.errorbar(claims["measured_of"], heights, xerr=[gap.clip(lower=0).fillna(0) for gap in gaps], fmt="none",
                  ecolor=GREY, elinewidth=1, capsize=2)  # fmt: skip
    marks = axes.scatter(claims["measured_of"], heights, s=22, color=[LOOK[v][1] for v in claims["verdict"]], zorder=4)
    explain(marks, [in_words(claim) for _, claim in claims.iterrows()])
    for height, (_, claim) in zip(heights, claims.iterrows()):
        said = f"{three_digits(claim['measured'])} (article: {three_digits(claim['article'])})"
        axes.annotate(said, (claim["measured_of"], height), (0, 5), **LABEL_ON_WHITE)
    axes.axvline(1, color="black", linewidth=0.8)
    ratio_axis(axes, min(0.4, 0.6 * claims["measured_of"].min()), max(2.5, 1.7 * claims["measured_of"].max()))
    axes.set_yticks(heights, [f"{claim['claim']} {LOOK[claim['verdict']][0]}" for _, claim in claims.iterrows()], fontsize=6.5)
    axes.set_ylim(len(claims) - 0.4, -0.9)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("our figure ÷ the article's (log scale)")


def in_words(claim: pd.Series) -> str:
    interval = confidence(claim["low"], claim["high"], claim["level"])
    ours = three_digits(claim["measured"]) + (f" ({interval})" if pd.notna(claim["level"]) else "")
    return f"{claim['claim']}: {ours} here, {three_digits(claim['article'])} in the article: {claim['verdict']}"


def draw(data: CampaignData) -> Drawing:
    claims = data.tables["claims"]
    compared = with_article(claims)
    heights = [0.3 + TILE_IN * max(1, ceil(len(claims) / tiles_across())), 0.4 + 0.27 * len(compared)]
    panels = 2 if len(compared) else 1
    figure, grid = plt.subplots(
        panels, 1, figsize=(width_in(), sum(heights[:panels]) + 0.9), height_ratios=heights[:panels], squeeze=False,
        layout="constrained",
    )  # fmt: skip
    counts = ", ".join(f"{(claims['verdict'] == verdict).sum()} {verdict}" for verdict in LOOK)
    headed(figure, f"Verdicts on the claims (campaign {data.campaign.name}):\n{counts}")
    draw_tiles(grid[0, 0], claims)
    if len(compared):
        draw_ratios(grid[1, 0], compared)
    named = (f"{verdict}: {', '.join(claims['claim'][claims['verdict'] == verdict]) or 'none'}" for verdict in LOOK)
    said = [f"One tile per part of a claim. {'. '.join(named)}", *(in_words(claim) for _, claim in compared.iterrows())]
    return Drawing(figure, ". ".join(said) + ".")
