"""Write claims.md: the verdict on every claim, and which server profile reproduces the article's speed-ups."""

from __future__ import annotations

from math import log

import pandas as pd

from concbench.analysis.naming import experiment_name, percent
from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.campaign.titles import interpreter_title
from concbench.claims.claim_words import SIGNS, counts, ours, wrong_verdicts
from concbench.common.formatting import two_decimals
from concbench.records.rows import ClaimRow
from concbench.records.tables import known

AS_PUBLISHED = 0.15  # relative, within which a speed-up counts as the article's


def link(row: ClaimRow, campaign: Campaign) -> str:
    """Link to the figure or the rows that support the verdict."""
    if row.evidence is None:
        return "–"
    names = row.evidence.split()
    experiments = {name.split("-")[0] for name in names if ":" not in name}
    if not experiments:
        return "[probes.csv](probes.csv)"
    experiment = sorted(experiments)[0]
    figure = "workers" if campaign.experiments[experiment].sweeps_workers else "headline"
    return f"[{experiment_name(campaign, experiment)}](figures/{figure}-{experiment}.png), [runs.csv](runs.csv)"


def claims_table(rows: list[ClaimRow], campaign: Campaign) -> str:
    table = pd.DataFrame(
        {
            "claim": [row.claim for row in rows],
            "statement": [row.statement.replace("|", "\\|") for row in rows],
            "interpreter": ["–" if row.interpreter is None else interpreter_title(campaign, row.interpreter) for row in rows],
            "article": [two_decimals(row.article) for row in rows],
            "measured here": [ours(row) for row in rows],
            "verdict": [SIGNS[row.verdict] for row in rows],
            "reason": [row.reason for row in rows],
            "see": [link(row, campaign) for row in rows],
        }
    )
    if all(row.article is None for row in rows):
        table = table.drop(columns="article")
    if len(campaign.interpreters) == 1:
        table = table.drop(columns="interpreter")
    return table.to_markdown(index=False, disable_numparse=True)


def speedups(experiment: Experiment, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Tabulate speed-ups: a row per server profile, a column per contender with a figure of the article's."""
    own = comparisons[(comparisons["experiment"] == experiment.name) & (comparisons["contender"] != CONTROL)]
    own = own[own["contender"].isin(experiment.article_s) & (own["contender"] != experiment.baseline)]
    return own.drop_duplicates(["server", "contender"]).pivot_table(
        index="server", columns="contender", values="speedup", sort=False, dropna=False
    )


def alike(ours: float, article: float) -> bool:
    return bool(known(ours)) and abs(log(ours / article)) <= log(1 + AS_PUBLISHED)


def servers_section(experiment: Experiment, comparisons: pd.DataFrame) -> list[str]:
    """Compare the article's speed-ups with ours under each server profile; empty if there is only one profile."""
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
        profiles = f"The server profile {' and '.join(whole)}"
        said = f"{profiles} reproduces all the article's speed-ups to within {percent(AS_PUBLISHED)}."
    else:
        some = "; ".join(f"with `{server}`, {' and '.join(names) or 'none'}" for server, names in right.items())
        said = (
            f"No server profile reproduces all the article's speed-ups to within {percent(AS_PUBLISHED)}. Within that: {some}."
        )
    title = f"## Speed-ups over {experiment.baseline} by server profile: {experiment.title}"
    basis = "Ours are those of comparisons.csv, as in the claims above; the article's are of its fastest runs."
    return [title, pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True), f"{said} {basis}"]


def page(campaign: Campaign, rows: list[ClaimRow], comparisons: pd.DataFrame) -> str:
    """Write the whole page, as Markdown."""
    explained = (
        "Brackets hold confidence intervals; `claims.csv` has their levels, which are 93 % or more where there is a verdict, "
        "and the configurations and micro-benchmarks behind each verdict. Verdicts hold for this machine, this Python and a "
        "test server on the same machine."
    )
    chance = (
        f"If every true value lay just at the limit of its claim, chance would make at most {wrong_verdicts(rows):.2g} of"
        f" {len(rows)} verdicts wrong on average. Further off, errors are rarer."
    )
    title = f"# Campaign {campaign.name}: verdicts on the claims"
    parts = [title, counts(rows), f"{explained} {chance}", claims_table(rows, campaign)]
    for experiment in campaign.experiments.values():
        parts += servers_section(experiment, comparisons)
    return "\n\n".join(parts) + "\n"
