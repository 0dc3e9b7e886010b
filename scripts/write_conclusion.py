"""Write conclusion.txt, which ends a campaign on the console: the answer, the warnings, and the runs that don't count."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.dataset import CampaignData
from concbench.cli import campaign_and_tables, table_parser
from concbench.common.atomic import write_whole
from concbench.report.conclusion import conclusion


def main() -> None:
    tables = ("runs", "summary", "comparisons", "interpreters", "warnings")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--text", required=True, type=Path, help="file to write: conclusion.txt")
    arguments = parser.parse_args()
    campaign, read = campaign_and_tables(arguments, *tables)
    write_whole(arguments.text, conclusion(CampaignData(campaign, dict(zip(tables, read)))))


if __name__ == "__main__":
    main()
