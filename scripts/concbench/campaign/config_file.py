"""Read config files strictly, and word every problem with file, key, value and what was expected."""

from __future__ import annotations

import base64
import difflib
import json
import math
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from concbench.common.paths import ROOT

DEFAULT = Path("config/config.yaml")
ENCODED = "base64//"  # before an entry of --config that Snakemake has encoded
MOST_BYTES = 300_000  # of a file; reading more takes many seconds
MOST_VALUES = 20_000  # in a config, with everything that an alias stands for
MOST_DEEP = 40  # keys in each other
MOST_WHOLE = 10**18 - 1  # records store no whole numbers of more than 64 bits
ENTRY = re.compile(r"[A-Za-z_][\w-]*\w=")  # what Snakemake's option --config accepts
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # characters that XML or a terminal can't show


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

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Construct a value. If Python has none for it, such as the 31st of February, name its line."""
        try:
            return super().construct_object(node, deep)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            problem = f"{shown(str(node.value))} cannot be read: {str(error).partition(';')[0]}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


def read_text(path: Path, hint: str = "") -> str:
    """Read a text file. Raise ConfigError if that fails, or if it is no file or too large.

    ``hint`` is added to the error if the file doesn't exist.
    """
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(str(path), ["this is not a file. Expected a text file."])
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(
                str(path), [f"this file has more than {MOST_BYTES // 1000} kB. Expected a config, which is smaller."]
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(str(path), [f"no such file. {hint}".rstrip()]) from None
    except (OSError, ValueError) as error:
        raise ConfigError(plain(str(path)), [f"cannot read this file ({error})."]) from None


def loaded(text: str) -> Any:
    """Return what JSON or, if it isn't JSON, YAML means, as Snakemake does. Raise YAMLError or RecursionError."""
    try:
        return json.loads(text)
    except ValueError:
        return yaml.load(text, StrictLoader)


def read_config(path: Path, hint: str = "") -> dict[str, Any]:
    """Read the mapping in a YAML file. Raise ConfigError, with the line if it isn't valid YAML.

    ``hint`` is added to the error if the file doesn't exist.
    """
    text = read_text(path, hint)
    try:
        config = loaded(text)
    except RecursionError:
        raise ConfigError(str(path), [f"this file has {TOO_DEEP}"]) from None
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}" if error.problem_mark else "this"
        raise ConfigError(str(path), [f"{where} is not valid YAML ({error.problem})."]) from None
    except yaml.YAMLError as error:
        raise ConfigError(str(path), [f"this is not valid YAML ({str(error).splitlines()[0]})."]) from None
    if not isinstance(config, dict):
        raise ConfigError(str(path), [f"this file is {shown(config)}. Expected a mapping of keys to values."])
    problems = value_problems(config)
    if problems:
        raise ConfigError(str(path), problems)
    return config


TOO_DEEP = f"keys in keys more than {MOST_DEEP} deep, or an alias that contains itself. Write it out without aliases."


