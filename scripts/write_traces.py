"""Write traces/: the representative run of each configuration as a trace, which ui.perfetto.dev and chrome://tracing open."""

from __future__ import annotations

from concbench.analysis.dataset import CampaignData
from concbench.cli import inputs, parser_for
from concbench.common.atomic import write_whole
from concbench.drawing.timed_runs import timed_runs
from concbench.drawing.trace import trace_file

TABLES = ("runs", "summary", "items")


def main() -> None:
    arguments = parser_for(__doc__, TABLES, output="folder to write; traces of an earlier time are removed").parse_args()
    given = inputs(arguments, TABLES)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for old in arguments.output.glob("*.json.gz"):
        old.unlink()
    for run in timed_runs(CampaignData(given.campaign, dict(zip(TABLES, given.tables)))):
        write_whole(arguments.output / f"{run.run.configuration}.json.gz", trace_file(run))


if __name__ == "__main__":
    main()
