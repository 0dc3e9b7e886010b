"""Write the plan for the user's function as a campaign's config. Pure functions."""

from __future__ import annotations

from math import ceil
from typing import Any

from concbench.campaign.campaign import CONTROL
from concbench.campaign.own_candidates import left_out
from concbench.campaign.own_file import OwnFileFacts
from concbench.campaign.own_plan import AT_LEAST, Plan
from concbench.common.formatting import one_line
from concbench.records.pilot import Pilot

AT_MOST = 50  # blocks
INTERPRETER = "default"  # its name
BUSY = 0.1  # other programs that use so much more of the CPUs while the work is done do a part of it
LONGEST_REASON = 300  # letters
RUN_FACTOR = 20  # a run may take this many times what is expected
LEAST_TIMEOUT_S = 20


def config_of(
    plan: Plan, pilot: Pilot, facts: OwnFileFacts, name: str, file: str, python: str, budget_s: float
) -> dict[str, Any]:
    """Write a plan as the config of a campaign.

    Args:
        plan: What is measured.
        pilot: What the pilot found.
        facts: What the file has.
        name: The campaign's name.
        file: What the user gave as the file.
        python: The command of the interpreter.
        budget_s: Time that measuring may take.
    """
    contenders: dict[str, dict[str, Any]] = {}
    for one in (plan.baseline, *plan.contenders):
        described = contenders.setdefault(one.contender, {"model": one.model, **one.options})
        if one.workers is not None:
            described.setdefault("workers", []).append(one.workers)
    unable = left_out_by(plan, pilot, facts)
    experiment: dict[str, Any] = {
        "title": title_of(facts),
        "workload": "own",
        "options": {"file": file},
        "sizes": list(plan.sizes),
        "baseline": plan.baseline.contender,
        **({"control": plan.baseline.contender} if plan.has_control else {}),
        **({"left_out": unable} if unable else {}),
        "contenders": contenders,
    }
    return {
        "campaign": name,
        "repetitions": {"until": "decided", "at_least": AT_LEAST, "at_most": AT_MOST},
        "budget_minutes": round(budget_s / 60, 2),
        "timeout_s": max(LEAST_TIMEOUT_S, ceil(RUN_FACTOR * plan.sizes[-1] * pilot.item_s)),
        **({"background_cpu_limit": 1} if works_elsewhere(pilot) else {}),
        "interpreters": {INTERPRETER: python},
        "experiments": {experiment_name(facts): experiment},
    }


def left_out_by(plan: Plan, pilot: Pilot, facts: OwnFileFacts) -> dict[str, str]:
    """Return why a plan leaves out models that can't run the function, by model."""
    used = {one.model for one in (plan.baseline, *plan.contenders)}
    reasons = left_out(pilot, facts).items()
    return {model: one_line(why)[:LONGEST_REASON].strip() for model, why in reasons if model not in used}


def title_of(facts: OwnFileFacts) -> str:
    """Return the name of the work: that of the function, or of the module."""
    return facts.function or facts.module.rpartition(".")[2]


def experiment_name(facts: OwnFileFacts) -> str:
    """Return a name that a config allows: ASCII letters, digits and _, a letter first."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in title_of(facts))
    return (letters if letters[0].isalpha() else f"own_{letters}")[:40]


def works_elsewhere(pilot: Pilot) -> bool:
    """Check whether other programs, such as a database of this machine, do a part of the work."""
    return pilot.background_cpu - pilot.idle_background_cpu > BUSY


def expected_s(plan: Plan, pilot: Pilot, experiment: str) -> dict[str, float]:
    """Return the expected elapsed time of each configuration, by the name that its records have."""
    named = [(one.contender, one) for one in (plan.baseline, *plan.contenders)]
    named += [(CONTROL, plan.baseline)] if plan.has_control else []
    return {
        f"{experiment}-{name}-w{one.workers or 1}-n{size}-{INTERPRETER}": one.takes_s(size * pilot.item_s)
        for name, one in named
        for size in plan.sizes
    }
