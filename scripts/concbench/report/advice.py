"""Write what is recommended for work of the user's own: sentences, and the program to copy.

Pure functions of the tables and of what the user's file has, except ``facts_of``, which reads the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import called, condition_parts, times_as_fast
from concbench.analysis.recommendation import Reason, Recommendation, recommendations
from concbench.analysis.warning_kinds import Kind
from concbench.campaign import plugins
from concbench.campaign.campaign import OWN, Campaign, Contender, Experiment
from concbench.campaign.own_file import OwnFileError, OwnFileFacts, folders_for, read_own_file
from concbench.common.formatting import NOT_COUNTED, RECOMMENDATION
from concbench.common.paths import ROOT
from concbench.records.tables import known
from concbench.report.answers import control_sentences, interval_of, joined, when_it_pays
from concbench.report.program import Measured, program
from concbench.report.wording import least_blocks

NAMED = 3  # configurations in a list
PYTHON = "python"  # the usual interpreter's command
NO_ASYNC = "it has no do_async(item)"
LEFT_OUT = {
    "thread_pool": "threads",
    "process_pool_executor": "processes",
    "asyncio_to_thread": "asyncio.to_thread",
    "process_event_loops": "event loops in several processes",
}
"""Names in sentences of models that are left out; the others have their own."""

Facts = Mapping[str, OwnFileFacts]  # what each of the user's files has, by the name that the config gives it


@dataclass(frozen=True)
class Advice:
    """Hold the sentences of a recommendation, and its program, if there is one."""

    name: str
    sentences: tuple[str, ...]
    to_do: str | None = None  # says where to save the program
    program: str | None = None


def facts_of(campaign: Campaign) -> Facts:
    """Read which functions the user's files have; a file that can't be read any more is left out."""
    folders = folders_for(*campaign.interpreters.values())
    found = {}
    for file in {str(one.workload_options["file"]) for one in own_contenders(campaign)}:
        try:
            found[file] = read_own_file(file, folders)
        except OwnFileError:
            continue
    return found


def own_contenders(campaign: Campaign) -> Iterator[Contender]:
    for experiment in campaign.experiments.values():
        if experiment.workload == OWN:
            yield from experiment.contenders.values()


def advice(data: FigureData, facts: Facts) -> Iterator[Advice]:
    """Advise on an experiment with work of the user's own, for each interpreter; on another one say nothing."""
    if data.experiment.workload != OWN:
        return
    for found in recommendations(data):
        parts = condition_parts(data.campaign, found.condition, data.conditions_vary - {"size"})
        name = f"{RECOMMENDATION} for {', '.join([data.experiment.title, *parts])}"
        chosen = data.experiment.contenders[data.experiment.baseline if found.chosen is None else found.chosen["contender"]]
        own = facts.get(str(chosen.workload_options["file"]))
        said = tuple(sentences(found, data, own))
        yield Advice(name, said, *(to_copy(found, data, own) if own and found.chosen is not None else ()))


def sentences(found: Recommendation, data: FigureData, facts: OwnFileFacts | None) -> Iterator[str]:
    """Say what to use and from how many items on, what can't run the work, and what is not decided."""
    yield main_sentence(found, data)
    if found.by_size is not None and len(data.experiment.sizes) > 1 and found.reason is Reason.FASTER:
        medians = data.summary.set_index("configuration")["median_s"]
        pays = when_it_pays(found.by_size, medians)
        yield f"{pays[:1].upper()}{pays[1:]}."
    for model, reason in {**data.experiment.left_out, **without_twin(data.experiment, facts)}.items():
        yield f"{LEFT_OUT.get(model, model)} can't run it: {reason.rstrip('.')}."
    if found.as_fast:
        yield f"As fast, to within {data.campaign.margin * 100:g} %: {some(found.as_fast, data)}."
    if found.undecided:
        may_be = "as fast or faster" if found.reason is Reason.FASTER else "faster"
        yield f"Not decided in {found.blocks} blocks: {some(found.undecided, data)} may be {may_be}. {more_time(data.campaign)}"
    yield from lost_sentences(found, data)
    yield from control_sentences(found.condition, data)


def lost_sentences(found: Recommendation, data: FigureData) -> Iterator[str]:
    """Name the configurations without a run that counts, those that other programs interfered with apart.

    Say also if runs failed of what is recommended.
    """
    interfered = [row for row in found.lost if row["interfered"] == row["planned"]]
    failed = [row for row in found.lost if row["interfered"] != row["planned"]]
    if interfered:
        yield (
            f"Other programs used the CPUs during all runs of {some(interfered, data)}. Stop them, and measure again as the"
            " warning says."
        )
    if failed:
        yield f'No run counts of {some(failed, data)}. See "{NOT_COUNTED}".'
    if found.chosen is not None and has_failed(found.chosen, data):
        use = words(found.chosen, data.experiment)
        yield f'Some runs of {use} failed. Before you use {use}, see "{NOT_COUNTED}".'


def has_failed(row: pd.Series, data: FigureData) -> bool:
    """Tell whether runs of a configuration that has others failed, took too long or had wrong results."""
    if data.warnings.empty:
        return False
    own = data.warnings[data.warnings["configuration"] == row["configuration"]]
    return Kind.NOT_COUNTED.title in set(own["warning"])


