"""Make the campaign that measures the user's own function: ``snakemake --cores all --config own=FILE``.

The pilot looks at the function, and a config is planned from what it finds: ``own.yaml`` in the campaign's folder. The same
command continues the same campaign. A changed file is looked at anew. A config that was edited stays as it is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from concbench.campaign.config_file import ConfigError, wrong_value
from concbench.campaign.fingerprints import digest, source, sources
from concbench.campaign.own_config import config_of, expected_s, experiment_name, title_of
from concbench.campaign.own_file import OwnFileError, OwnFileFacts, folders_for, name_of, read_own_file
from concbench.campaign.own_plan import NoPlan, measuring_s, plan
from concbench.campaign.own_sources import own_sources
from concbench.campaign.own_words import said
from concbench.common.atomic import write_whole
from concbench.common.paths import SCRIPTS
from concbench.environment.interpreter_command import Command, needs_environment
from concbench.environment.interpreters import NotAnInterpreter, prepare
from concbench.environment.locks import Locked, lock_campaign, lock_machine
from concbench.environment.node import hands_out
from concbench.measured.machine import cpus
from concbench.records.pilot import PILOT, Pilot, PilotRecord
from concbench.runner.pilot import PilotOrder
from concbench.workflow.console import announce
from concbench.workflow.two_pythons import absolute

KEYS = ("own", "budget", "python")  # of --config; they are no keys of a config file
BUDGET = "2m"
CONFIG = "own.yaml"
UNITS = {"s": 1, "m": 60, "h": 3600}
TIME = re.compile(r"((?P<h>\d+)h)?((?P<m>\d+)m)?((?P<s>\d+)s)?")
RUN_PILOT = SCRIPTS / "run_pilot.py"
LEAST_LIMIT_S, LONGEST_LIMIT_S = 10, 60  # of the pilot
LIMIT = 1 / 10  # the same, as a share of the budget
STEPS = 8  # of the pilot that there is time for
PLANNING = (RUN_PILOT, SCRIPTS / "sys_path/measured-pilot.py", SCRIPTS / "concbench/campaign/own_words.py")
LONGEST_NAME = 40  # letters of a campaign's name
EXPECTED = "FILE=my_work.py: the path of a Python file, or package.module, each alone or with :function behind it"
HEAD = """\
# Measures {file}. Made by `make own FILE={file}`, from what a pilot found.
# To measure again what has changed: the same command. To edit this file: save it, then
#   snakemake --cores all --configfile {path}
"""


class NoCampaign(Exception):
    """Report in a few words why there is nothing to measure, and what to do."""


@dataclass(frozen=True)
class OwnCommand:
    """Describe what the user asks for: a file, a budget and an interpreter."""

    file: str
    budget_s: float
    python: str

    @property
    def campaign(self) -> str:
        """Return the campaign's name, which a config allows: ``own-my_work``."""
        named = re.sub(r"[^a-z0-9_-]+", "_", name_of(self.file).lower())
        return f"own-{named}"[:LONGEST_NAME]

    @property
    def folder(self) -> Path:
        return Path("results", self.campaign)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> OwnCommand:
        """Read what ``--config`` sets. Raise ConfigError."""
        file, budget, python = config["own"], config.get("budget", BUDGET), config.get("python", "python")
        if not isinstance(file, str) or not file:
            raise ConfigError("--config", [wrong_value(["own"], file, EXPECTED)])
        if not isinstance(python, str) or Command.of(python).path is None:
            expected = "the path of a Python, or the name of one that is installed"
            raise ConfigError("--config", [wrong_value(["python"], python, expected)])
        return cls(file, seconds_of(budget), absolute(python))


def own_config(config: Mapping[str, Any], workflow: Any) -> Path:
    """Return the config of the user's own campaign, after making it if necessary. Exit with a message if that fails.

    Args:
        config: What ``--config`` sets.
        workflow: Snakemake's. Without cores, or in a dry run, it measures nothing, so the work isn't run.
    """
    executes = not workflow.output_settings.dryrun and workflow.resource_settings.cores is not None
    try:
        if workflow.overwrite_configfiles:
            raise NoCampaign(f"own={config['own']} makes a config of its own. Leave out --configfile.")
        return made(OwnCommand.of(config), executes)
    except (ConfigError, OwnFileError, NoCampaign, NotAnInterpreter, Locked) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: cannot write this ({error.strerror}). Fix that, then repeat the command.")


def drop_own_keys(config: dict[str, Any]) -> None:
    """Remove what makes a campaign of the user's own function: these are no keys of a config file."""
    if "own" in config:
        for key in KEYS:
            config.pop(key, None)


