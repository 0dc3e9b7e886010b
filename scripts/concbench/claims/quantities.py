"""Take the quantities that claims compare from runs.csv and probes.csv, block by block, or the reasons why they are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from concbench.analysis.naming import called, condition_parts, experiment_name
from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import Configuration
from concbench.claims.claim import Claim, ProbeQuantity, Quantity, RunQuantity, all_quantities
from concbench.measured.status import Status
from concbench.records.conditions import Condition
from concbench.records.tables import known
from concbench.stats.ratios import measured_blocks, without_gap

BLOCK = ["block", "invocation"]
CONDITION = ("server", "size")
UNIT = re.compile(r"_(s|bytes)(?=_|$)")
WORDS = {  # columns as they are read, each with its preposition
    "connections": "connections of",
    "cpu_system_s": "system CPU time of",
    "cpu_user_s": "user CPU time of",
    "cpus_used": "CPUs used by",
    "delay_total_s": "total delay of",
    "deviation": "deviation from the median of",
    "items_lost": "items lost by",
    "items_ok": "items done by",
    "makespan_s": "elapsed time of",
    "peak_in_flight": "requests in flight of",
    "setup_s": "set-up time of",
    "teardown_s": "tear-down time of",
    "threads_used": "threads used by",
}


@dataclass(frozen=True)
class Series:
    """A quantity's values, indexed by block and invocation, and why some blocks have none."""

    name: str
    values: pd.Series
    missing: tuple[str, ...] = ()
    configuration: str | None = None  # its name, where the quantity is its elapsed time and nothing else
    unit: str = ""

    @property
    def sentence(self) -> str:
        """The sentence on the value, with ``{}`` in its place."""
        return f"{self.name}: {{}} {self.unit}".rstrip()

    def times(self, other: Series) -> str:
        """Write the sentence on the ratio to another quantity, with ``{}`` for its value."""
        if self.configuration and other.configuration:
            return f"{self.name}: {{}} times that of {other.configuration}"
        return f"{self.name}: {{}} times {other.name}"


