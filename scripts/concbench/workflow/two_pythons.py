"""Write the config of a campaign that measures the same work with two Pythons in the same blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.config_file import ConfigError, read_config, wrong_value
from concbench.common.atomic import write_whole
from concbench.common.paths import ROOT
from concbench.environment.interpreter_command import Command
from concbench.stats.relabelling import LEAST_PAIRS

LONGEST_NAME = 40
LEFT_OUT = ("blocks", "budget_minutes", "claims", "all_claims")  # keys of the config that belong to its own campaign
CONFIG = "pythons.json"


def write_campaign(path: Path, before: str, after: str, blocks: int, results: Path = ROOT / "results") -> Path:
    """Write the config to a folder in ``results``, and return its path. Raise ConfigError.

    An unfinished campaign of the same config is continued. A finished one is kept, and the work is measured again under
    another name, because what an environment contains may have changed.
    """
    config = read_config(path)
    campaign = campaign_of(config, str(path))
    problems = [wrong_value(["--blocks"], blocks, f"at least {LEAST_PAIRS}")] if blocks < LEAST_PAIRS else []
    pythons = {"before": absolute(before), "after": absolute(after)}
    for name, command in pythons.items():
        if Command.of(command).path is None:
            problems.append(wrong_value([name], command, "the path of a Python, or the name of one that is installed"))
    if problems:
        raise ConfigError("compare_pythons.py", problems)
    own = {key: value for key, value in config.items() if key not in LEFT_OUT}
    own["experiments"] = {name: {**one, "decide": None} for name, one in config["experiments"].items()}  # all are compared
    tries = ({**own, "campaign": name, "repetitions": blocks, "interpreters": pythons} for name in names(campaign.name))
    chosen = next(one for one in tries if can_measure(results / one["campaign"], one))
    written = results / str(chosen["campaign"]) / CONFIG
    written.parent.mkdir(parents=True, exist_ok=True)
    write_whole(written, json.dumps(chosen, indent=2) + "\n")
    return written


def absolute(text: str) -> str:
    """Return an interpreter's command with an absolute path, if it has a path at all."""
    command = Command.of(text)
    program = str(Path(command.program).absolute()) if "/" in command.program else command.program
    return " ".join([*(f"{name}={value}" for name, value in command.variables.items()), program])


def names(campaign: str) -> Iterator[str]:
    """Yield names for the campaign: ``quick-compare``, ``quick-compare-2``."""
    for number in count(1):
        end = "-compare" if number == 1 else f"-compare-{number}"
        yield campaign[: LONGEST_NAME - len(end)] + end


def can_measure(folder: Path, config: Mapping[str, Any]) -> bool:
    """Check that a folder is free, or has an unfinished campaign of the same config."""
    if not folder.exists():
        return True
    try:
        return json.loads((folder / CONFIG).read_bytes()) == config and not (folder / "report.html").exists()
    except (OSError, ValueError):
        return False
