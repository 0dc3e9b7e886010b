"""Test that config files are found and read, and that the line of invalid YAML is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from concbench.campaign.config_file import ConfigError, check_config_files, config_files_in, read_config


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
