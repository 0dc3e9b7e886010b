"""Write article.md: the article's tables with the measured values beside its own."""

from __future__ import annotations

from concbench.cli import make_text
from concbench.report.article import page

if __name__ == "__main__":
    make_text(__doc__, lambda given: page(given.campaign, *given.tables), tables=["runs", "summary", "comparisons"])