def value_problems(config: Mapping[Any, Any]) -> list[str]:
    """List the values in a config that no key allows: they can't be written as JSON, or aliases make them endless."""
    problems, size = [], 0
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), config)]
    while waiting:
        path, value = waiting.pop()
        size += 1 + (len(value) // 50 if isinstance(value, str) else 0)
        if len(path) > MOST_DEEP:
            return [f"{key_path(path[:3])} has {TOO_DEEP}"]
        if size > MOST_VALUES:
            return [f"this has more than {MOST_VALUES} values, with everything that aliases stand for. Expected fewer."]
        if problem := value_problem(path, value):
            problems.append(problem)
        waiting.extend(reversed(list(parts_of(path, value))))
    return problems


def parts_of(path: tuple[str | int, ...], value: object) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the parts of a mapping or list, each with its path."""
    if isinstance(value, Mapping):
        yield from (((*path, str(key)), part) for key, part in value.items())
    elif isinstance(value, list):
        yield from (((*path, place), part) for place, part in enumerate(value))


def value_problem(path: tuple[str | int, ...], value: object) -> str | None:
    """Word what is wrong with a value, whatever its key is; None if nothing is."""
    if isinstance(value, Mapping):
        reserved = next((key for key in value if str(key).startswith("__")), None)
        if reserved is not None:  # to the template language that Snakemake knows, such keys mean programs
            return f"{key_path([*path, str(reserved)])} is not a known key. Names of keys don't begin with __."
        odd = [key for key in value if not isinstance(key, (str, int, float, type(None)))]
        return f"{key_path(path)} has the key {shown(odd[0])}. Expected text, in quotation marks." if odd else None
    if value is None or isinstance(value, (bool, list)):
        return None
    if isinstance(value, str):
        return wrong_value(path, value, "text without control characters") if UNFIT.search(value) else None
    if isinstance(value, int):
        return None if abs(value) <= MOST_WHOLE else f"{key_path(path)} is a number of more than 18 digits. Expected fewer."
    if isinstance(value, float):
        return None if math.isfinite(value) else f"{key_path(path)} is {value}. Expected a finite number."
    return wrong_value(path, value, "text (in quotation marks), a number, true, false or null")


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


def entries_in(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the entries ``key=value`` of the option --config in Snakemake's arguments."""
    naming = False
    for argument in arguments:
        option, equals, value = argument.partition("=")
        if argument.startswith("-"):
            naming = argument in ("--config", "-C")
            if option == "--config" and equals:
                yield value
        elif naming:
            yield argument


def decoded(entry: str) -> str:
    """Return an entry of --config as the user wrote it: Snakemake encodes those that it passes to jobs on a cluster."""
    encoded = entry.removeprefix(ENCODED)
    return entry if encoded == entry else base64.b64decode(encoded).decode("utf-8")


def command_for(arguments: Sequence[str], campaign: str) -> str:
    """Return the same Snakemake command for a campaign of another name; ``arguments`` includes the program."""
    words: list[str] = []
    for argument in arguments[1:]:
        words += argument.split("=", 1) if argument.startswith("--config=") else [argument]
    words = [word for word in words if not word.startswith("campaign=")]
    places = [place for place, word in enumerate(words) if word in ("--config", "-C")]
    if places:
        words.insert(places[-1] + 1, f"campaign={campaign}")
    else:
        words += ["--config", f"campaign={campaign}"]
    return shlex.join(["snakemake", *words])


def typed_config(arguments: Sequence[str]) -> dict[str, Any]:
    """Return what the option --config sets, read as YAML: Snakemake itself takes ``false``, ``null`` and ``[1]`` for texts.

    A value that isn't YAML is left to Snakemake. Raise ConfigError for one that no config may have.
    """
    typed: dict[str, Any] = {}
    for entry in map(decoded, entries_in(arguments)):
        if not ENTRY.match(entry):
            expected = "key=value with a key of the config, such as repetitions=3"
            raise ConfigError("--config", [f"{shown(entry)} cannot be read. Expected {expected}."])
        key, _, text = entry.partition("=")
        try:
            value = loaded(text)
        except RecursionError:
            raise ConfigError("--config", [f"{key} has {TOO_DEEP}"]) from None
        except yaml.YAMLError:
            continue
        if problems := value_problems({key: value}):
            raise ConfigError("--config", problems)
        typed[key] = value
    return typed


def merged(config: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with the values of another one over its own, as Snakemake merges them: mappings key by key."""
    result = dict(config)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def check_config_files(arguments: Sequence[str]) -> None:
    """Check that the configs in Snakemake's arguments can be read, and exit with a message if not.

    The default profile calls this: Snakemake itself would print a traceback.
    """
    try:
        for path in config_files_in(arguments):
            read_config(path, f"The campaigns here are {', '.join(campaigns_here())}. Name targets before --configfile.")
        typed_config(arguments)
    except ConfigError as error:
        sys.exit(str(error))


def shown(value: object) -> str:
    """Write a value as JSON, shortened to 60 characters."""
    try:
        text = json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = json.dumps(f"{type(value).__name__}")
    if not text.isprintable():
        text = json.dumps(value, default=str)
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
