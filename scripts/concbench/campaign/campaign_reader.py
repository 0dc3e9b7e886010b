"""Build a campaign from a config that the schema accepts, and list every problem that the schema can't find."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from concbench.campaign import plugins
from concbench.campaign.campaign import CONTROL, EFFECTIVE_PARALLELISM, OWN, Campaign, Contender, Experiment
from concbench.campaign.config_file import ConfigError, key_path, missing_key, read_config, shown, unknown_key, wrong_value
from concbench.campaign.order import Order, read_order
from concbench.campaign.own_file import OwnFileError, OwnFileFacts, folders_for, read_own_file
from concbench.campaign.schema import checked
from concbench.records.run_record import Workers
from concbench.records.server_profile import Distribution, Profile, Site
from concbench.stats.looks import Looks

MOST_RUNS = 100_000  # planning more takes many minutes
WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text", "None": "null"}  # for types
UNTIL_DECIDED = "repetitions is a number. It goes with repetitions: {until: decided}"
NO_RIVAL = "no such key, as the baseline is the only contender"
LEAST_OPTION = {"connection_limit": 0, "numeric_threads": 1, "chunk_size": 1, "processes": 1}  # the least of these numbers
CLIENT_FOR = {"do": "requests", "do_async": "aiohttp"}


def read_campaign(path: Path) -> Campaign:
    """Read a campaign from the config that the pipeline wrote to its folder of results. Raise ConfigError."""
    campaign = campaign_of(read_config(path), str(path))
    return replace(campaign, order=read_order(path.parent) or campaign.order)


def campaign_or_exit(path: Path) -> Campaign:
    """Read a campaign from the config in its folder of results. Exit with a message if it can't be read."""
    try:
        return read_campaign(path)
    except ConfigError as error:
        sys.exit(f"{error}\nDelete this file and repeat the campaign's command, which writes it again.")


def campaign_of(config: Mapping[str, Any], where: str = "the config") -> Campaign:
    """Check a config, fill in its defaults and return its campaign. Raise ConfigError with all problems in ``where``."""
    reader = Reader(checked(config, where))
    campaign = reader.campaign()
    if reader.problems:
        raise ConfigError(where, reader.problems)
    return campaign


