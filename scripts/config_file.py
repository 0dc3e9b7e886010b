"""Config files: read strictly, checked against the schema, and every problem said with file, key, value and remedy."""

from __future__ import annotations

import difflib
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "config" / "schema.yaml"
DEFAULT = Path("config/config.yaml")


class ConfigError(Exception):
    """What is wrong with a config, one line per problem."""

    def __init__(self, where: str, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"{where}: {problem}" for problem in problems))


class StrictLoader(yaml.SafeLoader):
    """YAML in which a key given twice is an error rather than silently the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_config(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises ConfigError if there is none, with the line where YAML can't go on."""
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), StrictLoader)
    except FileNotFoundError:
        problem = f"no such file; the campaigns here are {', '.join(campaigns_here())} (targets go before --configfile)"
        raise ConfigError(str(path), [problem]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [f"can't be read: {error}"]) from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ConfigError(str(path), [f"{line}not valid YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise ConfigError(str(path), [f"not valid YAML: {str(error).splitlines()[0]}"]) from None
    if not isinstance(config, dict):
        raise ConfigError(str(path), [f"expected a mapping of keys to values, found {shown(config)}"])
    return config


def campaigns_here() -> list[str]:
    paths = sorted((ROOT / "config").glob("*.yaml"))
    return [str(path.relative_to(ROOT)) for path in paths if "\ncampaign: " in path.read_text(encoding="utf-8")]


def config_files_in(arguments: Sequence[str]) -> list[Path]:
    """The files that Snakemake's arguments name as config files; the default one where they name none."""
    files: list[Path] = []
    naming = False
    for argument in arguments:
        option, equals, value = argument.partition("=")
        if argument.startswith("-"):
            naming = option in ("--configfile", "--configfiles") and not equals
            if option in ("--configfile", "--configfiles") and equals:
                files.append(Path(value))
        elif naming:
            files.append(Path(argument))
    return files or [DEFAULT]


def check_config_files(arguments: Sequence[str]) -> None:
    """Called by profiles/default: Snakemake itself answers a config file it can't read with a traceback."""
    try:
        for path in config_files_in(arguments):
            read_config(path)
    except ConfigError as error:
        sys.exit(str(error))


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


def shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def key_path(path: Iterable[str | int]) -> str:
    """``experiments.io.sizes[0]``; on one line, whatever the keys are."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{plain(key)}" for key in path).lstrip(".")


def plain(key: str) -> str:
    """The key, in quotation marks where it has letters that can't be seen."""
    return key if key.isprintable() else json.dumps(key)


def unknown_key(path: Iterable[str | int], key: object, known: Iterable[str]) -> str:
    """The problem of a key that nobody reads, with the key most like it."""
    known = sorted(known)
    alike = difflib.get_close_matches(str(key), known, n=1)
    hint = f"did you mean {alike[0]}?" if alike else f"expected one of {', '.join(known)}"
    return f"{key_path([*path, str(key)])}: unknown key; {hint}"


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
