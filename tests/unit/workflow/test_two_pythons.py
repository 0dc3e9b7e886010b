"""Test which config a comparison of two Pythons measures, and in which folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import factories

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.config_file import ConfigError
from concbench.workflow.two_pythons import names, write_campaign


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a campaign's config with interpreters, claims and a block list of its own."""
    path = tmp_path / "asked.yaml"
    own: dict[str, Any] = {"interpreters": {"default": "python", "old": "python3.9"}, "blocks": [3, 4], "claims": "none.yaml"}
    path.write_text(yaml.safe_dump({**factories.config(), **own}), encoding="utf-8")
    return path


def written(config: Path, results: Path, before: str = sys.executable, blocks: int = 10) -> Path:
    return write_campaign(config, before, sys.executable, blocks, results)


def test_both_pythons_are_measured_in_the_same_blocks(config: Path, tmp_path: Path) -> None:
    path = written(config, tmp_path / "results")
    campaign = campaign_of(json.loads(path.read_text(encoding="utf-8")))
    assert path.parent == tmp_path / "results" / "synthetic-compare"
    assert campaign.name == "synthetic-compare"
    assert campaign.interpreters == {"before": sys.executable, "after": sys.executable}
    assert campaign.blocks == tuple(range(1, 11))
    assert campaign.claims is None


def test_a_campaign_until_decided_is_measured_in_a_fixed_number_of_blocks(tmp_path: Path) -> None:
    config = factories.config(factories.UNTIL_DECIDED, decide=["threading"])
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump({**config, "budget_minutes": 5}), encoding="utf-8")
    campaign = campaign_of(json.loads(written(tmp_path / "asked.yaml", tmp_path / "results").read_text(encoding="utf-8")))
    assert (campaign.looks, campaign.repetitions, campaign.budget_s) == (None, 10, None)


def test_an_unfinished_comparison_continues_and_a_finished_one_is_kept(config: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    first = written(config, results)
    assert written(config, results) == first
    (first.parent / "report.html").touch()
    assert written(config, results).parent.name == "synthetic-compare-2"


def test_another_comparison_gets_a_folder_of_its_own(config: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    written(config, results)
    assert written(config, results, blocks=12).parent.name == "synthetic-compare-2"
    assert written(config, results, before=f"PYTHONMALLOC=debug {sys.executable}").parent.name == "synthetic-compare-3"


def test_a_path_is_made_absolute_and_keeps_its_variables_and_links(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)
    path = written(config, tmp_path / "results", before="PYTHONMALLOC=debug bin/python")
    asked = json.loads(path.read_text(encoding="utf-8"))["interpreters"]["before"]
    assert asked == f"PYTHONMALLOC=debug {tmp_path}/bin/python"


@pytest.mark.parametrize("python", ["", "no-such-python", "./no/such/python"])
def test_a_python_that_is_not_there_is_named(config: Path, tmp_path: Path, python: str) -> None:
    with pytest.raises(ConfigError, match=r"^compare_pythons\.py: before is .*Expected the path of a Python"):
        written(config, tmp_path / "results", before=python)
    assert not (tmp_path / "results").exists()


def test_blocks_that_decide_nothing_are_refused(config: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--blocks is 5\. Expected at least 6"):
        written(config, tmp_path / "results", blocks=5)


def test_a_config_that_is_wrong_is_named_by_its_own_path(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("campaign: wrong\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"wrong\.yaml: experiments is missing"):
        written(path, tmp_path / "results")


def test_names_stay_as_short_as_a_name_must_be() -> None:
    long = names("a" * 40)
    assert [len(next(long)) for _ in range(3)] == [40, 40, 40]
