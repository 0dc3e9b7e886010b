"""Write claims.md: every claim with the article's figure, ours, and the verdict; which origin gives the article's ratios."""

from __future__ import annotations

from pathlib import Path

from concbench.cli import campaign_and_tables, table_parser
from concbench.common.atomic import write_whole
from concbench.records.rows import ClaimRow
from concbench.records.tables import rows_of
from concbench.report.claims_page import page


def main() -> None:
    tables = ("claims", "comparisons")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--page", required=True, type=Path, help="file to write: claims.md")
    arguments = parser.parse_args()
    campaign, (claims, comparisons) = campaign_and_tables(arguments, *tables)
    write_whole(arguments.page, page(campaign, rows_of(claims, ClaimRow), comparisons))


if __name__ == "__main__":
    main()
