"""Describe the environment of an invocation (machine, interpreters, packages), and check whether two are comparable."""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

from packaging.utils import canonicalize_name

from concbench.campaign.campaign import Campaign
from concbench.campaign.config_file import command_for
from concbench.common.atomic import write_whole
from concbench.common.paths import ROOT, SCRIPTS
from concbench.common.processes import output_of
from concbench.environment.interpreter_command import measured_python
from concbench.environment.locked_packages import pins
from concbench.environment.locks import hold
from concbench.environment.measured_environment import measured_environment, recorded
from concbench.environment.node import node_name, own_block
from concbench.measured.cgroups import cpu_quota
from concbench.measured.machine import cpus

COMPARED = ("machine", "cpu_model", "cpus", "cpu_quota", "memory_bytes", "kernel")
FACTS_S = 60  # time limit for an interpreter, or git, to answer
LONGEST_NAME = 40  # letters of a campaign's name
LIKE_MEMORY = 1.02  # ratio within which memory is alike: kernels reserve slightly different amounts


class Damaged(ValueError):
    """Report that a state file can't be read."""


class UnlikeEnvironment(Exception):
    """Report that a campaign's runs were measured in another environment, and what to do."""


@dataclass(frozen=True)
class Environment:
    """Describe the environment of one invocation, as ``environment.json`` lists it."""

    invocation: str
    machine: str
    cpu_model: str
    cpus: int
    memory_bytes: int
    kernel: str
    governor: str | None
    load: float
    open_files_limit: int
    git_revision: str | None
    interpreters: Mapping[str, Any]  # by name: the facts of interpreter_facts.py, or None if there is no such Python
    cpu_quota: float | None = None  # CPUs that a quota, such as a container's, allows at a time; None without a quota
    variables: Mapping[str, str] = field(default_factory=dict)  # the user's variables that runs get and that may change times


class Facts(TypedDict):
    """Name the facts about an interpreter that every invocation has recorded."""

    implementation: str
    version: str
    packages: dict[str, str]


