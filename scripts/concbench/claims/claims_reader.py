"""Read claims from their file, and bind each to what a campaign measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from string import Formatter
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from concbench.campaign.campaign import Campaign
from concbench.campaign.config_file import ConfigError, key_path, missing_key, read_config, unknown_key, wrong_value
from concbench.campaign.plan import Configuration, configurations, number_of_workers
from concbench.campaign.schema import checked
from concbench.claims.claim import Claim, ProbeQuantity, Quantity, RunQuantity, outside, unique
from concbench.records.run_record import Measured

KeyPath = list[str | int]
DERIVED = {  # see quantities.py
    "items_lost": "items without a right result; all items of a failed run",
    "deviation": "distance of the makespan's logarithm from the median of the configuration's other runs",
}
NUMBERS = [*(item.name for item in fields(Measured) if "float" in str(item.type) or "int" in str(item.type)), *DERIVED]
NEEDED = {
    "order": {"least_first"},
    "ratio": {"of", "band"},
    "equality": {"of", "to", "within"},
    "effect": {"of", "at_least"},
    "optimum": {"of", "band"},
    "flatness": {"of", "within"},
}
ALLOWED = {"ratio": {"to"}, "effect": {"to", "absent"}}
OF_ANY = {"claim", "statement", "test", "article", "python", "because"}


def read_claims(path: Path, campaign: Campaign, cpus: int) -> list[Claim]:
    """Read the claims in a file.

    Raises ConfigError with all problems. A claim that the campaign doesn't measure is one, unless the config has
    ``all_claims: false``.
    """
    content = checked(read_config(path), str(path), "claims_file")
    numbers = [value["claim"] for value in content["claims"]]
    problems = [
        f"claims: claim {number} is given twice" for number in sorted({one for one in numbers if numbers.count(one) > 1})
    ]
    claims: list[Claim] = []
    for i, value in enumerate(content["claims"]):
        problems += template_problems(value.get("because"), ["claims", i, "because", "text"])
        reader = ClaimReader(campaign, cpus)
        claim = reader.claim(value, ["claims", i])
        if claim:
            claims.append(claim)
        elif campaign.all_claims:
            problems += reader.problems
        else:
            claims.append(
                Claim(
                    value["claim"],
                    value["statement"],
                    value["test"],
                    unmeasured=reader.problems[0].removeprefix(f"claims[{i}].").rstrip("."),
                )
            )
    if problems:
        raise ConfigError(str(path), list(dict.fromkeys(problems)))
    return claims


def template_problems(because: Mapping[str, Any] | None, path: KeyPath) -> list[str]:
    """Check that the text of a cause has nothing in braces but names of its figures."""
    if because is None:
        return []
    text, figures = because["text"], because["figures"]
    try:
        fields = list(Formatter().parse(text))
        fits = all(name is None or (name in figures and not form and not kind) for _, name, form, kind in fields)
    except ValueError:
        fits = False
    allowed = " and ".join(f"{{{name}}}" for name in figures) or "nothing"
    return [] if fits else [wrong_value(path, text, f"only {allowed} in braces; {{{{ stands for a brace")]


class ClaimReader:
    """Makes claims from what the schema accepts, and collects what cannot be tested on the campaign."""

    def __init__(self, campaign: Campaign, cpus: int) -> None:
        self.campaign, self.cpus = campaign, cpus
        first = next(iter(campaign.interpreters))
        self.configurations = [
            configuration for configuration in configurations(campaign) if configuration.interpreter == first
        ]
        self.problems: list[str] = []

    def problem(self, path: KeyPath, value: object, expected: str) -> None:
        self.problems.append(wrong_value(path, value, expected))

    def claim(self, value: Mapping[str, Any], path: KeyPath) -> Claim | None:
        """Read one claim; None if it has a problem, which is then among ``problems``."""
        before, test = len(self.problems), value["test"]
        self.keys(value, path)
        sweep = test in ("optimum", "flatness")
        band = self.band(value, path)
        of, to = (self.quantity(value[key], [*path, key], sweep) if key in value else None for key in ("of", "to"))
        least_first = [self.quantity(one, [*path, "least_first", i]) for i, one in enumerate(value.get("least_first", ()))]
        because = value.get("because", {"text": None, "figures": {}})
        figures = {name: self.quantity(one, [*path, "because", "figures", name]) for name, one in because["figures"].items()}
        if test == "optimum" and isinstance(of, RunQuantity) and band and not outside(self.campaign, of, band, self.cpus):
            self.problem([*path, "band"], value["band"], "a band that excludes some of the sweep's numbers of workers")
        python = self.specifier(value["python"], [*path, "python"])
        if len(self.problems) > before:
            return None
        return Claim(
            claim=value["claim"],
            statement=" ".join(value["statement"].split()),
            test=test,
            of=of,
            to=to,
            least_first=tuple(one for one in least_first if one),
            band=band,
            within=value.get("within"),
            at_least=value.get("at_least"),
            absent=value["absent"],
            article=value.get("article"),
            python=python,
            because=because["text"],
            figures={name: one for name, one in figures.items() if one},
        )

    def keys(self, value: Mapping[str, Any], path: KeyPath) -> None:
        """Check that all keys which the kind of test needs are there, and no others."""
        test = value["test"]
        needed, allowed = NEEDED[test], OF_ANY | NEEDED[test] | ALLOWED.get(test, set())
        self.problems += [
            f"{key_path([*path, key])} is missing. The test {test} needs it." for key in sorted(needed - value.keys())
        ]
        for key in value:
            if key not in allowed and value[key] is not False:
                self.problems.append(unknown_key(path, key, allowed))

    def band(self, value: Mapping[str, Any], path: KeyPath) -> tuple[float, float] | None:
        if "band" not in value:
            return None
        low, high = (float(self.cpus if end == "cpus" else end) for end in value["band"])
        if low > high:
            self.problem([*path, "band"], value["band"], "the lower end first")
        return low, high

    def specifier(self, text: str, path: KeyPath) -> SpecifierSet:
        try:
            return SpecifierSet(text)
        except InvalidSpecifier:
            self.problem(path, text, 'versions such as ">=3.9" or "<3.10"')
            return SpecifierSet()

    def quantity(self, value: Mapping[str, Any], path: KeyPath, sweep: bool = False) -> Quantity | None:
        minus = self.quantity(value["minus"], [*path, "minus"]) if "minus" in value else None
        if "probe" in value:
            return self.probe_quantity(value, path, minus)
        if "experiment" not in value or "contender" not in value:
            self.problem(path, self.said(value), "an experiment and a contender, or a probe and a metric")
            return None
        experiment, name = self.campaign.experiments.get(value["experiment"]), value["experiment"]
        if experiment is None:
            self.problem(
                [*path, "experiment"], name, f"one of the campaign's experiments ({', '.join(self.campaign.experiments)})"
            )
            return None
        if value["contender"] not in experiment.contenders:
            known = ", ".join(experiment.contenders)
            self.problem([*path, "contender"], value["contender"], f"one of the contenders of {name} ({known})")
            return None
        for key in ("column", "per"):
            if key in value and value[key] not in NUMBERS:
                self.problem([*path, key], value[key], f"a column of numbers in runs.csv ({', '.join(NUMBERS)})")
        found = tuple(configuration for configuration in self.configurations if self.chosen(configuration, value))
        if not found or (len(found) > 1) != sweep:
            self.choices(value, path, sweep, found)
            return None
        return RunQuantity(found, value["column"], value.get("per"), value["times"], minus)

    def probe_quantity(self, value: Mapping[str, Any], path: KeyPath, minus: Quantity | None) -> Quantity | None:
        if value["probe"] not in self.campaign.probes:
            known = ", ".join(self.campaign.probes) or "the config names none"
            self.problem([*path, "probe"], value["probe"], f"one of the campaign's probes ({known})")
            return None
        if "metric" not in value:
            self.problems.append(missing_key([*path, "metric"], "one of the probe's metrics"))
            return None
        return ProbeQuantity(value["probe"], value["metric"], value["times"], minus)

    def chosen(self, configuration: Configuration, value: Mapping[str, Any]) -> bool:
        """Tell whether a quantity includes a configuration."""
        wanted = {key: value[key] for key in ("experiment", "contender", "server", "size") if key in value}
        workers = value.get("workers")
        if any(getattr(configuration, key) != wanted[key] for key in wanted):
            return False
        if isinstance(workers, list):
            number = number_of_workers(self.campaign, configuration, self.cpus, self.cpus)
            return bool(workers[0] <= number <= workers[1])
        return workers is None or bool(configuration.workers_asked == workers)

    def said(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return a quantity as its author wrote it, without defaults."""
        filled_in = {"column": "makespan_s", "times": 1}
        return {key: part for key, part in value.items() if filled_in.get(key) != part}

    def choices(self, value: Mapping[str, Any], path: KeyPath, sweep: bool, found: tuple[Configuration, ...]) -> None:
        """Report why a quantity selects neither one configuration nor one sweep."""
        if len(found) > 1:
            vary = {
                key: unique(str(getattr(configuration, key)) for configuration in found)
                for key in ("server", "size", "workers_asked")
            }
            named = [f"{key.removesuffix('_asked')} ({', '.join(values)})" for key, values in vary.items() if len(values) > 1]
            self.problem(path, self.said(value), f"one configuration (also give {' and '.join(named)})")
        elif found and sweep:
            self.problem(path, self.said(value), "a contender with several numbers of workers")
        else:
            self.problem(path, self.said(value), "a configuration that the campaign measures")
