"""Write conclusion.txt, which a campaign prints at its end: answers, warnings, and the runs that don't count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from textwrap import fill, indent

import pandas as pd

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.analysis.naming import percent
from concbench.analysis.warning_kinds import Kind
from concbench.campaign.titles import interpreter_title
from concbench.common.formatting import NOT_COUNTED, REPORT, three_digits
from concbench.measured.status import Status
from concbench.records.conditions import by_condition
from concbench.records.rows import WarningRow
from concbench.records.tables import rows_of
from concbench.report.advice import Facts, advice
from concbench.report.answers import answers, worth
from concbench.report.interpreter_speedups import gains
from concbench.report.page_tables import left_out, warned_of
from concbench.report.wording import chance, headed, intervals

WIDTH = 110
LISTED = 10


def compared(data: FigureData) -> Iterator[str]:
    """Write an experiment's answers, and a table for each of its conditions."""
    own = ["configuration", "baseline", "speedup", "speedup_low", "speedup_high", "level", "verdict"]
    rows = data.summary[~data.summary["interpreter"].isin(data.absent)].merge(data.comparisons[own], on="configuration")
    for answer, (_, rivals) in zip(answers(data), by_condition(rows)):
        yield answer.name
        yield from (wrapped(sentence) for sentence in answer.sentences)
        if rivals["median_s"].notna().any():
            yield table(rivals)
        yield ""
    for answer in (*worth(data), *gains(data)):
        yield from (answer.name, *(wrapped(sentence) for sentence in answer.sentences), "")


def table(rivals: pd.DataFrame) -> str:
    """Write the table of one condition."""
    speedup = headed(f"speed-up over {rivals['baseline'].iloc[0]}", rivals["level"])
    columns = {
        "": rivals["contender"],
        "workers": [
            str(row["workers_asked"]) if pd.isna(row["workers"]) else f"{row['workers']:.0f}" for _, row in rivals.iterrows()
        ],
        headed("median (s)", rivals["median_level"]): intervals(
            rivals, "median_s", "median_low_s", "median_high_s", "median_level"
        ),
        "lower bound (s)": ["–" if pd.isna(bound_s) else three_digits(bound_s) for bound_s in rivals["lower_bound_s"]],
        speedup: intervals(rivals, "speedup", "speedup_low", "speedup_high", "level"),
        "verdict": rivals["verdict"].fillna(""),
    }
    return pd.DataFrame(columns).to_markdown(index=False, tablefmt="plain", disable_numparse=True)


def in_words(warnings: list[WarningRow], data: CampaignData) -> str:
    """Write the warnings of one kind with one remedy: the meaning, each case, and what to do."""
    found = [f"{warned_of(warning, data)}: {warning.message}." for warning in warnings]
    more = [f"And {len(found) - LISTED} more: see warnings.csv."] if len(found) > LISTED else []
    meaning = {kind.title: kind.meaning for kind in Kind}[warnings[0].warning]
    return "\n".join([f"{warnings[0].warning}: {meaning}", *found[:LISTED], *more, f"To do: {warnings[0].remedy}"])


def grouped(warnings: list[WarningRow]) -> list[list[WarningRow]]:
    """Group the warnings that have kind and remedy in common."""
    groups: dict[tuple[str, str], list[WarningRow]] = {}
    for warning in warnings:
        groups.setdefault((warning.warning, warning.remedy), []).append(warning)
    return list(groups.values())


def not_counted(data: CampaignData) -> list[str]:
    """Write a line for each run that isn't ``ok``, with its log."""
    runs, names = left_out(data), data.names
    lines = [
        f"{run['status']}: {names[run['configuration']]}, block {run['block']}: {run['reason']} "
        f"(results/{run['campaign']}/logs/runs/{run['record']}.log)"
        for _, run in runs.iterrows()
    ]
    more = len(lines) - LISTED
    return lines[:LISTED] + ([f"and {more} more: see runs.csv"] if more > 0 else [])


def bullets(texts: list[str]) -> Iterator[str]:
    """Wrap each text, its first line after a dash."""
    for text in texts:
        for start, line in zip(chain(["- "], repeat("  ")), text.splitlines()):
            yield wrapped(line, start, "  ")


def wrapped(text: str, first: str = "", further: str = "") -> str:
    """Break a text into indented lines, between words and not before a per cent sign."""
    joined = text.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = fill(joined, WIDTH, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
    return lines.replace("\N{NO-BREAK SPACE}", " ")


def on_nodes(data: CampaignData) -> list[str]:
    """Write how the nodes of a cluster differ, where there are several."""
    nodes, effects = data.tables["runs"]["node"].nunique(), data.tables["summary"]["node_effect"]
    if nodes < 2:
        return []
    differ = (
        f"by {percent(effects.median() - 1)} (median) and by {percent(effects.max() - 1)} at most"
        if effects.notna().any()
        else "by an unknown amount, since no node measured two blocks"
    )
    paired = "Speed-ups are taken within a block, on one node."
    absolute = f"The elapsed times of a configuration differ between nodes {differ}. See nodes.csv."
    return [wrapped(f"Blocks were measured on {nodes} nodes. {paired} {absolute}")]


def interpreters(data: CampaignData) -> str:
    """List the interpreters that were measured, then those that are not installed."""
    titles = {name: interpreter_title(data.campaign, name) for name in data.campaign.interpreters}
    there = [title for name, title in titles.items() if name not in data.absent]
    absent = [title for name, title in titles.items() if name in data.absent]
    listed = {"": there, "Not installed: ": absent}
    return " ".join(f"{lead}{', '.join(names)}." for lead, names in listed.items() if names)


def is_said_above(warning: WarningRow) -> bool:
    """Tell whether the answers or the first line say the same: of the A/A control, and of interpreters not installed."""
    return warning.warning == Kind.CONTROL_DIFFERS.title or (warning.warning, warning.experiment) == (Kind.SKIPPED.title, None)


def advised(data: CampaignData, facts: Facts) -> Iterator[str]:
    """Write what is recommended for each experiment with work of the user's own: sentences, and a program to copy."""
    for name in data.campaign.experiments:
        for found in advice(data.experiment(name), facts):
            yield "\n".join([found.name, *bullets(list(found.sentences)), *bullets([found.to_do] if found.to_do else [])])
            if found.program:
                yield f"\n{indent(found.program, '    ').rstrip()}"
            yield ""


def conclusion(data: CampaignData, facts: Facts) -> str:
    """Write the whole text, from runs, summary, comparisons, interpreters and warnings, and what the user's files have."""
    campaign, runs, warnings = data.campaign, data.tables["runs"], data.tables["warnings"]
    counted = (runs["status"] == Status.OK).sum()
    first = f"Campaign {campaign.name}: {counted} of {len(runs)} runs count, in {runs['block'].nunique()} blocks."
    parts = [f"{first} {interpreters(data)}", "", *advised(data, facts)]
    for experiment in campaign.experiments:
        parts += compared(data.experiment(experiment))
    parts += [wrapped(chance(data.compared, campaign)), *on_nodes(data)]
    further = [row for row in rows_of(warnings, WarningRow) if not is_said_above(row)]
    if further:
        parts += ["", "Warnings", *bullets([in_words(group, data) for group in grouped(further)])]
    lost = not_counted(data)
    if lost:
        parts += ["", NOT_COUNTED, *bullets(lost)]
    return "\n".join([*parts, "", f"{REPORT} results/{campaign.name}/report.html"]) + "\n"