@dataclass(frozen=True)
class Measurements:
    """A campaign's tables for one interpreter and one claim; ``vary`` are the parts of conditions in which its runs differ."""

    campaign: Campaign
    runs: pd.DataFrame
    probes: pd.DataFrame
    interpreter: str
    vary: frozenset[str]
    blocks: int  # that a verdict needs: all, or those of the last look

    @classmethod
    def of(cls, campaign: Campaign, claim: Claim, runs: pd.DataFrame, probes: pd.DataFrame, interpreter: str) -> Measurements:
        """Select the interpreter's rows."""
        quantities = [quantity for quantity in all_quantities(claim) if isinstance(quantity, RunQuantity)]
        used = [one for quantity in quantities for one in quantity.configurations]
        experiments = {one.experiment for one in used}
        vary = {
            column
            for column in CONDITION
            for experiment in experiments
            if len({getattr(one, column) for one in used if one.experiment == experiment}) > 1
        }
        vary |= {"experiment"} if len(experiments) > 1 else set()
        own = probes[probes["interpreter"] == interpreter]
        found = cls(campaign, runs[runs["interpreter"] == interpreter], own, interpreter, frozenset(vary), campaign.repetitions)
        return found.at_last_look(all_quantities(claim))

    def at_last_look(self, quantities: Iterable[Quantity]) -> Measurements:
        """Select the blocks of the last look at some quantities, or those before the first; all without looks."""
        looks = self.campaign.looks
        if looks is None:
            return self
        measured = min((self.measured(quantity) for quantity in quantities), default=0)
        at_look = looks.last(measured)
        runs, probes = (table[table["block"] <= (at_look or measured)] for table in (self.runs, self.probes))
        return replace(self, runs=runs, probes=probes, blocks=at_look or looks.at_least)

    def measured(self, quantity: Quantity) -> int:
        """Return how many blocks of a quantity have been measured, from the first on."""
        if isinstance(quantity, ProbeQuantity):
            return without_gap(set(self.probes.loc[self.probes["probe"] == quantity.probe, "block"]))
        return min(next(iter(measured_blocks(self.rows(one)).values()), 0) for one in quantity.configurations)

    def sweep(self, quantity: RunQuantity) -> list[Series]:
        """Return a series for each configuration of a sweep, the fewest workers first."""
        series = [self.of_configuration(configuration, quantity) for configuration in quantity.configurations]
        workers = [self.workers(configuration) for configuration in quantity.configurations]
        return [one for _, one in sorted(zip(workers, series), key=lambda pair: pair[0])]

    def workers(self, configuration: Configuration) -> int:
        """Return a configuration's number of workers; 0 where no run has been measured."""
        found = self.rows(configuration)["workers"].max()
        return 0 if pd.isna(found) else int(found)

    def series(self, quantity: Quantity) -> Series:
        """Return the values of one configuration or probe, less those to subtract."""
        found = (
            self.of_probe(quantity)
            if isinstance(quantity, ProbeQuantity)
            else self.of_configuration(quantity.configurations[0], quantity)
        )
        if quantity.minus is None:
            return found
        less = self.series(quantity.minus)
        together = found.values.reset_index(level="invocation", drop=True) - less.values.reset_index(
            level="invocation", drop=True
        )
        together.index = pd.MultiIndex.from_product([together.index, ["difference"]], names=BLOCK)
        return Series(f"({found.name} − {less.name})", together.dropna(), (*found.missing, *less.missing))

    def rows(self, configuration: Configuration) -> pd.DataFrame:
        like = {key: getattr(configuration, key) for key in ("experiment", "contender", "size")}
        like |= {"workers_asked": str(configuration.workers_asked)} | (
            {"server": configuration.server} if configuration.server else {}
        )
        chosen = self.runs
        for key, value in like.items():
            chosen = chosen[chosen[key] == value]
        return chosen

    def of_configuration(self, configuration: Configuration, quantity: RunQuantity) -> Series:
        rows = derived(self.rows(configuration))
        counted = [Status.OK, Status.FAILED, Status.INVALID] if quantity.column == "items_lost" else [Status.OK]
        is_counted = rows["status"].isin(counted)
        ok = rows[is_counted]
        values = ok[quantity.column] / (ok[quantity.per] if quantity.per else 1) * quantity.times
        values.index = pd.MultiIndex.from_frame(ok[BLOCK])
        label = self.label(configuration, rows)
        missing = [f"block {row['block']} of {label} is {row['status']}" for _, row in rows[~is_counted].iterrows()]
        is_time = (quantity.column, quantity.per, quantity.times) == ("makespan_s", None, 1)
        name = named(label, quantity)
        unit = "s" if quantity.column.endswith("_s") and not quantity.per else ""
        own = label if is_time else None
        return Series(name, values.dropna().astype(float), tuple(missing), configuration=own, unit=unit)

    def label(self, configuration: Configuration, rows: pd.DataFrame) -> str:
        """Name a configuration: ``threading with 5 workers``, with what differs among the claim's runs."""
        workers = known(rows["workers"].max()) or str(configuration.workers_asked)
        name = called(configuration.contender, str(rows["model"].iloc[0]), workers)
        condition = Condition(configuration.experiment, configuration.server, configuration.interpreter, configuration.size)
        where = [experiment_name(self.campaign, configuration.experiment)] if "experiment" in self.vary else []
        where += condition_parts(self.campaign, condition, self.vary)
        return f"{name} ({', '.join(where)})" if where else name

    def of_probe(self, quantity: ProbeQuantity) -> Series:
        rows = self.probes[(self.probes["probe"] == quantity.probe) & (self.probes["metric"] == quantity.metric)]
        ok = rows[rows["status"] == Status.OK]
        values = ok["value"].astype(float) * quantity.times
        values.index = pd.MultiIndex.from_arrays([ok["block"], ["probe"] * len(ok)], names=BLOCK)
        name = f"{words(quantity.probe)}, {words(quantity.metric)}"
        missing = [f"{name}: {row['reason']}" for _, row in rows[rows["status"] != Status.OK].iterrows()]
        if rows.empty:
            whole = self.probes[(self.probes["probe"] == quantity.probe) & (self.probes["status"] != Status.OK)]
            why = f" ({'; '.join(dict.fromkeys(whole['reason'].dropna()))})" if len(whole) else ""
            missing = [f"the micro-benchmark {quantity.probe} gave no {quantity.metric}{why}"]
        named_once = name if quantity.times == 1 else f"({quantity.times:g} × {name})"
        unit = {"seconds": "s", "s": "s", "bytes": "bytes"}.get(str(ok["unit"].iloc[0]) if len(ok) else "", "")
        return Series(named_once, values, tuple(dict.fromkeys(missing)), unit=unit)


def derived(runs: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that claims may use and runs.csv doesn't have."""
    logs = np.log(runs["makespan_s"].where(runs["status"] == Status.OK).to_numpy(dtype=float))
    others = [np.nanmedian(np.delete(logs, i)) if np.isfinite(np.delete(logs, i)).any() else np.nan for i in range(len(logs))]
    return runs.assign(items_lost=runs["size"] - runs["items_ok"].fillna(0), deviation=np.abs(logs - others))


def words(name: str) -> str:
    """Write the name of a column, a probe or a metric in words, without its unit: ``thread`` for ``thread_s``."""
    return UNIT.sub("", name).replace("_", " ")


def named(label: str, quantity: RunQuantity) -> str:
    """Name a quantity: ``user CPU time of sync``, ``(2 × CPUs used by sync)``."""
    name = f"{WORDS.get(quantity.column, f'{words(quantity.column)} of')} {label}"
    if quantity.per:
        name += f" ÷ {WORDS.get(quantity.per, words(quantity.per)).rpartition(' ')[0] or words(quantity.per)}"
    return name if quantity.times == 1 else f"({quantity.times:g} × {name})"


def pairs(one: pd.Series, other: pd.Series) -> tuple[Sequence[float], Sequence[float]]:
    """Return the values of the blocks that both have, of one invocation where both are of runs."""
    if (
        one.index.get_level_values("invocation").isin(["probe", "difference"]).any()
        or other.index.get_level_values("invocation").isin(["probe", "difference"]).any()
    ):
        one, other = one.droplevel("invocation"), other.droplevel("invocation")
    both = pd.concat([one, other], axis=1, join="inner")
    return list(both.iloc[:, 0]), list(both.iloc[:, 1])
