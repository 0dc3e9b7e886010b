"""Test that files are recognized by their contents."""

from __future__ import annotations

from pathlib import Path

from concbench.common.content import have_content, short_hash


def test_files_are_recognized_until_one_is_edited_or_gone(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    expected = short_hash([b"1", b"2"])
    assert have_content([one, two], expected)
    assert not have_content([one], expected)
    two.write_bytes(b"3")
    assert not have_content([one, two], expected)
    two.unlink()
    assert not have_content([one, two], expected)


def test_contents_are_kept_apart() -> None:
    assert short_hash([b"12", b"3"]) != short_hash([b"1", b"23"]) != short_hash([b"123"])
