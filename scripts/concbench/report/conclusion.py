"""Write conclusion.txt, which ends a campaign on the console: the answer, the warnings, and the runs that don't count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from textwrap import fill

import pandas as pd

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.common.formatting import NOT_COUNTED, REPORT, three_digits
from concbench.measured.status import Status
from concbench.records.conditions import by_condition
from concbench.records.rows import WarningRow
from concbench.records.tables import rows_of
from concbench.report.answers import answers, worth
from concbench.report.interpreter_speedups import gains
from concbench.report.wording import chance, intervals

WIDTH = 110
LISTED = 10


def compared(data: FigureData) -> Iterator[str]:
    """Write an experiment's answers, and a table for each of its conditions."""
    own = ["configuration", "baseline", "speedup", "speedup_low", "speedup_high", "level", "verdict"]
    rows = data.summary.merge(data.comparisons[own], on="configuration")
    said = {answer.name: answer for answer in answers(data)}
    for answer, (_, rivals) in zip(said.values(), by_condition(rows)):
        first = rivals.iloc[0]
        yield answer.name if "interpreter" in data.conditions_vary else f"{answer.name}, Python {first['interpreter']}"
        yield fill(str(answer), WIDTH)
        faster = f"speed-up over {first['baseline']}"
        table = pd.DataFrame(
            {
                "": rivals["contender"],
                "workers": rivals["workers_asked"],
                "median (s)": intervals(rivals, "median_s", "median_low_s", "median_high_s", "median_level"),
                "lower bound (s)": [
                    "–" if pd.isna(lower_bound_s) else three_digits(lower_bound_s) for lower_bound_s in rivals["lower_bound_s"]
                ],
                faster: intervals(rivals, "speedup", "speedup_low", "speedup_high", "level"),
                "verdict": rivals["verdict"].fillna(""),
            }
        )
        yield table.to_markdown(index=False, tablefmt="plain", disable_numparse=True)
        yield ""
    for answer in (*worth(data), *gains(data)):
        yield from (answer.name, *(fill(sentence, WIDTH) for sentence in answer.sentences), "")


def in_words(warnings: list[WarningRow]) -> str:
    """Write the warnings of one kind with one remedy: what was found, and what to do."""
    found = [f"{warning.configuration or warning.experiment}: {warning.message}" for warning in warnings]
    more = [f"and {len(found) - LISTED} more: see warnings.csv"] if len(found) > LISTED else []
    return f"{warnings[0].warning}: {'; '.join([*found[:LISTED], *more])}\nTo do: {warnings[0].remedy}"


def grouped(warnings: list[WarningRow]) -> list[list[WarningRow]]:
    """Group the warnings that have kind and remedy in common."""
    groups: dict[tuple[str, str], list[WarningRow]] = {}
    for warning in warnings:
        groups.setdefault((warning.warning, warning.remedy), []).append(warning)
    return list(groups.values())


def not_counted(runs: pd.DataFrame) -> list[str]:
    """Write a line for each run that isn't ``ok``, with its log."""
    lines = [
        f"{run['status']}: {run['configuration']}, block {run['block']}: {run['reason']} "
        f"(results/{run['campaign']}/logs/runs/{run['record']}.log)"
        for _, run in runs[runs["status"] != Status.OK].iterrows()
    ]
    more = len(lines) - LISTED
    return lines[:LISTED] + ([f"and {more} more: see runs.csv"] if more > 0 else [])


def bullets(texts: list[str]) -> Iterator[str]:
    """Wrap each text, its first line after a dash."""
    for text in texts:
        for start, line in zip(chain(["- "], repeat("  ")), text.splitlines()):
            yield fill(
                line, WIDTH, initial_indent=start, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            )


def on_nodes(data: CampaignData) -> list[str]:
    """Say how the nodes of a cluster differ, where there are several."""
    nodes, effects = data.tables["runs"]["node"].nunique(), data.tables["summary"]["node_effect"]
    if nodes < 2:
        return []
    differ = (
        f"by {effects.median() - 1:.0%} at the median, {effects.max() - 1:.0%} at most"
        if effects.notna().any()
        else ("by what a block on each doesn't tell")
    )
    said = "Speed-ups are taken within a block and a node; between nodes the absolute times of a configuration differ"
    return [fill(f"Blocks were measured on {nodes} nodes. {said} {differ}. See nodes.csv.", WIDTH)]


def conclusion(data: CampaignData) -> str:
    """Write the whole text, from runs, summary, comparisons, interpreters and warnings."""
    campaign, runs, warnings = data.campaign, data.tables["runs"], data.tables["warnings"]
    counted = (runs["status"] == Status.OK).sum()
    parts = [f"Campaign {campaign.name}: {counted} of {len(runs)} runs count, {campaign.repetitions} blocks.", ""]
    for experiment in campaign.experiments:
        parts += compared(data.experiment(experiment))
    parts += [fill(chance(data.compared), WIDTH), *on_nodes(data)]
    if len(warnings):
        parts += ["", "Warnings", *bullets([in_words(group) for group in grouped(rows_of(warnings, WarningRow))])]
    left_out = not_counted(runs)
    if left_out:
        parts += ["", NOT_COUNTED, *bullets(left_out)]
    return "\n".join([*parts, "", f"{REPORT} results/{campaign.name}/report.html"]) + "\n"
