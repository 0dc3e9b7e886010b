"""Write claims.md: every claim with the article's figure, ours, and the verdict; which server gives the article's ratios."""

from __future__ import annotations

from math import log

import pandas as pd

from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.claims.claim_words import SIGNS, counts, ours
from concbench.common.formatting import two_decimals
from concbench.records.rows import ClaimRow
from concbench.records.tables import known

AS_PUBLISHED = 0.15  # relative, within which a speed-up counts as the article's


def link(row: ClaimRow, campaign: Campaign) -> str:
    """Link to the figure that shows what the verdict rests on, or to the rows."""
    if row.evidence is None:
        return "–"
    names = row.evidence.split()
    experiments = {name.split("-")[0] for name in names if ":" not in name}
    if not experiments:
        return "[probes.csv](probes.csv)"
    experiment = sorted(experiments)[0]
    figure = "workers" if campaign.experiments[experiment].sweeps_workers else "headline"
    return f"[{experiment}](figures/{figure}-{experiment}.png), [runs.csv](runs.csv)"


def claims_table(rows: list[ClaimRow], campaign: Campaign) -> str:
    table = pd.DataFrame(
        {
            "claim": [row.claim for row in rows],
            "what is claimed": [row.statement.replace("|", "\\|") for row in rows],
            "Python": [row.interpreter or "–" for row in rows],
            "article": [two_decimals(row.article) for row in rows],
            "here": [ours(row) for row in rows],
            "verdict": [SIGNS[row.verdict] for row in rows],
            "why": [row.reason for row in rows],
            "see": [link(row, campaign) for row in rows],
        }
    )
    if all(row.article is None for row in rows):
        table = table.drop(columns="article")
    return table.to_markdown(index=False, disable_numparse=True)


def speedups(experiment: Experiment, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Tabulate server profiles down, contenders with a figure of the article across, each with its first workers."""
    own = comparisons[(comparisons["experiment"] == experiment.name) & (comparisons["contender"] != CONTROL)]
    own = own[own["contender"].isin(experiment.article_s) & (own["contender"] != experiment.baseline)]
    return own.drop_duplicates(["server", "contender"]).pivot_table(
        index="server", columns="contender", values="best_of_n_speedup", sort=False, dropna=False
    )


def alike(ours: float, article: float) -> bool:
    return bool(known(ours)) and abs(log(ours / article)) <= log(1 + AS_PUBLISHED)


def servers_section(experiment: Experiment, comparisons: pd.DataFrame) -> list[str]:
    """Set the article's speed-ups beside ours under each server profile, and say which gives them; empty if there is one."""
    found = speedups(experiment, comparisons)
    if len(found) < 2:
        return []
    article = {name: experiment.article_s[experiment.baseline] / experiment.article_s[name] for name in found.columns}
    rows = [{"server": "the article's", **{name: two_decimals(value) for name, value in article.items()}}]
    rows += [
        {"server": str(server), **{name: two_decimals(known(row[name])) for name in found.columns}}
        for server, row in found.iterrows()
    ]
    right = {server: [name for name in found.columns if alike(row[name], article[name])] for server, row in found.iterrows()}
    whole = [str(server) for server, names in right.items() if len(names) == len(found.columns)]
    if whole:
        said = f"The profile {' and '.join(whole)} gives all of the article's ratios, to within {AS_PUBLISHED:.0%}."
    else:
        some = "; ".join(f"{server} gives {', '.join(names) if names else 'none'}" for server, names in right.items())
        said = f"No profile gives all of the article's ratios to within {AS_PUBLISHED:.0%}: {some}."
    title = f"## Speed-ups over {experiment.baseline}, by server: {experiment.name}"
    return [title, pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True), said]


def page(campaign: Campaign, rows: list[ClaimRow], comparisons: pd.DataFrame) -> str:
    """Write the whole page, as Markdown."""
    explained = (
        "An interval covers the truth 94 or 95 times in 100; `claims.csv` has its level, and the configurations and probes "
        "that each verdict rests on. Verdicts hold for this machine and Python, and for a server on it."
    )
    title = f"# Campaign {campaign.name}: its claims, answered"
    parts = [title, counts(rows), explained, claims_table(rows, campaign)]
    for experiment in campaign.experiments.values():
        parts += servers_section(experiment, comparisons)
    return "\n\n".join(parts) + "\n"
