"""Read config files strictly, and word every problem with file, key, value and what was expected."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from concbench.common.paths import ROOT

DEFAULT = Path("config/config.yaml")


class ConfigError(Exception):
    """Report the problems of a config, one line each."""

    def __init__(self, where: str, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"{where}: {problem}" for problem in problems))


class StrictLoader(yaml.SafeLoader):
    """Load YAML; a key that appears twice in a mapping is an error, instead of the last one winning silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} appears twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_config(path: Path, hint: str = "") -> dict[str, Any]:
    """Read the mapping in a YAML file. Raise ConfigError, with the line if it isn't valid YAML.

    ``hint`` is added to the error if the file doesn't exist.
    """
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), StrictLoader)
    except FileNotFoundError:
        raise ConfigError(str(path), [f"no such file. {hint}".rstrip()]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [f"cannot read this file ({error})."]) from None
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}" if error.problem_mark else "this"
        raise ConfigError(str(path), [f"{where} is not valid YAML ({error.problem})."]) from None
    except yaml.YAMLError as error:
        raise ConfigError(str(path), [f"this is not valid YAML ({str(error).splitlines()[0]})."]) from None
    if not isinstance(config, dict):
        raise ConfigError(str(path), [f"this file is {shown(config)}. Expected a mapping of keys to values."])
    return config


def campaigns_here() -> list[str]:
    """Return the config files of campaigns in config/."""
    paths = sorted((ROOT / "config").glob("*.yaml"))
    return [str(path.relative_to(ROOT)) for path in paths if "\ncampaign: " in path.read_text(encoding="utf-8")]


def config_files_in(arguments: Sequence[str]) -> list[Path]:
    """Return the config files that Snakemake's arguments name; the default one if they name none."""
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
    """Check that the config files in Snakemake's arguments can be read, and exit with a message if not.

    The default profile calls this: Snakemake itself would print a traceback.
    """
    try:
        for path in config_files_in(arguments):
            read_config(path, f"The campaigns here are {', '.join(campaigns_here())}. Name targets before --configfile.")
    except ConfigError as error:
        sys.exit(str(error))


def shown(value: object) -> str:
    """Write a value as JSON, shortened to 60 characters."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def key_path(path: Iterable[str | int]) -> str:
    """Write the path of a key on one line: ``experiments.io.sizes[0]``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{plain(key)}" for key in path).lstrip(".")


def plain(key: str) -> str:
    """Return a key, in quotation marks if it contains characters that can't be seen."""
    return key if key.isprintable() else json.dumps(key)


def wrong_value(path: Iterable[str | int], value: object, expected: str) -> str:
    """Word the problem of a value that isn't allowed."""
    return f"{key_path(path)} is {shown(value)}. Expected {expected}."


def missing_key(path: Iterable[str | int], expected: str) -> str:
    """Word the problem of a key that is missing."""
    return f"{key_path(path)} is missing. Expected {expected}."


def unknown_key(path: Iterable[str | int], key: object, known: Iterable[str]) -> str:
    """Word the problem of a key that doesn't exist, with the known key most like it."""
    known = sorted(known)
    alike = difflib.get_close_matches(str(key), known, n=1)
    hint = (
        f"Did you mean {alike[0]}?" if alike else f"Expected one of {', '.join(known)}." if known else "No key is allowed here."
    )
    return f"{key_path([*path, str(key)])} is not a known key. {hint}"
