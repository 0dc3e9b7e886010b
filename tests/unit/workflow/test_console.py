"""Test the console's output before and after a campaign."""

from __future__ import annotations

import logging

from snakemake_interface_logger_plugins.common import LogEvent

from concbench.workflow import console

CONCLUSION = (
    "Campaign x: 3 of 4 runs count.\n\nio\ntable\n\nRuns that don't count\n- failed: why\n\nReport: results/x/report.html\n"
)


def test_where_there_is_no_terminal_the_end_is_brief() -> None:
    assert console.brief(CONCLUSION).splitlines() == [
        "Campaign x: 3 of 4 runs count.", "Runs that don't count", "- failed: why", "Report: results/x/report.html",
    ]  # fmt: skip
    advice = "Recommendation for io\n- Use 4 threads.\n  Indeed.\n\n    import io\n\n    io.do()\n\n"
    with_advice = CONCLUSION.replace("io\ntable", f"{advice}io\ntable")
    assert console.brief(with_advice).splitlines()[1:-3] == advice.splitlines()
    whole = CONCLUSION.replace("Runs that don't count\n- failed: why\n\n", "") + "2 claims. See results/x/claims.md.\n"
    assert console.brief(whole).splitlines()[1:] == ["Report: results/x/report.html", "2 claims. See results/x/claims.md."]


def test_snakemakes_remarks_around_jobs_are_distinguished_from_its_errors() -> None:
    def record(message: str, **known: object) -> logging.LogRecord:
        made = logging.LogRecord("snakemake.logging", logging.INFO, "", 0, message, None, None)
        made.__dict__.update(known)
        return made

    assert console.is_between_jobs(record("Select jobs to execute..."))
    assert console.is_between_jobs(record("Updating checkpoint dependencies."))
    assert console.is_between_jobs(record("1 of 2 steps done", event=LogEvent.PROGRESS))
    assert not console.is_between_jobs(record("Error in rule", event=LogEvent.JOB_ERROR))
    assert not console.is_between_jobs(record("Exiting because a job execution failed."))
