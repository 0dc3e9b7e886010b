"""The site is refused with a dead link, a page outside the navigation, or a page that the navigation lacks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from concbench.common.paths import ROOT
from dev.site_links import OUTSIDE, PAGES, relinked

NAV = [{"Home": "index.md"}, {"Contributing": "developing/contributing.md"}]
OTHERS = [path for path in PAGES if not path.endswith("contributing.md")]


@pytest.fixture
def site(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., str]]:
    """Build a small site by the project's mkdocs.yml, and return what it warns of; "" if it is built."""
    for document in PAGES.values():
        (tmp_path / document).write_text("# A document\n", encoding="utf-8")
    (tmp_path / "CONTRIBUTING.md").write_text("# Contributing\n\n[Home](docs/index.md)\n", encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "quick.yaml").write_text("campaign: quick\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()

    def built(pages: dict[str, str]) -> str:
        for name, text in pages.items():
            (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
        nav = [*NAV, *({Path(path).stem: path.removeprefix("docs/")} for path in OTHERS)]
        config = load_config(
            str(ROOT / "mkdocs.yml"), docs_dir=str(tmp_path / "docs"), site_dir=str(tmp_path / "site"), nav=nav, plugins=[]
        )
        with caplog.at_level(logging.WARNING):
            try:
                build(config)
            except Abort:
                return caplog.text
        return ""

    yield built


def test_links_out_of_the_documentation_lead_to_copies_and_pages(site: Callable[..., str], tmp_path: Path) -> None:
    links = "# Home\n\n[own](../config/quick.yaml), [help](../CONTRIBUTING.md#contributing)\n"
    assert site({"index.md": links}) == ""
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'href="repository/config/quick.yaml"' in page
    assert 'href="developing/contributing.html#contributing"' in page
    assert (tmp_path / "site" / "repository" / "config" / "quick.yaml").is_file()
    assert 'href="../index.html"' in (tmp_path / "site" / "developing" / "contributing.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in page


@pytest.mark.parametrize("link", ["nowhere.md", "../config/nowhere.yaml", "index.md#nowhere", "../CONTRIBUTING.md#nowhere"])
def test_a_dead_link_is_refused_and_named(site: Callable[..., str], link: str) -> None:
    warned = site({"index.md": f"# Home\n\n[dead]({link})\n"})
    assert "nowhere" in warned
    assert "index.md" in warned


@pytest.mark.parametrize("link", ["docs/nowhere.md", "docs/index.md#nowhere", "config/nowhere.yaml"])
def test_a_dead_link_of_the_readme_is_refused_and_named(site: Callable[..., str], tmp_path: Path, link: str) -> None:
    (tmp_path / "README.md").write_text(f"# Read me\n\n[home](docs/index.md#home) [dead]({link})\n", encoding="utf-8")
    warned = site({"index.md": "# Home\n"})
    assert f"'README.md' contains a link '{link}'" in warned
    assert "index.md#home" not in warned


def test_a_link_that_works_on_the_site_alone_is_refused(site: Callable[..., str]) -> None:
    assert "link to CONTRIBUTING.md" in site({"index.md": "# Home\n\n[help](developing/contributing.md)\n"})


def test_a_page_outside_the_navigation_is_refused_and_named(site: Callable[..., str]) -> None:
    assert "stray.md" in site({"index.md": "# Home\n", "stray.md": "# Stray\n"})


def test_a_page_that_the_navigation_names_and_nobody_wrote_is_refused(site: Callable[..., str]) -> None:
    assert "index.md" in site({})


def test_links_are_rewritten_for_the_page_they_are_on() -> None:
    text = "[a](config/quick.yaml) [b](docs/faq.md#x) [c](https://example.org) [d](#here) [e](nowhere.txt)"
    assert relinked(text, "CONTRIBUTING.md", "docs/developing/contributing.md", ROOT) == (
        "[a](../repository/config/quick.yaml) [b](../faq.md#x) [c](https://example.org) [d](#here) [e](nowhere.txt)"
    )


def test_every_document_outside_has_a_page() -> None:
    assert all((ROOT / document).is_file() for document in OUTSIDE)
