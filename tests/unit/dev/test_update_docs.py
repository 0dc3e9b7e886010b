"""The documents say what the code says."""

from __future__ import annotations

from concbench.common.paths import ROOT
from concbench.records.rows import TABLES
from dev import update_docs


def test_the_documents_say_what_the_code_says() -> None:
    for path in update_docs.DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        assert update_docs.filled(text) == text, f"run PYTHONPATH=scripts python -m dev.update_docs: {path}"
        assert "| `" in text


def test_every_table_is_documented() -> None:
    text = (ROOT / "results" / "README.md").read_text(encoding="utf-8")
    missing = [name for name in (*TABLES, "changes") if f"<!-- begin {name}.csv -->" not in text]
    assert missing == []
    assert all(f"| `{name}.csv`" in text for name in TABLES)
