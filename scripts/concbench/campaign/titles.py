"""Name interpreters, contenders and configurations as people read them; the config's own names are for files and tables."""

from __future__ import annotations

from collections.abc import Iterator

from concbench.campaign import plugins
from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.campaign.plan import Configuration, number_of_workers
from concbench.measured.machine import cpus, python_cpus

IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def interpreter_title(campaign: Campaign, name: str, implementation: str | None = None, version: str | None = None) -> str:
    """Return an interpreter's title: the config's, else implementation and version, such as ``CPython 3.11.7``.

    Args:
        campaign: The campaign.
        name: The interpreter's name in the config, which is the title if nothing else is known.
        implementation: Its ``implementation`` in runs.csv, such as ``cpython``.
        version: Its ``python_version`` in runs.csv.
    """
    if name in campaign.interpreter_titles:
        return campaign.interpreter_titles[name]
    if implementation is None or version is None:
        return name
    return f"{IMPLEMENTATIONS.get(implementation, implementation)} {version}"


def contender_title(experiment: Experiment, contender: str, workers: int) -> str:
    """Return a contender with its number of workers, such as ``asyncio, 160 workers``; only the name if it has one worker."""
    name = f"A/A control ({experiment.control} again)" if contender == CONTROL else contender
    if plugins.model(experiment.contenders[contender].model).single_worker:
        return name
    return f"{name}, {workers} worker{'s' * (workers != 1)}"


def workers_of(campaign: Campaign, configuration: Configuration) -> int:
    """Return a configuration's number of workers on this machine, with this Python."""
    return number_of_workers(campaign, configuration, cpus(), python_cpus())


def configuration_title(campaign: Campaign, configuration: Configuration, workers: int | None = None) -> str:
    """Return a configuration's title, such as ``160 downloads: asyncio, 160 workers``.

    Size, server and interpreter follow if the experiment or the campaign has several. ``workers`` is the number in the
    records; without it, ``cpus`` and ``default`` stand for what they are on this machine.
    """
    experiment = campaign.experiments[configuration.experiment]
    workers = workers_of(campaign, configuration) if workers is None else workers
    title = f"{experiment.title}: {contender_title(experiment, configuration.contender, workers)}"
    return ", ".join([title, *what_varies(campaign, configuration)])


def condition_title(campaign: Campaign, configuration: Configuration) -> str:
    """Return the title of a configuration's condition, such as ``160 downloads``, or ``my work, 200 items``."""
    return ", ".join([campaign.experiments[configuration.experiment].title, *what_varies(campaign, configuration)])


def what_varies(campaign: Campaign, configuration: Configuration) -> Iterator[str]:
    """Yield size, server and interpreter, each if the experiment or the campaign has several."""
    experiment = campaign.experiments[configuration.experiment]
    if len(experiment.sizes) > 1:
        yield f"{configuration.size} item{'s' * (configuration.size != 1)}"
    if configuration.server and len(experiment.servers) > 1:
        yield f"server {configuration.server}"
    if len(campaign.interpreters) > 1:
        yield interpreter_title(campaign, configuration.interpreter)
