"""The schema of configs and claims: defaults filled in, every problem listed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from concbench.campaign.config_file import ConfigError, key_path, shown, unknown_key
from concbench.common.paths import ROOT

SCHEMA = ROOT / "config" / "schema.yaml"


@cache
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the schema together with what it refers to."""
    if "$ref" not in rule:
        return rule
    target: Mapping[str, Any] = schema()["$defs"][rule["$ref"].rsplit("/", 1)[1]]
    return {**target, **{key: value for key, value in rule.items() if key != "$ref"}}


def with_defaults(value: Any, rule: Mapping[str, Any]) -> Any:
    """A config that fits the schema, each key that it leaves open set to the schema's default."""
    rule = resolved(rule)
    if isinstance(value, list):
        return [with_defaults(item, rule.get("items", {})) for item in value]
    if not isinstance(value, Mapping):
        return value
    known = rule.get("properties", {})
    filled = {key: part["default"] for key, part in known.items() if "default" in part}
    filled.update(value)
    others = rule.get("additionalProperties")
    for key in filled:
        part = known.get(key, others if isinstance(others, Mapping) else {})
        filled[key] = with_defaults(filled[key], part)
    return filled


def problems_of(error: Any) -> list[str]:
    """A jsonschema error in our words; ``description`` in the schema says what was expected."""
    path, value, rule = list(error.absolute_path), error.instance, error.schema
    if error.validator == "additionalProperties" and isinstance(rule["additionalProperties"], bool):
        return [unknown_key(path, key, rule["properties"]) for key in value if key not in rule["properties"]]
    if error.validator == "required":
        missing = [key for key in rule["required"] if key not in value]
        expected = [rule.get("properties", {}).get(key, {}).get("description", "a value") for key in missing]
        return [f"{key_path([*path, key])}: missing; expected {what}" for key, what in zip(missing, expected)]
    where = key_path(path) or "the file"
    return [f"{where}: {shown(value)}: expected {rule.get('description', error.message)}"]


def endless_numbers(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], float]]:
    """The infinities and NaNs that YAML allows and no setting can use, each with its place."""
    if isinstance(value, float) and not math.isfinite(value):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from endless_numbers(part, (*path, str(key)))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from endless_numbers(part, (*path, place))


def checked(config: Mapping[str, Any], where: str, part: str | None = None) -> dict[str, Any]:
    """The config with all defaults; ``part`` names one of the schema's definitions, for a file that is no campaign.

    Raises ConfigError naming ``where`` and every problem that the schema finds.
    """
    import jsonschema  # here, because scripts that read a checked config need not load it

    endless = [f"{key_path(path)}: {value}: expected a number with an end" for path, value in endless_numbers(config)]
    if endless:
        raise ConfigError(where, endless)
    rule = {"$ref": f"#/$defs/{part}", "$defs": schema()["$defs"]} if part else schema()
    errors = jsonschema.Draft202012Validator(rule).iter_errors(config)
    problems = [problem for error in errors for problem in problems_of(error)]
    if problems:
        raise ConfigError(where, list(dict.fromkeys(problems)))
    complete: dict[str, Any] = with_defaults(config, rule)
    return complete
