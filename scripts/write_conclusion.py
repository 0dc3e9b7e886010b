"""Write conclusion.txt: recommendations for your own work, the answers, the warnings, and the runs that don't count."""

from __future__ import annotations

from concbench.analysis.dataset import CampaignData
from concbench.cli import Inputs, make_text
from concbench.report.advice import facts_of
from concbench.report.conclusion import conclusion

TABLES = ("runs", "summary", "comparisons", "interpreters", "warnings")


def text(given: Inputs) -> str:
    return conclusion(CampaignData(given.campaign, dict(zip(TABLES, given.tables))), facts_of(given.campaign))


if __name__ == "__main__":
    make_text(__doc__, text, tables=TABLES)
