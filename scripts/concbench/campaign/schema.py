"""Check configs and claims against the schema, fill in defaults, and list every problem."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from concbench.campaign.config_file import (
    ConfigError,
    key_path,
    missing_key,
    shown,
    unknown_key,
    value_problems,
    wrong_value,
)
from concbench.common.paths import ROOT

SCHEMA = ROOT / "config" / "schema.yaml"


@cache
def schema() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # written in C, where PyYAML has it
    loaded: dict[str, Any] = yaml.load(SCHEMA.read_text(encoding="utf-8"), loader)
    return loaded


def resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of the schema with the definition that it refers to merged in."""
    if "$ref" not in rule:
        return rule
    target: Mapping[str, Any] = schema()["$defs"][rule["$ref"].rsplit("/", 1)[1]]
    return {**target, **{key: value for key, value in rule.items() if key != "$ref"}}


def whole(value: Any, rule: Mapping[str, Any]) -> Any:
    """Return ``100.0`` as 100 where the schema asks for a whole number: JSON Schema calls both integers."""
    types = [form.get("type", ()) for form in (rule, *rule.get("oneOf", ()))]
    kinds = {kind for one in types for kind in ([one] if isinstance(one, str) else one)}
    return int(value) if isinstance(value, float) and "integer" in kinds and "number" not in kinds else value


def with_defaults(value: Any, rule: Mapping[str, Any]) -> Any:
    """Return a config that fits the schema, with the schema's default for every key that it leaves out."""
    rule = resolved(rule)
    if isinstance(value, list):
        return [with_defaults(item, rule.get("items", {})) for item in value]
    if not isinstance(value, Mapping):
        return whole(value, rule)
    known = rule.get("properties", {})
    filled = {key: part["default"] for key, part in known.items() if "default" in part}
    filled.update(value)
    others = rule.get("additionalProperties")
    for key in filled:
        part = known.get(key, others if isinstance(others, Mapping) else {})
        filled[key] = with_defaults(filled[key], part)
    return filled


def expected(rule: Mapping[str, Any]) -> str:
    """Return what a value must be: the last sentence of its description in the schema, to follow ``Expected``."""
    form: str = resolved(rule).get("description", "another value").rstrip(".").rsplit(". ", 1)[-1]
    return form[0].lower() + form[1:]


def problems_of(error: Any) -> list[str]:
    """Word an error of jsonschema, which may stand for several problems."""
    path, value, rule = list(error.absolute_path), error.instance, error.schema
    if error.validator == "additionalProperties" and isinstance(rule["additionalProperties"], bool):
        return [unknown_key(path, key, rule["properties"]) for key in value if key not in rule["properties"]]
    if error.validator == "required":
        missing = [key for key in rule["required"] if key not in value]
        return [missing_key([*path, key], expected(rule.get("properties", {}).get(key, {}))) for key in missing]
    if "propertyNames" in error.absolute_schema_path:
        return [f"{key_path(path)} has the key {shown(value)}. Expected {expected(rule)}."]
    if not path:
        return [f"this file is {shown(value)}. Expected {expected(rule)}."]
    return [wrong_value(path, value, expected(rule))]


def checked(config: Mapping[str, Any], where: str, part: str | None = None) -> dict[str, Any]:
    """Return the config with all defaults filled in.

    Args:
        config: The config as read.
        where: The file's name, for errors.
        part: One of the schema's definitions to check against, for a file that isn't a campaign.

    Raises:
        ConfigError: With every problem that the schema finds.
    """
    import jsonschema  # slow to import, and commands read configs that are already checked

    odd = value_problems(config)
    if odd:
        raise ConfigError(where, odd)
    rule = {"$ref": f"#/$defs/{part}", "$defs": schema()["$defs"]} if part else schema()
    errors = jsonschema.Draft202012Validator(rule).iter_errors(config)
    problems = [problem for error in errors for problem in problems_of(error)]
    if problems:
        raise ConfigError(where, list(dict.fromkeys(problems)))
    complete: dict[str, Any] = with_defaults(config, rule)
    return complete