def made(command: OwnCommand, executes: bool) -> Path:
    """Return the campaign's config: the one that exists, or a new one. Raise NoCampaign, and what reading the file raises."""
    facts = read_own_file(command.file, folders_for(command.python))
    path, record_path = command.folder / CONFIG, command.folder / PILOT
    record, key = PilotRecord.read(record_path), key_of(command)
    if path.exists() and (record is None or digest([path.read_bytes()]) != record.config):
        raise NoCampaign(
            f"{path}: this was edited, so it stays as it is. To measure by it: snakemake --cores all --configfile {path}"
            f"\nTo have it planned anew, delete it and repeat the command."
        )
    if not (record and record.key == key and path.exists()):
        if not executes:
            raise NoCampaign(
                f"Nothing is known about {command.file} yet. Measuring begins with a pilot, which does some items. It is left"
                " out here."
            )
        if hands_out():
            raise NoCampaign(
                f"own={command.file}: a pilot is of the machine that measures. Name the config of a campaign instead."
            )
        refuse_other_work(command, facts, path)
        record = planned(command, facts, key)
    announce("\n".join(record.said))
    return path


def refuse_other_work(command: OwnCommand, facts: OwnFileFacts, path: Path) -> None:
    """Raise NoCampaign if the folder has the results of another file of this name, which would be replaced."""
    if not path.exists():
        return
    (experiment,) = yaml.safe_load(path.read_bytes())["experiments"].values()
    other = experiment["options"]["file"]
    try:
        there = read_own_file(other, folders_for(command.python))
    except OwnFileError:  # it is gone
        return
    if other != command.file and (there.path, there.function) != (facts.path, facts.function):
        raise NoCampaign(
            f"{command.folder} has the results of {other}, which is called {command.campaign}, too. Rename that folder to keep"
            " them, or delete it. Then repeat the command."
        )


def planned(command: OwnCommand, facts: OwnFileFacts, key: str) -> PilotRecord:
    """Do the pilot, plan the campaign and write both. Raise NoCampaign."""
    with ExitStack() as locks:
        locks.enter_context(lock_campaign(command.folder))
        if machine := lock_machine():
            locks.enter_context(machine)
        prepare({"default": command.python})
        pilot, took_s = piloted(command, facts)
        budget_s = measuring_s(command.budget_s, took_s)
        try:
            chosen = plan(pilot, facts, cpus(), budget_s)
        except NoPlan as error:
            raise NoCampaign(f"{command.file}: {error}") from None
        path = command.folder / CONFIG
        config = config_of(chosen, pilot, facts, command.campaign, command.file, command.python, budget_s)
        text = HEAD.format(file=command.file, path=path) + yaml.safe_dump(config, sort_keys=False, default_flow_style=None)
        record = PilotRecord(
            pilot=pilot,
            key=key,
            config=digest([text.encode()]),
            said=said(chosen, pilot, facts, title_of(facts), budget_s),
            expected_s=expected_s(chosen, pilot, experiment_name(facts)),
        )
        path.unlink(missing_ok=True)  # if this is interrupted, the config isn't taken for one that the user edited
        record.write(command.folder / PILOT)
        write_whole(path, text)
        return record


def piloted(command: OwnCommand, facts: OwnFileFacts) -> tuple[Pilot, float]:
    """Do the pilot in a process of its own; return what it found, and how long it took. Raise NoCampaign."""
    limit_s = min(LONGEST_LIMIT_S, max(LEAST_LIMIT_S, LIMIT * command.budget_s))
    order = PilotOrder(
        command.file, str(facts.path), facts.has_do, facts.has_do_async, command.python, limit_s, limit_s / STEPS
    )
    output, log = command.folder / "pilot.unfinished", command.folder / "logs" / "pilot.log"
    log.parent.mkdir(exist_ok=True)
    announce(f"Trying {command.file} for some seconds.{without_packages(command.python)}")
    start = perf_counter()
    arguments = ["--order", json.dumps(asdict(order)), "--output", str(output), "--log", str(log)]
    status = subprocess.run([sys.executable, str(RUN_PILOT), *arguments], check=False).returncode
    if status:
        printed = log.exists() and log.stat().st_size
        raise NoCampaign(f"Nothing was measured.{f' What it printed: {log}' if printed else ''}")
    pilot = Pilot.read(output)
    output.unlink()
    return pilot, perf_counter() - start


def without_packages(python: str) -> str:
    """Say that the packages of an interpreter aren't used, to follow another sentence; nothing if they are."""
    path = Command.of(python).path
    if path is None or not needs_environment(path):
        return ""
    return f" {python} gets an environment without your packages. If the work needs them, name the Python of an environment."


def key_of(command: OwnCommand) -> str:
    """Return a fingerprint of all that the plan depends on."""
    asked = (command.file, str(command.budget_s), command.python, str(cpus()))
    files = (*own_sources(command.file, folders_for(command.python)), *sources(*PLANNING))
    return digest([*(one.encode() for one in asked), *map(source, files)])


def seconds_of(budget: object) -> float:
    """Return the seconds that a budget such as ``90s``, ``2m`` or ``1h30m`` means. Raise ConfigError."""
    found = TIME.fullmatch(budget) if isinstance(budget, str) and budget else None
    seconds = sum(int(number) * UNITS[unit] for unit, number in found.groupdict(default="0").items()) if found else 0
    if not seconds:
        raise ConfigError("--config", [wrong_value(["budget"], budget, "a time with its unit, such as 90s, 2m or 1h")])
    return float(seconds)
