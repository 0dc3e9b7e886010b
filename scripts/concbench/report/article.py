"""Write article.md: the article's figures beside ours, as seconds and as speed-ups over the baseline."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from concbench.analysis.naming import configuration_names, experiment_name, titled
from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.common.formatting import two_decimals
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION
from concbench.records.tables import known
from concbench.stats.interval_words import interval


def experiment_table(rows: pd.DataFrame, experiment: Experiment, best_of: int) -> pd.DataFrame:
    """Make one experiment's table; ``rows`` are its rows of the summary, with their speed-ups."""
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
            f"here, best of {best_of} (× baseline)": rows["best_of_n_speedup"].map(two_decimals),
            "here, in pairs (× baseline)": [
                interval(known(row["speedup"]), row["speedup_low"], row["speedup_high"], row["level"])
                for _, row in rows.iterrows()
            ],
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
    """Write the number of workers, and the config's word for it where it has one: ``4 (cpus)``."""
    if pd.isna(row["workers"]):
        return str(row["workers_asked"])
    number = f"{row['workers']:.0f}"
    return number if number == row["workers_asked"] else f"{number} ({row['workers_asked']})"


def notes(runs: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """List caveats: runs that don't count, and a server that isn't ours."""
    lines = []
    if (runs["server_controlled"] == False).any():  # noqa: E712  (it may be empty)
        lines.append(
            "**Real addresses**: the downloads went to servers whose delays, limits and contents are not known. Differences "
            "between contenders may come from the network."
        )
    for _, run in runs[runs["status"] != Status.OK].iterrows():
        where = f"{names[run['configuration']]}, block {run['block']}"
        lines.append(f"Does not count ({run['status']}): [{where}](logs/runs/{run['record']}.log). {run['reason']}")
    return lines


def heading(campaign: Campaign) -> list[str]:
    """Write the title, and how to read the tables; mention the article only where its figures are quoted."""
    quotes = any(experiment.article_s for experiment in campaign.experiments.values())
    title = "the article's figures beside ours" if quotes else "seconds, and speed-ups over the baseline"
    explanation = (
        f"Best of {campaign.best_of} is the shortest elapsed time of {campaign.best_of} runs, averaged over all choices of"
        f" {campaign.best_of} runs. Its speed-up is that of these figures, in the blocks that both have. The speed-up in pairs"
        " is that of the ratios within blocks, with its confidence interval in brackets: quote that one."
    )
    quoted = (
        "The article quotes the fastest of three runs. Its seconds are those of its own machine, server and amount of work, so"
        " compare speed-ups."
    )
    return [f"# Campaign {campaign.name}: {title}", f"{quoted} {explanation}" if quotes else explanation]


def page(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Write the whole page, as Markdown."""
    campaign = titled(campaign, runs)
    parts = heading(campaign)
    compared = ["configuration", "best_of_n_speedup", "speedup", "speedup_low", "speedup_high", "level"]
    summary = summary.merge(comparisons[compared], on="configuration")
    for experiment in campaign.experiments.values():
        rows = summary[(summary["experiment"] == experiment.name) & (summary["contender"] != CONTROL)]
        parts.append(f"## {experiment_name(campaign, experiment.name)} (baseline: {experiment.baseline})")
        table = experiment_table(rows, experiment, campaign.best_of)
        parts.append(
            table.to_markdown(index=False, disable_numparse=True, colalign=["left", *["right"] * (len(table.columns) - 1)])
        )
    lines = notes(runs, configuration_names(campaign, summary))
    if lines:
        parts += ["## Notes", "\n".join(f"- {line}" for line in lines)]
    return "\n\n".join(parts) + "\n"