def first_line(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()[0]
    except (OSError, IndexError):
        return None


def cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def git_revision() -> str | None:
    """Return the commit of the checkout, with ``-dirty`` if something is changed; None without git or outside a checkout."""
    command = ["git", "-C", str(SCRIPTS), "describe", "--always", "--dirty", "--abbrev=12"]
    if shutil.which("git") is None:
        return None
    with suppress(subprocess.TimeoutExpired):
        return output_of(command, os.environ, FACTS_S).out.strip() or None
    return None


def interpreter_facts(command: str) -> Any:
    """Return the facts about an interpreter; None if it doesn't exist or isn't a Python."""
    python = measured_python(command)
    if python is None:
        return None
    facts = [python.program, str(SCRIPTS / "sys_path" / "interpreter-facts.py")]
    try:
        done = output_of(facts, {**measured_environment(os.environ, None), **python.variables}, FACTS_S)
        return json.loads(done.out) if done.status == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def environment_now(invocation: str, campaign: Campaign) -> Environment:
    """Return the environment of this invocation of a campaign."""
    return Environment(
        invocation=invocation,
        machine=node_name(),
        cpu_model=cpu_model(),
        cpus=cpus(),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        kernel=platform.release(),
        governor=first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        load=os.getloadavg()[0],
        open_files_limit=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        git_revision=git_revision(),
        interpreters={name: interpreter_facts(command) for name, command in campaign.interpreters.items()},
        cpu_quota=cpu_quota(),
        variables=recorded(os.environ, campaign.has_own_work),
    )


def differences(then: Environment, now: Environment, compared: Sequence[str] = COMPARED) -> Iterator[str]:
    """Yield what makes runs of two invocations incomparable, a line each. Interpreters of only one of them don't."""
    for name in compared:
        if not alike(name, getattr(then, name), getattr(now, name)):
            yield f"{name}: {getattr(then, name)} before, {getattr(now, name)} now"
    for name in sorted(then.variables.keys() | now.variables.keys()):
        if then.variables.get(name) != now.variables.get(name):
            yield f"{name}: {then.variables.get(name, 'not set')} before, {now.variables.get(name, 'not set')} now"
    for name in then.interpreters.keys() & now.interpreters.keys():
        old, new = then.interpreters[name], now.interpreters[name]
        if old and new:
            yield from interpreter_differences(name, old, new)


def alike(name: str, then: Any, now: Any) -> bool:
    """Check whether two values are the same, or nearly so for memory."""
    if name == "memory_bytes":
        return bool(max(then, now) <= LIKE_MEMORY * min(then, now))
    return bool(then == now)


def interpreter_differences(name: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs between the facts of an interpreter then and now."""
    for fact in ("implementation", "version", "gil_enabled", "jit_enabled"):
        if fact in then and then[fact] != now[fact]:  # older invocations recorded fewer facts
            yield f"interpreter {name}, {fact}: {then[fact]} before, {now[fact]} now"
    ours = installed_by_make()
    for package in sorted(then["packages"].keys() | now["packages"].keys()):
        old, new = then["packages"].get(package), now["packages"].get(package)
        came_or_went = old is None or new is None
        if old != new and not (came_or_went and canonicalize_name(package) in ours):
            yield f"interpreter {name}, {package}: {old or 'not installed'} before, {new or 'not installed'} now"


@cache
def installed_by_make() -> set[str]:
    """Return the packages that ``make models`` and ``make dev`` add; their presence changes no measured program."""
    locks = (ROOT / "requirements" / f"{group}.txt" for group in ("models", "dev", "slurm"))
    return {canonicalize_name(name) for lock in locks if lock.exists() for name in pins(lock)}


def read_invocations(path: Path) -> list[Environment]:
    """Return the invocations in ``environment.json``. Raise Damaged, or UnlikeEnvironment if version 0.1 wrote it."""
    import msgspec  # slow to import, and every command of the pipeline imports this module

    if not path.exists():
        return []
    try:
        found = json.loads(path.read_bytes())
        if isinstance(found, dict) and "invocations" in found:
            invocations = msgspec.convert(found["invocations"], list[Environment])
            facts = [one for invocation in invocations for one in invocation.interpreters.values() if one]
            msgspec.convert(facts, list[Facts])
            return invocations
    except (OSError, ValueError, RecursionError) as error:
        raise Damaged(f"{path}: this file is damaged ({error}).") from error
    if not isinstance(found, dict) or "sessions" not in found:
        raise Damaged(f"{path}: this file is damaged (it lists no invocations).")
    campaign = path.parent.name
    raise UnlikeEnvironment(
        f"results/{campaign}: version 0.1 measured this campaign, and its records no longer count (see CHANGELOG.md).\n"
        + remedies(campaign)
    )


def known_invocations(path: Path) -> list[Environment]:
    """Return the invocations in ``environment.json``; if it is damaged say so, and return none."""
    try:
        return read_invocations(path)
    except Damaged as error:
        print(error, file=sys.stderr)
        return []


def put_aside(path: Path) -> None:
    """Rename ``environment.json`` if it is damaged, and say what that costs."""
    try:
        read_invocations(path)
    except Damaged as error:
        aside = path.with_name(f"{path.name}.damaged")
        path.replace(aside)
        print(
            f"{error} It is now {aside}. Whether earlier runs were measured in the same environment cannot be checked.",
            file=sys.stderr,
        )


def enter_invocation(path: Path, campaign: Campaign, now: Environment) -> None:
    """Add an invocation to ``environment.json``. Raise UnlikeEnvironment if it isn't comparable with those before."""
    with hold(path.with_name(".environment.lock"), wait=lambda _: None):
        put_aside(path)
        invocations = read_invocations(path)
        if own_block():
            refuse_node([one for one in invocations if one.machine == now.machine or not campaign.separate_nodes], now)
        else:
            refuse(campaign.name, list(differences(last_known(invocations), now)) if invocations else [])
        write_whole(path, json.dumps({"invocations": [asdict(one) for one in [*invocations, now]]}, indent=1) + "\n")


def last_known(invocations: Sequence[Environment]) -> Environment:
    """Return the last invocation, with each interpreter as it was when it was last there: some invocations may lack it."""
    seen = {name: facts for one in invocations for name, facts in one.interpreters.items() if facts}
    return replace(invocations[-1], interpreters={**invocations[-1].interpreters, **seen})


def refuse_node(invocations: Sequence[Environment], now: Environment) -> None:
    """Raise UnlikeEnvironment if a cluster node differs from one of the nodes used so far."""
    nodes = dict.fromkeys(one.machine for one in invocations)
    last = [last_known([one for one in invocations if one.machine == node]) for node in nodes]
    unlike = [f"  {then.machine}, {line}\n" for then in last for line in differences(then, now, COMPARED[1:])]
    if unlike:
        raise UnlikeEnvironment(
            f"{now.machine}: this node differs from the nodes used so far. Times would not be comparable.\n"
            + "".join(unlike)
            + "Select nodes of one kind with constraint under default-resources in profiles/slurm/config.yaml,\n"
            "or keep each node's results separate with heterogeneous_nodes: separate in the campaign's config."
        )


def refuse(campaign: str, unlike: Sequence[str]) -> None:
    """Raise UnlikeEnvironment if there are differences."""
    if unlike:
        raise UnlikeEnvironment(
            f"results/{campaign}: this campaign was measured in another environment. Times would not be comparable.\n"
            + "".join(f"  {line}\n" for line in unlike)
            + remedies(campaign)
        )


def new_name(campaign: str) -> str:
    """Return a campaign's name with the first number that no results have: ``quick-2``."""
    names = (f"{campaign[: LONGEST_NAME - len(f'-{number}')]}-{number}" for number in count(2))
    return next(name for name in names if not Path("results", name).exists())


def remedies(campaign: str) -> str:
    """Say how to measure the campaign in this environment."""
    name = new_name(campaign)
    snakemake = "snakemake" in sys.argv[0]  # otherwise another command reads the results, and doesn't know theirs
    command = command_for(sys.argv, name) if snakemake else f"the campaign's command with --config campaign={name}"
    return (
        f"To keep it, measure under a new name: {command}\n"
        f"To replace it, delete it and repeat the command: rm -r results/{campaign}"
    )