class Reader:
    """Build the data classes of a config that the schema accepts, and note the problems that the schema can't find."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.problems: list[str] = []

    def problem(self, path: list[str | int], value: object, expected: str) -> None:
        self.problems.append(wrong_value(path, value, expected))

    def campaign(self) -> Campaign:
        config, looks = self.config, self.looks()
        campaign = Campaign(
            name=config["campaign"],
            seed=int(config["seed"]),
            order=Order(int(config["seed"])),  # unless one is recorded beside the results
            blocks=tuple(sorted(map(int, config["blocks"] or range(1, self.most_blocks() + 1)))),
            looks=looks,
            budget_s=None if config["budget_minutes"] is None else 60 * float(config["budget_minutes"]),
            separate_nodes=config["heterogeneous_nodes"] == "separate",
            best_of=int(config["best_of"]),
            timeout_s=float(config["timeout_s"]),
            background_cpu_limit=float(config["background_cpu_limit"]),
            attempts=int(config["attempts"]),
            memory_limit=float(config["memory_limit"]),
            margin=float(config["margin"]),
            interpreters={name: command_of(value) for name, value in config["interpreters"].items()},
            interpreter_titles={
                name: value["title"]
                for name, value in config["interpreters"].items()
                if isinstance(value, Mapping) and value["title"] is not None
            },
            servers={name: self.profile(name) for name in config["servers"]},
            probes=tuple(
                name
                for i, name in enumerate(config["probes"])
                if self.known("probes", name, ["probes", i]) and name != EFFECTIVE_PARALLELISM
            ),
            claims=config["claims"],
            all_claims=config["all_claims"],
            experiments={name: self.experiment(name, value) for name, value in config["experiments"].items()},
        )
        runs = len(campaign.blocks) * number_of_configurations(campaign)
        if runs > MOST_RUNS:
            self.problems.append(f"this campaign has {runs} runs. Expected at most {MOST_RUNS}. Measure less at a time.")
        return campaign

    def most_blocks(self) -> int:
        asked = self.config["repetitions"]
        return int(asked["at_most"] if isinstance(asked, Mapping) else asked)

    def looks(self) -> Looks | None:
        """Read the looks at a campaign that goes on until it is decided; None if its number of blocks is fixed."""
        asked = self.config["repetitions"]
        if not isinstance(asked, Mapping):
            return None
        looks = Looks(int(asked["at_least"]), int(asked["at_most"]))
        if looks.at_most < looks.at_least:
            expected = f"a whole number of at least {looks.at_least}, which is at_least"
            self.problem(["repetitions", "at_most"], looks.at_most, expected)
            return None
        if self.config["blocks"] is not None:
            self.not_allowed(["blocks"], "repetitions asks for blocks until the campaign is decided")
        if self.config["heterogeneous_nodes"] == "separate":
            expected = "refuse, because blocks of a campaign that goes on until it is decided can't be separated"
            self.problem(["heterogeneous_nodes"], "separate", expected)
        return looks

    def decide(self, value: Mapping[str, Any], path: list[str | int]) -> tuple[str, ...]:
        """Return the contenders whose comparisons must be decided, by default all."""
        asked = value["decide"]
        if asked is None:
            return tuple(value["contenders"])
        if not isinstance(self.config["repetitions"], Mapping):
            self.not_allowed([*path, "decide"], UNTIL_DECIDED)
        compared = [name for name in value["contenders"] if name != value["baseline"]]
        for i, name in enumerate(asked):
            if name not in compared:
                expected = f"a contender other than the baseline, one of {', '.join(compared)}" if compared else NO_RIVAL
                self.problem([*path, "decide", i], name, expected)
        return tuple(asked)

    def profile(self, name: str) -> Profile:
        keys = self.inherited(name)
        if "sites" not in keys:
            self.problem(["servers", name], self.config["servers"][name], "sites, or extends with a profile that has them")
        self.real_sites(name, keys.get("sites", {}))
        for path, amount in amounts(keys, ["servers", name]):
            for low, high in (("low", "high"), ("low", "mean")):
                if isinstance(amount, Mapping) and low in amount and high in amount and amount[low] >= amount[high]:
                    self.problem(path, amount, f"{low} to be less than {high}")
        return Profile(
            sites=tuple(Site.from_config(site, value) for site, value in keys.get("sites", {}).items()),
            max_concurrent=keys.get("max_concurrent"),
            connect_delay_s=float(keys.get("connect_delay_s", 0)),
            delay_per_concurrent_s=float(keys.get("delay_per_concurrent_s", 0)),
            delay_factor=Distribution.from_config(keys.get("delay_factor", 1.0)),
        )

    def real_sites(self, name: str, sites: Mapping[str, Any]) -> None:
        """Note what doesn't go together with addresses of real servers: other sites, and keys of the test server."""
        real = [site for site, value in sites.items() if "url" in value]
        if real and len(real) < len(sites):
            self.problem(["servers", name, "sites"], list(sites), "sites that all have a url, or none that has one")
        for key in ("max_concurrent", "connect_delay_s", "delay_per_concurrent_s", "delay_factor") if real else ():
            if key in self.config["servers"][name]:
                self.not_allowed(["servers", name, key], f"only the test server has it, and {real[0]} has a url")

    def inherited(self, name: str, heirs: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return a profile's keys, with those of the profile that it extends filled in."""
        servers = self.config["servers"]
        own = dict(servers[name])
        parent = own.pop("extends", None)
        if parent is None:
            return own
        if parent not in servers or parent in (*heirs, name):
            others = [other for other in servers if other not in (*heirs, name)]
            expected = (
                f"another server profile, one of {', '.join(others)}" if others else "no such key, as there is no other profile"
            )
            self.problem(["servers", name, "extends"], parent, expected)
            return own
        return {**self.inherited(parent, (*heirs, name)), **own}

    def experiment(self, name: str, value: Mapping[str, Any]) -> Experiment:
        path: list[str | int] = ["experiments", name]
        workload = value["workload"]
        contenders: dict[str, Contender] = {}
        if self.known("workloads", workload, [*path, "workload"]):
            self.servers(value, path, "sites" in plugins.workload(workload).options)
            self.options(value["options"], plugins.workload(workload).options, [*path, "options"])
            value = {**value, "options": self.typed(value["options"], plugins.workload(workload).kinds, [*path, "options"])}
            read = {key: self.contender(key, value, path) for key in value["contenders"]}
            contenders = {key: contender for key, contender in read.items() if contender}
        names = value["contenders"]
        if CONTROL in names:
            self.problems.append(
                f"{key_path([*path, 'contenders', CONTROL])} is reserved for the A/A control. Choose another name."
            )
        for key in ("baseline", "control"):
            if value[key] is not None and value[key] not in names:
                self.problem([*path, key], value[key], f"a contender, one of {', '.join(names)}")
        for contender in value["article_s"]:
            if contender not in names:
                self.problems.append(unknown_key([*path, "article_s"], contender, names))
        if value["control"] in contenders:
            contenders[CONTROL] = replace(contenders[value["control"]], name=CONTROL)
        return Experiment(
            name=name,
            title=value["title"] or name.replace("_", " "),
            workload=workload,
            sizes=tuple(int(size) for size in value["sizes"]),
            servers=tuple(value["servers"]),
            baseline=value["baseline"],
            contenders=contenders,
            control=value["control"],
            decide=self.decide(value, path),
            left_out=self.left_out(value, path),
            article_s=dict(value["article_s"]),
        )

    def left_out(self, value: Mapping[str, Any], path: list[str | int]) -> dict[str, str]:
        """Return why models are left out, by model; no contender may use one of them."""
        path, reasons = [*path, "left_out"], dict(value["left_out"])
        if reasons and value["workload"] != OWN:
            self.not_allowed(path, f"only the recommendation for the workload {OWN} quotes it")
        users = {contender["model"]: name for name, contender in value["contenders"].items()}
        for model in reasons:
            if model not in plugins.names("models"):
                self.problems.append(unknown_key(path, model, plugins.names("models")))
            if model in users:
                self.not_allowed([*path, model], f"the contender {users[model]} uses this model")
        return reasons

    def servers(self, value: Mapping[str, Any], path: list[str | int], wanted: bool) -> None:
        names = ", ".join(self.config["servers"])
        profiles = f"a server profile, one of {names}" if names else "a server profile, to be added under servers"
        for i, server in enumerate(value["servers"]):
            if server not in self.config["servers"]:
                self.problem([*path, "servers", i], server, profiles)
        if wanted and not value["servers"]:
            self.problems.append(missing_key([*path, "servers"], f"{profiles}, because {value['workload']} needs one"))
        if not wanted and value["servers"]:
            self.not_allowed([*path, "servers"], f"the workload {value['workload']} uses no server")

    def not_allowed(self, path: list[str | int], reason: str) -> None:
        """Note a key that makes no sense where it is."""
        self.problems.append(f"{key_path(path)} is not allowed here, because {reason}. Remove it.")

    def known(self, kind: str, name: str, path: list[str | int]) -> bool:
        exists = name in plugins.names(kind)
        if not exists:
            self.problem(path, name, f"a file in scripts/{kind}/, one of {', '.join(plugins.names(kind))}")
        return exists

    def options(self, given: Mapping[str, Any], known: tuple[str, ...], path: list[str | int]) -> None:
        allowed = [option for option in known if option not in ("sites", "client", "client_options")]
        self.problems += [unknown_key(path, key, allowed) for key in given if key not in allowed]

    def typed(self, given: Mapping[str, Any], kinds: Mapping[str, str], path: list[str | int]) -> dict[str, Any]:
        """Return options with ``100.0`` as 100 where a plug-in wants a whole number; note those of another type."""
        found = {}
        for key, value in given.items():
            wanted = kinds.get(key, "Any").split(" | ")
            found[key] = int(value) if isinstance(value, float) and value.is_integer() and "float" not in wanted else value
            fits = type(found[key]).__name__.replace("NoneType", "None") in wanted or ("float" in wanted and type(value) is int)
            if not fits and all(kind in WORDS for kind in wanted):
                self.problem([*path, key], value, " or ".join(WORDS[kind] for kind in wanted))
            elif key in LEAST_OPTION and isinstance(value, (int, float)) and value < LEAST_OPTION[key]:
                least = LEAST_OPTION[key]
                self.problem([*path, key], value, f"a whole number of at least {least}{'' if least else '; 0 means no limit'}")
        return found

    def contender(self, name: str, experiment: Mapping[str, Any], path: list[str | int]) -> Contender | None:
        """Read one contender and sort its options by the plug-in that takes them. Return None if it can't be read."""
        path = [*path, "contenders", name]
        value = experiment["contenders"][name]
        if not self.known("models", value["model"], [*path, "model"]):
            return None
        model = plugins.model(value["model"])
        workload = plugins.workload(experiment["workload"])
        provided = self.provided(workload, experiment, path)
        if model.needs not in provided:
            able = [other for other in plugins.names("models") if plugins.model(other).needs in provided]
            whose = value.get("file", experiment["options"].get("file", workload.name))
            self.problems.append(
                f"{key_path([*path, 'model'])} is {shown(model.name)}, which needs {model.needs}(), and {whose} has none."
                f" Add it, or use one of {', '.join(able)}."
            )
            return None
        client = self.client(value, model, workload, path)
        client_options = client.options if client else ()
        rest = {key: option for key, option in value.items() if key not in ("model", "workers", "client")}
        own = [option for option in workload.options if option not in ("sites", "client", "client_options")]
        for key in rest:
            if key not in (*model.options, *own, *client_options):
                self.problems.append(
                    unknown_key(path, key, ["model", "workers", "client", *model.options, *own, *client_options])
                )
        kinds = {**(client.kinds if client else {}), **workload.kinds, **model.kinds}
        rest = self.typed(rest, kinds, path)
        workload_options = {**experiment["options"], **{key: rest[key] for key in rest if key in own}}
        if client:
            workload_options["client"] = client.name
            workload_options["client_options"] = {key: rest[key] for key in rest if key in client.options}
        return Contender(
            name=name,
            model=model.name,
            workers=self.workers(value, model, path),
            model_options={key: rest[key] for key in rest if key in model.options},
            workload_options=workload_options,
        )

    def provided(self, workload: plugins.Workload, experiment: Mapping[str, Any], path: list[str | int]) -> Collection[str]:
        """Return a workload's methods, or the functions of the user's own file; note what is wrong with that file."""
        if workload.name != OWN:
            return workload.provides
        own = experiment["contenders"][str(path[-1])]
        file = own.get("file", experiment["options"].get("file"))
        where = [*path, "file"] if "file" in own else [*path[:-2], "options", "file"]
        if not isinstance(file, str):
            if file is None:
                self.once(missing_key(where, "the path of a Python file with do(item) and items(size, seed)"))
            return ("do", "do_async")
        try:
            facts = read_own_file(file, folders_for(*map(command_of, self.config["interpreters"].values())))
        except OwnFileError as error:
            self.once(f"{key_path(where)}: {error}")
            return ("do", "do_async")
        self.refuse_sizes(facts, file, experiment, path[:-2])
        return facts.provides

    def refuse_sizes(self, facts: OwnFileFacts, file: str, experiment: Mapping[str, Any], path: list[str | int]) -> None:
        """Note the sizes for which a file lists too few items."""
        for i, size in enumerate(experiment["sizes"]):
            if facts.items_listed is not None and size > facts.items_listed:
                expected = f"{key_path([*path, 'sizes', i])} is {shown(size)}. Expected at most {facts.items_listed}"
                self.once(f"{expected}, the number of ITEMS in {file}.")

    def once(self, problem: str) -> None:
        """Note a problem that several contenders share, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def client(
        self, value: Mapping[str, Any], model: plugins.Model, workload: plugins.Workload, path: list[str | int]
    ) -> plugins.Client | None:
        """Return the client of a contender, or None if its workload uses none or the client is wrong."""
        if "client" not in workload.options:
            if "client" in value:
                self.not_allowed([*path, "client"], f"the workload {workload.name} uses no HTTP client")
            return None
        name = value.get("client", model.client or CLIENT_FOR[str(model.needs)])
        if not self.known("clients", name, [*path, "client"]):
            return None
        client = plugins.client(name)
        if not serves(client, model):
            able = [other for other in plugins.names("clients") if serves(plugins.client(other), model)]
            self.problem([*path, "client"], name, f"a client that {model.name} can use, one of {', '.join(able)}")
        return client

    def workers(self, value: Mapping[str, Any], model: plugins.Model, path: list[str | int]) -> tuple[Workers, ...]:
        if model.single_worker:
            if value.get("workers", [1]) != [1]:
                self.not_allowed([*path, "workers"], f"the model {model.name} always has one worker")
            return (1,)
        if "workers" not in value:
            self.problems.append(missing_key([*path, "workers"], "a list of numbers, such as [5], [cpus] or [all]"))
        if "default" in value.get("workers", ()) and not model.default_workers:
            place = value["workers"].index("default")
            expected = f"a number, cpus or all, because the model {model.name} has no default number of workers"
            self.problem([*path, "workers", place], "default", expected)
        return tuple(one if isinstance(one, str) else int(one) for one in value.get("workers", ()))


def number_of_configurations(campaign: Campaign) -> int:
    """Count a campaign's configurations without listing them."""
    return len(campaign.interpreters) * sum(
        len(contender.workers) * len(experiment.sizes) * max(1, len(experiment.servers))
        for experiment in campaign.experiments.values()
        for contender in experiment.contenders.values()
    )


def command_of(interpreter: str | Mapping[str, Any]) -> str:
    """Return the command that starts an interpreter, which the config gives alone or with a title."""
    return interpreter if isinstance(interpreter, str) else str(interpreter["command"])


def serves(client: plugins.Client, model: plugins.Model) -> bool:
    """Check whether a model can use a client: both block, or both work on the model's event loop."""
    return client.needs == model.needs and (model.needs == "do" or model.loop in client.loops)


def amounts(keys: Mapping[str, Any], path: list[str | int]) -> Iterator[tuple[list[str | int], Any]]:
    """Yield the values in a profile that may be distributions, each with its path."""
    yield [*path, "delay_factor"], keys.get("delay_factor")
    for site, value in keys.get("sites", {}).items():
        yield [*path, "sites", site, "latency_s"], value.get("latency_s")
