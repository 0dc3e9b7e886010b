"""Test that config files are found and read, and that the line of invalid YAML is named."""

from __future__ import annotations

import base64
import os
import shlex
from pathlib import Path

import pytest

from concbench.campaign.config_file import (
    ConfigError,
    check_config_files,
    command_for,
    config_files_in,
    merged,
    read_config,
    typed_config,
)


def test_a_file_that_does_not_exist_is_named_with_the_ones_that_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mine\.yaml: no such file\.$"):
        read_config(tmp_path / "mine.yaml")
    with pytest.raises(SystemExit, match=r"mine\.yaml: no such file\. The campaigns here are .*config/quick\.yaml"):
        check_config_files(["--configfile", str(tmp_path / "mine.yaml")])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("campaign: [", "line 1 is not valid YAML"),
        ("campaign: a\n\tseed: 1", "line 2 is not valid YAML"),
        ("seed: 1\nseed: 2", r"line 2 is not valid YAML \(the key 'seed' appears twice\)"),
        ("campaign: {{tiny}}", r"line 1 is not valid YAML \(a key must be a plain word\)"),
        ("- a\n- b", r"this file is \[\"a\", \"b\"\]. Expected a mapping of keys to values"),
        ("", "this file is null. Expected a mapping of keys to values"),
    ],
)
def test_text_that_is_no_config_is_answered_with_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_config(path)


def test_config_files_are_found_in_snakemakes_arguments() -> None:
    assert config_files_in(["--cores", "all"]) == [Path("config/config.yaml")]
    assert config_files_in(["--configfile", "a.yaml", "b.yaml", "--cores", "1"]) == [Path("a.yaml"), Path("b.yaml")]
    assert config_files_in(["--configfiles=a.yaml", "figures"]) == [Path("a.yaml")]


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS, "this has more than 20000 values, with everything that aliases stand for"),
        ("blocks: &b [1, *b]", "blocks.* more than 40 deep, or an alias that contains itself"),
        ("seed: &s {a: {b: *s}}", "seed.* more than 40 deep, or an alias that contains itself"),
        ("seed: " + "[" * 3000 + "]" * 3000, "this file has keys in keys more than 40 deep"),
        ("a: 1\nseed: 2023-02-31", r'line 2 is not valid YAML \("2023-02-31" cannot be read: day is out of range'),
        ("seed: 2023-02-01", r'seed is "2023-02-01"\. Expected text \(in quotation marks\), a number'),
        ("seed: " + "7" * 4400, r"line 1 is not valid YAML \(.* cannot be read"),
        ("seed: " + "7" * 25, "seed is a number of more than 18 digits"),
        ("seed: !!float x", "line 1 is not valid YAML .*cannot be read"),
        ("seed: !!set {a}", "seed is .* Expected text"),
        ('claims: "a\\0b"', r'claims is "a\\u0000b"\. Expected text without control characters'),
        ('claims: "\\e]0;title\\a"', r"Expected text without control characters"),
        ('claims: "\\ud800"', r"Expected text without control characters"),
        ("__use_yte__: true\nseed: 1", "__use_yte__ is not a known key"),
        ("seed: {2023-02-01: 1}", r"seed has the key .*2023-02-01.* Expected text, in quotation marks"),
        ("# " + "x" * 300_000, "this file has more than 300 kB"),
    ],
)
def test_text_that_would_stop_snakemake_is_answered_by_a_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        read_config(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (Path("/dev/zero"), tmp_path / "fifo", tmp_path):
        with pytest.raises(ConfigError, match="this is not a file"):
            read_config(path)


def test_json_is_read_as_json(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"campaign": "\\ud83d\\ude00", "seed":\t1}')
    assert read_config(path) == {"campaign": "😀", "seed": 1}


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("all_claims=false", False),
        ("claims=null", None),
        ("claims=", None),
        ("blocks=[1, 2]", [1, 2]),
        ("timeout_s=2.5", 2.5),
        ("campaign=quick", "quick"),
        ('experiments={"one": {"sizes": [6]}}', {"one": {"sizes": [6]}}),
        ("experiments={one: {sizes: [6], control: ~}}", {"one": {"sizes": [6], "control": None}}),
    ],
)
def test_values_on_the_command_line_are_read_as_yaml(entry: str, value: object) -> None:
    (key, *_) = entry.split("=")
    encoded = "base64//" + base64.b64encode(entry.encode()).decode()
    for arguments in (
        ["--config", entry],
        ["-C", "seed=1", entry],
        [f"--config={entry}"],
        ["--config", encoded, "--cores", "1"],
    ):
        assert typed_config(arguments)[key] == value
    assert typed_config(["--configfile", entry]) == {}


def test_typed_values_go_over_those_of_the_file_key_by_key() -> None:
    config = {"experiments": {"one": {"sizes": [4], "baseline": "a"}}, "claims": "c.yaml"}
    over = {"experiments": {"one": {"sizes": [6]}}, "claims": None}
    assert merged(config, over) == {"experiments": {"one": {"sizes": [6], "baseline": "a"}}, "claims": None}


@pytest.mark.parametrize(
    "entry", ["experiments.one.sizes=[6]", "repetitions", "=3", "5=3", "x=1", "blocks=&b [*b]", "seed=2023-02-01"]
)
def test_what_the_command_line_cannot_set_is_answered_by_a_line(entry: str) -> None:
    with pytest.raises(SystemExit, match=r"^--config: [^\n]*$"):
        check_config_files(["--configfile", "config/quick.yaml", "--config", entry])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("snakemake --cores all", "snakemake --cores all --config campaign=new-2"),
        (
            "snakemake --cores all --configfile 'my own.yaml'",
            "snakemake --cores all --configfile 'my own.yaml' --config campaign=new-2",
        ),
        (
            "snakemake -c1 --config repetitions=3 campaign=old figures",
            "snakemake -c1 --config campaign=new-2 repetitions=3 figures",
        ),
        ("snakemake --config=repetitions=3 --cores 2", "snakemake --config campaign=new-2 repetitions=3 --cores 2"),
        ("/x/snakemake/__main__.py -C campaign=old --profile p", "snakemake -C campaign=new-2 --profile p"),
    ],
)
def test_the_same_command_for_another_name_names_its_config_files(command: str, expected: str) -> None:
    assert command_for(shlex.split(command), "new-2") == expected
