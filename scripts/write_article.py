"""Write article.md: the article's figures beside ours, as seconds and as times faster than the baseline."""

from __future__ import annotations

from pathlib import Path

from concbench.cli import campaign_and_tables, table_parser
from concbench.common.atomic import write_whole
from concbench.report.article import page


def main() -> None:
    tables = ("runs", "summary", "comparisons")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--page", required=True, type=Path, help="file to write: article.md")
    arguments = parser.parse_args()
    campaign, (runs, summary, comparisons) = campaign_and_tables(arguments, *tables)
    write_whole(arguments.page, page(campaign, runs, summary, comparisons))


if __name__ == "__main__":
    main()
