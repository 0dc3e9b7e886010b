"""Make the tables of config keys from the schema, with examples from the configs that come with the project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from concbench.campaign.schema import resolved, schema
from concbench.common.paths import ROOT
from dev.tables import code, table

HEAD = ("key", "type", "default", "meaning", "example")
LONGEST = 48  # characters of an example
TYPES = {
    "object": "mapping",
    "array": "list",
    "integer": "integer",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
}
EXAMPLES: dict[str, Any] = {
    "repetitions.until": "decided",
    "repetitions.at_least": 10,
    "repetitions.at_most": 100,
    "budget_minutes": 30,
    "experiments.<name>.decide": ["asyncio"],
    "experiments.<name>.left_out": {"asyncio": "it has no do_async"},
    "blocks": [1, 3],
    "heterogeneous_nodes": "separate",
    "all_claims": False,
    "attempts": 5,
    "background_cpu_limit": 0.1,
    "memory_limit": 0.8,
    "margin": 0.02,
    "probes": ["memory_cost", "start_cost"],
    "interpreters": {"default": "python", "new": "python3.14"},
    "servers": {"near": {"sites": {"one": {"bytes": 1000, "latency_s": 0.01}}}},
    "servers.<name>.sites": {"one": {"bytes": 1000, "latency_s": 0.01}},
    "servers.<name>.sites.<name>.url": "https://example.org/",
    "servers.<name>.delay_factor": {"distribution": "lognormal", "median": 1, "sigma": 0.2},
    "experiments": {"sums": {"workload": "sum_squares", "…": "…"}},
    "experiments.<name>.contenders": {"threads": {"model": "thread_pool", "workers": [5]}},
    "claim.statement": "Five threads are 3.84 times as fast.",
    "claim.of": {"experiment": "io", "contender": "sync"},
    "claim.to": {"experiment": "io", "contender": "threading", "workers": 5},
    "claim.least_first": [{"contender": "threading", "…": "…"}, {"contender": "sync", "…": "…"}],
    "claim.because": {
        "text": "A thread takes {bytes} bytes.",
        "figures": {"bytes": {"probe": "memory_cost", "metric": "thread_bytes"}},
    },
    "quantity.minus": {"experiment": "io", "contender": "sync", "column": "cpu_user_s"},
}
"""Examples for keys that no config here sets, or only to long values."""


def flow(value: Any) -> str:
    """Write a value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def type_of(rule: Mapping[str, Any]) -> str:
    """Name a key's type in the words of YAML, with its range or its allowed values."""
    rule = resolved(rule)
    if "enum" in rule:
        return " or ".join(code(flow(value)) for value in rule["enum"])
    if "const" in rule:
        return code(flow(rule["const"]))
    if "oneOf" in rule and "type" not in rule:
        kinds = [type_of(one) for one in rule["oneOf"]]
        return " or ".join(dict.fromkeys(kinds))
    names = rule.get("type", "anything")
    return " or ".join(named_type(name, rule) for name in ([names] if isinstance(names, str) else names))


def named_type(name: str, rule: Mapping[str, Any]) -> str:
    if name == "null":
        return "`null`"
    if name == "array" and "items" in rule:
        return re.sub(r"^(list of (?:integer|number|string|mapping))\b", r"\1s", f"list of {type_of(rule['items'])}")
    if name == "object" and isinstance(rule.get("additionalProperties"), Mapping):
        return "mapping of names"
    return TYPES.get(name, name) + limits(rule) * (name in ("integer", "number"))


def limits(rule: Mapping[str, Any]) -> str:
    """Write the range of a number."""
    low, high = rule.get("minimum"), rule.get("maximum")
    if low is not None and high is not None:
        return f" ({low} to {high})"
    bounds = (("minimum", "at least"), ("maximum", "at most"), ("exclusiveMinimum", "above"), ("exclusiveMaximum", "below"))
    words = [f"{word} {rule[name]}" for name, word in bounds if name in rule]
    return f" ({' and '.join(words)})" if words else ""


def default_of(rule: Mapping[str, Any], required: bool) -> str:
    """Write a default as YAML, nothing for a required key, or a dash if there is no default."""
    if "default" in rule:
        return code(flow(rule["default"]))
    return "" if required else "–"


def keys(rule: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Yield every key below ``rule``, its part of the schema and whether it is required; ``<name>`` stands for a free name."""
    for name, part in rule.get("properties", {}).items():
        whole = resolved(part)
        yield f"{prefix}{name}", whole, name in rule.get("required", ())
        yield from keys(whole, f"{prefix}{name}.")
    further = rule.get("additionalProperties")
    if isinstance(further, Mapping) and "$ref" in further:
        yield from keys(resolved(further), f"{prefix}<name>.")


@cache
def shipped() -> Sequence[tuple[Mapping[str, Any], str]]:
    """Return the configs of the project, each with the place in the schema that it fills: the article's first."""
    paths = sorted((ROOT / "config").glob("*.yaml"), key=lambda path: (path.stem != "config", path.stem))
    loaded = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths if path.stem != "schema"]
    configs = [(one, "") for one in loaded if "campaign" in one]
    claims = [claim for one in loaded if "campaign" not in one for claim in one.get("claims", [])]
    quantities = [
        part for claim in claims for part in (claim.get("of"), claim.get("to"), *claim.get("least_first", [])) if part
    ]
    return [*configs, *((claim, "claim.") for claim in claims), *((part, "quantity.") for part in quantities)]


def values(config: Any, path: Sequence[str]) -> Iterator[Any]:
    """Yield what a config has at a key's path."""
    if not path:
        yield config
    elif isinstance(config, Mapping):
        for part in config.values() if path[0] == "<name>" else [config[path[0]]] if path[0] in config else []:
            yield from values(part, path[1:])


def example_of(key: str, prefix: str = "") -> str:
    """Write the first short value that this project's configs give a key. Raise LookupError if there is none."""
    if prefix + key in EXAMPLES:
        return flow(EXAMPLES[prefix + key])
    found = (flow(value) for config, place in shipped() if place == prefix for value in values(config, key.split(".")))
    short = next((text for text in found if len(text) <= LONGEST), None)
    if short is None:
        raise LookupError(f"{prefix}{key}: no config in config/ has a short example of it; add one to EXAMPLES in {__file__}")
    return short


def row(key: str, rule: Mapping[str, Any], required: bool, prefix: str = "") -> list[str]:
    example = f"{key.rpartition('.')[2]}: {example_of(key, prefix)}"
    return [code(key), type_of(rule), default_of(rule, required), rule["description"], code(example)]


def keys_table() -> str:
    """Tabulate every key of a campaign's config."""
    return table(HEAD, [row(*one) for one in keys(schema())])


def definition_table(name: str) -> str:
    """Tabulate the keys of one of the schema's definitions, without those below them."""
    rule = resolved({"$ref": f"#/$defs/{name}"})
    parts = [(key, resolved(part), key in rule.get("required", ())) for key, part in rule["properties"].items()]
    return table(HEAD, [row(*one, f"{name}.") for one in parts])
