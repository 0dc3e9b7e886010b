"""Make links to files outside ``docs/`` work on the site: a hook of MkDocs, named in mkdocs.yml.

Documents link to files of the repository by relative paths, as a reader of the repository follows them. On the site, documents
outside ``docs/`` have pages of their own, and other files are copied as they are.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File
from pymdownx.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

OUTSIDE = {
    "CONTRIBUTING.md": "docs/developing/contributing.md",
    "CHANGELOG.md": "docs/developing/changelog.md",
    "ARCHITECTURE.md": "docs/developing/modules.md",
    "README.md": "docs/index.md",
    "config/README.md": "docs/reference/config.md",
    "results/README.md": "docs/reference/results.md",
}
"""Documents outside ``docs/``, each with the page of the site that a link to it leads to."""
PAGES = {page: document for document, page in OUTSIDE.items() if "/developing/" in page}
"""Those of the pages that are made from the document. The others are written for the site."""
NOT_SHOWN = [document for document in OUTSIDE if document not in PAGES.values()]
"""Documents that are not on the site, so that MkDocs does not check their links."""
LOG = logging.getLogger("mkdocs.hooks.site_links")
COPIES = "docs/repository/"
HEADING = re.compile(r"^#+ +(?P<text>.*)$", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?(?=\))")


def target(document: str, path: str, root: Path) -> str | None:
    """Return where a document's link leads on the site, as a path in the repository, or None if nothing is there."""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(document), path))
    if found in PAGES:
        LOG.warning("Doc file '%s' contains a link '%s', a page of the site alone: link to %s", document, path, PAGES[found])
    if found in OUTSIDE:
        return OUTSIDE[found]
    if found.startswith("docs/"):
        return found
    return COPIES + found if (root / found).is_file() and not found.startswith("../") else None


def relinked(text: str, document: str, page: str, root: Path) -> str:
    """Return a document's text with its links as ``page`` needs them. Dead ones stay, and MkDocs reports them."""

    def put(match: re.Match[str]) -> str:
        found = target(document, match["path"], root)
        return match[0] if found is None else posixpath.relpath(found, posixpath.dirname(page)) + (match["anchor"] or "")

    return LINK.sub(put, text)


def dead_links(document: str, root: Path) -> Iterator[str]:
    """Yield the links of a document that lead to no file, or to no heading of it."""
    path = root / document
    for match in LINK.finditer(path.read_text(encoding="utf-8") if path.is_file() else ""):
        found = path.parent / match["path"]
        anchor = (match["anchor"] or "").removeprefix("#")
        if not found.exists() or (anchor and anchor not in anchors(found.read_text(encoding="utf-8"))):
            yield match["path"] + (match["anchor"] or "")


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings."""
    as_github = slugify(case="lower")
    return {as_github(match["text"], "-") for match in HEADING.finditer(text)}


def root_of(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents outside ``docs/`` as pages, and the files that documents link to; check the documents not shown."""
    root = root_of(config)
    for document in NOT_SHOWN:
        for link in dead_links(document, root):
            LOG.warning("Doc file '%s' contains a link '%s', but there is no such file or heading", document, link)
    for page, document in PAGES.items():
        files.append(File.generated(config, page.removeprefix("docs/"), abs_src_path=str(root / document)))
    copied: set[str] = set()
    for file in files.documentation_pages():
        document = PAGES.get(f"docs/{file.src_uri}", f"docs/{file.src_uri}")
        for match in LINK.finditer((root / document).read_text(encoding="utf-8")):
            found = target(document, match["path"], root)
            if found is not None and found.startswith(COPIES):
                copied.add(found.removeprefix(COPIES))
    for path in sorted(copied):
        copy = COPIES.removeprefix("docs/") + path
        files.append(File.generated(config, copy, abs_src_path=str(root / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Point links that lead out of ``docs/`` to where the site has them."""
    uri = f"docs/{page.file.src_uri}"
    return relinked(markdown, PAGES.get(uri, uri), uri, root_of(config))
