"""Test that an edit of any file remakes exactly what depends on it, and that reading the Snakefile changes nothing."""

from __future__ import annotations

import os
import re
from typing import Any

from support.pipeline import Pipeline

EDIT = "\n# edited\n"
DRAWING = {"draw_figures", "draw_campaign_figure"}  # draw_figure draws sweeps, and this campaign has none
# A module for each rule that has code. Modules are edited together if none of their rules comes after another: if a rule
# starts because of another one anyway, Snakemake names no other reason.
EDITED_TOGETHER: list[dict[str, set[str]]] = [
    {"concbench/analysis/runs.py": {"collect_runs"}, "concbench/analysis/probes.py": {"collect_probes"}},
    {
        "concbench/analysis/items.py": {"collect_items"},
        "concbench/analysis/lower_bounds.py": {"summarize_runs"},
        "concbench/analysis/nodes.py": {"compare_nodes"},
        "concbench/claims/quantities.py": {"judge_claims"},
    },
    {"concbench/analysis/comparisons.py": {"compare_contenders", "compare_interpreters"}},
    {"concbench/analysis/interpreter_ratios.py": {"compare_interpreters"}, "concbench/stats/scaling_laws.py": {"fit_scaling"}},
    {
        "find_warnings.py": {"find_warnings"},
        "concbench/drawing/style.py": DRAWING,
        "figures/drift.py": {"draw_campaign_figure"},
        "figures/headline.py": {"draw_figures"},
        "concbench/report/article.py": {"write_article"},
        "concbench/report/claims_page.py": {"write_claims_page"},
    },
    {
        "concbench/report/wording.py": {"write_conclusion", "write_report"},
        "concbench/report/templates/style.css": {"write_report"},
    },
]


def remade(pipeline: Pipeline) -> dict[str, set[str]]:
    """Return the rules that a dry run would start because their input files changed, by these files."""
    done = pipeline.run("-n", "--quiet", "host")
    _, *jobs = re.split(r"^(?:local)?rule (\w+):$", done.stdout + done.stderr, flags=re.MULTILINE)
    found: dict[str, set[str]] = {}
    for rule, said in zip(jobs[::2], jobs[1::2]):
        for file in re.findall(r"scripts/(\S+\.\w+)", "".join(re.findall("Updated input files: (.*)", said))):
            found.setdefault(file, set()).add(rule)
    return found


def test_an_edit_remakes_what_depends_on_it(measured: Pipeline) -> None:
    assert remade(measured) == {}
    for together in EDITED_TOGETHER:
        files = {path: (path.read_bytes(), path.stat()) for path in (measured.folder / "scripts" / one for one in together)}
        for module in together:
            measured.append(f"scripts/{module}", EDIT)
        assert remade(measured) == together
        for path, (content, was) in files.items():
            path.write_bytes(content)
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def test_an_edit_deep_down_remakes_all_that_shows_it_and_nothing_else(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    tiny_config["experiments"]["io"]["contenders"]["threading"]["workers"] = [1, 2]
    measured.write_config(tiny_config, "config.yaml")
    targets = [f"results/tiny/{name}" for name in ("article.md", "claims.md", "conclusion.txt", "figures/workers-io.png")]
    assert measured.run(*targets).returncode == 0
    before = measured.times("results/tiny/**/*")
    measured.append("scripts/concbench/stats/scaling_laws.py", EDIT)
    assert measured.run(*targets).returncode == 0
    after = measured.times("results/tiny/**/*")
    made = {path.name for path in after if after[path] != before.get(path) and path.suffix != ".log" and path.name != ".lock"}
    assert made == {"scaling.csv", "workers-io.png", "workers-io.svg", "warnings.csv", "conclusion.txt"}


def test_reading_the_snakefile_after_a_power_failure_changes_nothing(measured: Pipeline) -> None:
    record = next(iter(measured.records()))
    record.write_bytes(record.read_bytes()[:-20])
    before = {path: path.read_bytes() for path in measured.times("results/**/*")}
    for question in (["-np"], ["--dry-run"], ["--summary"], ["--lint"], ["--list-rules"]):
        assert measured.run(*question).returncode == 0
    assert {path: path.read_bytes() for path in measured.times("results/**/*")} == before
