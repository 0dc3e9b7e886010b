"""Config files: read strictly, checked against the schema, and every problem said with file, key, value and remedy."""

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
