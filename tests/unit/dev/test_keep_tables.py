"""Kept tables stand beside what a reader must know of the machine, without its names and paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dev.keep_tables import keep

FACTS = {
    "executable": "/home/somebody/.venv/bin/python",
    "implementation": "cpython",
    "version": "3.11.7 (main)",
    "gil_enabled": True,
    "jit_enabled": False,
    "packages": {"aiohttp": "3.12.0", "rich": "15.0.0"},
}
INVOCATION = {
    "invocation": "2026-11-26T03:50:00Z",
    "machine": "host-of-somebody",
    "cpu_model": "CPU X",
    "cpus": 2,
    "memory_bytes": 8_000_000_000,
    "kernel": "6.1",
    "governor": None,
    "load": 0.1,
    "open_files_limit": 1024,
    "git_revision": "abc",
    "interpreters": {"default": FACTS, "old": None},
}


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    for name in ("summary", "runs"):
        (folder / f"{name}.csv").write_text(f"{name}\n1\n", encoding="utf-8")
    (folder / "config.json").write_text("{}", encoding="utf-8")
    (folder / "environment.json").write_text(json.dumps({"invocations": [INVOCATION]}), encoding="utf-8")
    return folder


def test_the_tables_named_are_kept_with_their_environment(campaign: Path, tmp_path: Path) -> None:
    kept = tmp_path / "data" / "small-2026-11-26"
    keep(campaign, kept, ["summary"])
    assert sorted(path.name for path in kept.iterdir()) == ["config.json", "environment.json", "summary.csv"]
    text = (kept / "environment.json").read_text(encoding="utf-8")
    assert "somebody" not in text
    (one,) = json.loads(text)["invocations"]
    assert (one["cpu_model"], one["git_revision"]) == ("CPU X", "abc")
    assert one["interpreters"]["old"] is None
    assert one["interpreters"]["default"]["packages"] == {"aiohttp": "3.12.0"}


def test_a_missing_table_is_an_error(campaign: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"scaling\.csv"):
        keep(campaign, tmp_path / "data", ["scaling"])