def main_sentence(found: Recommendation, data: FigureData) -> str:
    """Write ``Use 20 threads: 12 times as fast as a plain loop at 100 items (95 % CI 11 to 13).``, or why nothing is shown."""
    items = counted(found.condition.size, "item")
    if found.chosen is None and found.reason is Reason.TOO_FEW_BLOCKS:
        few = f"{found.blocks} block{'s are' if found.blocks != 1 else ' is'}"
        return f"None yet: {few} too few for a verdict, which takes {least_blocks(data.campaign)}."
    if found.chosen is None:
        return "None yet: no run of the baseline counts."
    use = f"Use {words(found.chosen, data.experiment)}"
    if found.reason is Reason.FASTER:
        return f"{use}: {gain(found.chosen, data)} at {items} ({interval_of(found.chosen)})."
    if found.best is not None:
        most = f"The most is {words(found.best, data.experiment)}, {gain(found.best, data)} ({interval_of(found.best)})"
        return f"{use}: at {items}, nothing gains more than {data.campaign.margin * 100:g} %. {most}."
    return f"{use}: at {items}, nothing else is {'shown to be ' if found.undecided else ''}faster."


def gain(row: pd.Series, data: FigureData) -> str:
    """Write ``12 times as fast as a plain loop``."""
    baseline = data.experiment.contenders[data.experiment.baseline]
    alone = "one item after the other" if baseline.workers == (1,) else baseline.name
    return times_as_fast(row["speedup"], "a plain loop" if baseline.model == "sync" else alone)


def without_twin(experiment: Experiment, facts: OwnFileFacts | None) -> dict[str, str]:
    """Return why asyncio can't run a file without do_async, unless the config says so itself or has a model that can."""
    models = {one.model for one in experiment.contenders.values()} | experiment.left_out.keys()
    if facts is None or facts.has_do_async or any(plugins.model(model).needs == "do_async" for model in models):
        return {}
    return {"asyncio": NO_ASYNC}


def more_time(campaign: Campaign) -> str:
    """Say how to decide more."""
    return "More blocks may tell." if campaign.budget_s is None else "A larger budget may tell."


def some(rows: Iterable[pd.Series], data: FigureData) -> str:
    """List configurations, the first few by name."""
    names = list(dict.fromkeys(words(row, data.experiment) for row in rows))
    more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    return joined([*names[:NAMED], *more])


# --- Names of configurations


def words(row: pd.Series, experiment: Experiment) -> str:
    """Name a configuration by what a program would use: ``20 threads``, ``asyncio with 50 tasks at a time``."""
    contender = experiment.contenders[row["contender"]]
    asked = str(row["workers_asked"])
    workers = known(row["workers"]) or (int(asked) if asked.isdigit() else None)
    name = called(contender.name, contender.model, asked) if workers is None else by_model(contender, int(workers), asked)
    options, threads = contender.model_options, contender.workload_options.get("numeric_threads")
    details = [
        *(["the default"] if asked == "default" and workers is not None else []),
        *([f"{options['chunk_size']} items at a time"] if (options.get("chunk_size") or 1) > 1 else []),
        *([f"started by {options['start_method']}"] if options.get("start_method") else []),
        *([] if threads is None else [f"numeric libraries with {counted(threads, 'thread')}"]),
    ]
    return f"{name} ({', '.join(details)})" if details else name


def by_model(contender: Contender, count: int, asked: str) -> str:
    """Name a contender's model with a number of workers, which the config gives as ``asked``."""
    tasks = "all items at once" if asked == "all" else f"{counted(count, 'task')} at a time"
    processes = contender.model_options.get("processes", 2)
    names = {
        "sync": "a plain loop",
        "thread_pool": f"{counted(count, 'thread')}",
        "threads_and_queue": f"a queue and {counted(count, 'thread')}",
        "asyncio_to_thread": f"asyncio.to_thread with {counted(count, 'thread')}",
        "asyncio": f"asyncio with {tasks}",
        "asyncio_task_group": f"asyncio.TaskGroup with {tasks}",
        "process_pool_executor": f"{counted(count, 'process')}",
        "multiprocessing_pool": f"multiprocessing.Pool with {counted(count, 'process')}",
        "process_event_loops": f"{counted(processes, 'process')} with an event loop each and {tasks}",
    }
    return names.get(contender.model) or called(contender.name, contender.model, count)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{'es' if noun.endswith('s') else 's'}"


# --- The program


def to_copy(found: Recommendation, data: FigureData, facts: OwnFileFacts) -> tuple[str, str | None]:
    """Return where to save the program that does what was measured, and the program."""
    assert found.chosen is not None
    contender = data.experiment.contenders[found.chosen["contender"]]
    written = program(
        Measured(
            model=contender.model,
            words=words(found.chosen, data.experiment),
            workers=int(found.chosen["workers"]),
            workers_asked=str(found.chosen["workers_asked"]),
            options=contender.model_options,
            numeric_threads=contender.workload_options.get("numeric_threads"),
            size=found.condition.size,
            seed=data.campaign.seed,
        ),
        facts,
    )
    if written is None:
        return f"scripts/models/{contender.model}.py shows what was measured.", None
    place = f"beside {facts.path.name}" if "." not in facts.module else f"in {shown_folder(facts)}"
    python = data.campaign.interpreters[found.condition.interpreter]
    run = "run it" if python == PYTHON else f"run it by {python}"  # with its environment variables, such as PYTHON_GIL=0
    return f"This program does the same. Save it {place}, put your own items in, and {run}:", written


def shown_folder(facts: OwnFileFacts) -> str:
    """Name the folder from which the user's file is imported, from the project's folder if it is there."""
    return f"{facts.root.relative_to(ROOT)}/" if facts.root.is_relative_to(ROOT) and facts.root != ROOT else str(facts.root)
