"""The quantities that claims are about, block by block: values from runs.csv and probes.csv, or why they are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from concbench.campaign.plan import Configuration
from concbench.claims.claim import ProbeQuantity, Quantity, RunQuantity
from concbench.measured.status import Status

BLOCK = ["block", "invocation"]


@dataclass(frozen=True)
class Series:
    """A quantity's values, indexed by block and invocation, and why some blocks have none."""

    name: str
    values: pd.Series
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measurements:
    """A campaign's tables as one interpreter's claims see them."""

    runs: pd.DataFrame
    probes: pd.DataFrame
    interpreter: str

    @classmethod
    def of(cls, runs: pd.DataFrame, probes: pd.DataFrame, interpreter: str) -> Measurements:
        own = probes[probes["interpreter"] == interpreter]
        return cls(runs[runs["interpreter"] == interpreter], own, interpreter)

    def sweep(self, quantity: RunQuantity) -> list[Series]:
        """Return a series for each configuration of a sweep, the fewest workers first."""
        series = [self.of_configuration(configuration, quantity) for configuration in quantity.configurations]
        workers = [self.workers(configuration) for configuration in quantity.configurations]
        return [one for _, one in sorted(zip(workers, series), key=lambda pair: pair[0])]

    def workers(self, configuration: Configuration) -> int:
        """Return a configuration's workers as they came out; 0 where no run has been measured."""
        found = self.rows(configuration)["workers"].max()
        return 0 if pd.isna(found) else int(found)

    def series(self, quantity: Quantity) -> Series:
        """Return the values of one configuration or probe, less what is to be taken off them."""
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
        missing = [
            f"block {row['block']} of {label(configuration)} is {row['status']}" for _, row in rows[~is_counted].iterrows()
        ]
        return Series(named(configuration, quantity), values.dropna().astype(float), tuple(missing))

    def of_probe(self, quantity: ProbeQuantity) -> Series:
        rows = self.probes[(self.probes["probe"] == quantity.probe) & (self.probes["metric"] == quantity.metric)]
        ok = rows[rows["status"] == Status.OK]
        values = ok["value"].astype(float) * quantity.times
        values.index = pd.MultiIndex.from_arrays([ok["block"], ["probe"] * len(ok)], names=BLOCK)
        missing = [f"{quantity.metric}: {row['reason']}" for _, row in rows[rows["status"] != Status.OK].iterrows()]
        if rows.empty:
            whole = self.probes[(self.probes["probe"] == quantity.probe) & (self.probes["status"] != Status.OK)]
            why = f" ({'; '.join(dict.fromkeys(whole['reason'].dropna()))})" if len(whole) else ""
            missing = [f"the probe {quantity.probe} gave no {quantity.metric}{why}"]
        name = quantity.metric if quantity.times == 1 else f"{quantity.times:g} × {quantity.metric}"
        return Series(name, values, tuple(dict.fromkeys(missing)))


def derived(runs: pd.DataFrame) -> pd.DataFrame:
    """Add to the runs of a configuration the columns that claims may use besides those of runs.csv."""
    logs = np.log(runs["makespan_s"].where(runs["status"] == Status.OK).to_numpy(dtype=float))
    others = [np.nanmedian(np.delete(logs, i)) if np.isfinite(np.delete(logs, i)).any() else np.nan for i in range(len(logs))]
    return runs.assign(items_lost=runs["size"] - runs["items_ok"].fillna(0), deviation=np.abs(logs - others))


def label(configuration: Configuration) -> str:
    """Name a configuration: ``threading (5 workers)``."""
    alone = str(configuration.workers_asked) == "1"
    return configuration.contender if alone else f"{configuration.contender} ({configuration.workers_asked} workers)"


def named(configuration: Configuration, quantity: RunQuantity) -> str:
    what = "" if quantity.column == "makespan_s" else f"{quantity.column} of "
    per = f" per {quantity.per}" if quantity.per else ""
    times = "" if quantity.times == 1 else f"{quantity.times:g} × "
    return f"{times}{what}{label(configuration)}{per}"


def pairs(one: pd.Series, other: pd.Series) -> tuple[Sequence[float], Sequence[float]]:
    """Return the values of the blocks that both have: within an invocation, where both are of runs."""
    if (
        one.index.get_level_values("invocation").isin(["probe", "difference"]).any()
        or other.index.get_level_values("invocation").isin(["probe", "difference"]).any()
    ):
        one, other = one.droplevel("invocation"), other.droplevel("invocation")
    both = pd.concat([one, other], axis=1, join="inner")
    return list(both.iloc[:, 0]), list(both.iloc[:, 1])
