"""The tutorials and guides show configs, work and workflows that can be pasted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from concbench.campaign import own_file
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import plan
from concbench.claims.claims_reader import read_claims
from concbench.common.paths import ROOT

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE)
PYTHON = '"""Work to plan with."""\n\n\ndef items(size, seed):\n    return [0] * size\n\n\ndef do(item):\n    return item\n'


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [match["content"] for match in BLOCK.finditer(text) if match["language"] == language]


def yaml_with(page: str, key: str) -> dict[str, Any]:
    """Return the only YAML block of a page that has a key at its top."""
    (found,) = (content for block in blocks(page, "yaml") if key in (content := yaml.safe_load(block)))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that files of own work are looked for in."""
    monkeypatch.setattr(own_file, "ROOT", tmp_path)
    return tmp_path


def test_the_work_of_the_tutorial_gives_the_same_results_twice() -> None:
    work: dict[str, Any] = {}
    exec(blocks("tutorials/your-own-code.md", "python")[0], work)
    logs = work["items"](3, 1)
    assert logs == work["items"](3, 1)
    assert [sum(work["do"](log).values()) for log in logs] == [500] * 3
    assert [work["do"](log) for log in logs] == [work["do"](log) for log in work["items"](3, 1)]


def test_the_files_of_the_tutorial_are_accepted(folder: Path) -> None:
    work, recommended, with_session = blocks("tutorials/your-own-code.md", "python")
    (folder / "access_log.py").write_text(work, encoding="utf-8")
    assert own_file.read_own_file("access_log.py", [folder]).provides == ("do",)
    assert "import access_log" in recommended.splitlines()
    compile(recommended, "run_access_log.py", "exec")
    (folder / "download.py").write_text(f"{with_session}ITEMS = []\n", encoding="utf-8")
    assert own_file.read_own_file("download.py", [folder]).has_open


@pytest.mark.parametrize(("page", "runs"), [("guides/new-sweep.md", 50 * 4 * 9), ("guides/real-servers.md", 24)])
def test_the_configs_of_the_guides_plan_their_runs(page: str, runs: int) -> None:
    assert len(list(plan(campaign_of(yaml_with(page, "campaign"))))) == runs


def test_the_config_of_the_guide_to_ci_plans_its_runs(folder: Path) -> None:
    (folder / "bench").mkdir()
    (folder / "bench" / "work.py").write_text(PYTHON, encoding="utf-8")
    assert len(list(plan(campaign_of(yaml_with("guides/ci.md", "campaign"))))) == 10 * 4


def test_servers_and_interpreters_of_the_guides_are_accepted() -> None:
    config = yaml_with("guides/new-sweep.md", "campaign")
    servers = yaml_with("guides/compare-pythons.md", "interpreters") | {
        "servers": config["servers"]
        | next(
            block["servers"]
            for text in blocks("guides/real-servers.md", "yaml")
            if "campaign" not in (block := yaml.safe_load(text))
        )
    }
    campaign = campaign_of(config | servers)
    assert len(campaign.interpreters) == 5
    assert campaign.servers["like_real"].max_concurrent == 6


def test_the_claim_of_the_guide_can_be_tested(tmp_path: Path) -> None:
    claims = next(block for block in blocks("guides/claims.md", "yaml") if "statement" in block)
    (tmp_path / "claims.yaml").write_text(claims, encoding="utf-8")
    campaign = campaign_of(yaml_with("guides/new-sweep.md", "campaign"))
    (claim,) = read_claims(tmp_path / "claims.yaml", campaign, cpus=2)
    assert claim.band == (1.8, 2.2)


def test_the_workflow_of_the_guide_to_ci_names_what_is_there() -> None:
    steps = yaml_with("guides/ci.md", "jobs")["jobs"]["compare"]["steps"]
    script = "\n".join(step.get("run", "") for step in steps)
    assert re.search(r"^\.venv/ready:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "make -C concbench .venv/ready" in script
    assert all((ROOT / path).is_file() for path in re.findall(r"scripts/\w+\.py", script))
