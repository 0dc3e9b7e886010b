"""Write article.md: the article's figures beside ours, as seconds and as times faster than the baseline."""

from __future__ import annotations

import pandas as pd

from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.common.formatting import two_decimals
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION


def experiment_table(rows: pd.DataFrame, experiment: Experiment, best_of: int) -> pd.DataFrame:
    """Make one experiment's part of the page; ``rows`` is its part of the summary, with the speed-ups."""
    article_s = rows["contender"].map(experiment.article_s)
    table = pd.DataFrame(
        {
            "contender": rows["contender"],
            "workers": [text_of_workers(row) for _, row in rows.iterrows()],
            "article (s)": article_s.map(two_decimals),
            f"here, best of {best_of} (s)": rows["best_of_n_s"].map(two_decimals),
            "here, median (s)": rows["median_s"].map(two_decimals),
            "one node ÷ another": rows["node_effect"].map(two_decimals),
            "lower bound (s)": rows["lower_bound_s"].map(two_decimals),
            "article (× baseline)": (experiment.article_s.get(experiment.baseline, float("nan")) / article_s).map(two_decimals),
            "here (× baseline)": rows["best_of_n_speedup"].map(two_decimals),
            "runs": [f"{row['n']} of {row['planned']}" for _, row in rows.iterrows()],
        }
    )
    if rows["node_effect"].isna().all():
        table = table.drop(columns="one node ÷ another")
    if not experiment.article_s:
        table = table.drop(columns=["article (s)", "article (× baseline)"])
    for name in reversed(CONDITION[1:]):
        if rows[name].nunique() > 1:
            table.insert(1, name, rows[name])
    return table


def text_of_workers(row: pd.Series) -> str:
    """Say the number as it came out, and as it was asked for where that was a word: ``4 (cpus)``."""
    if pd.isna(row["workers"]):
        return str(row["workers_asked"])
    number = f"{row['workers']:.0f}"
    return number if number == row["workers_asked"] else f"{number} ({row['workers_asked']})"


def notes(runs: pd.DataFrame) -> list[str]:
    """Note what a reader must know: runs that don't count, and a server that wasn't ours."""
    lines = []
    if (runs["server_controlled"] == False).any():  # noqa: E712  (it may be empty)
        lines.append(
            "**The server was not under control**: the downloads went to real addresses, whose delays, limits and contents "
            "are not known; differences between contenders may be the network's."
        )
    for _, run in runs[runs["status"] != Status.OK].iterrows():
        where = (
            f"{run['experiment']}, {run['contender']}, {run['workers_asked']} workers, size {run['size']}, block {run['block']}"
        )
        lines.append(f"Not counted, {run['status']}: [{where}](logs/runs/{run['record']}.log): {run['reason']}")
    return lines


def heading(campaign: Campaign) -> list[str]:
    """Write the title, and how to read the tables; without a word of the article where none of its figures is there."""
    quotes = any(experiment.article_s for experiment in campaign.experiments.values())
    title = "the article's figures beside ours" if quotes else "seconds, and speed-ups over the baseline"
    explanation = (
        f"Best of {campaign.best_of} is the shortest elapsed time of that many runs, averaged "
        "over all choices of them; × is the speed-up over the baseline by these figures."
    )
    return [
        f"# Campaign {campaign.name}: {title}",
        f"The article quotes the fastest of three runs. {explanation}" if quotes else explanation,
    ]


def page(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Write the whole page, as Markdown."""
    parts = heading(campaign)
    summary = summary.merge(comparisons[["configuration", "best_of_n_speedup"]], on="configuration")
    for experiment in campaign.experiments.values():
        rows = summary[(summary["experiment"] == experiment.name) & (summary["contender"] != CONTROL)]
        parts.append(f"## {experiment.name}: {experiment.workload}, baseline {experiment.baseline}")
        table = experiment_table(rows, experiment, campaign.best_of)
        parts.append(
            table.to_markdown(index=False, disable_numparse=True, colalign=["left", *["right"] * (len(table.columns) - 1)])
        )
    lines = notes(runs)
    if lines:
        parts += ["## Notes", "\n".join(f"- {line}" for line in lines)]
    return "\n\n".join(parts) + "\n"
