"""The documents say what the code says, and a block that can't be made is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from concbench.campaign.schema import schema
from concbench.common import variables
from concbench.common.paths import ROOT, SCRIPTS
from concbench.environment import measured_environment
from concbench.measured.status import Status
from concbench.records.rows import TABLES
from dev import check_numbers, commands_reference, config_reference, options_reference, result_blocks, update_docs
from dev.doc_text import documents
from dev.options_reference import Undocumented

REFERENCE = ROOT / "docs" / "reference"


def test_the_documents_say_what_the_code_says() -> None:
    for path in documents():
        right, wrong = update_docs.updated(path)
        assert wrong == []
        assert right == path.read_text(encoding="utf-8"), f"{path}: run {update_docs.COMMAND}"


def test_no_page_lacks_a_table() -> None:
    assert list(update_docs.missing_blocks(documents())) == []


def test_a_missing_table_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(update_docs.NEEDED, "docs/reference/config.md", ["config keys", "other keys"])
    assert list(update_docs.missing_blocks(documents())) == [
        "docs/reference/config.md: the generated table other keys is missing"
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("keys", "no generated block of the name keys"),
        ("article nowhere-2026-11-26 io", "no file docs/results/data/nowhere-2026-11-26/config.json"),
        ("table nowhere-2026-11-26/summary", "no file docs/results/data/nowhere-2026-11-26/summary.csv"),
        ("measured", "measured"),
    ],
)
def test_a_block_that_cannot_be_made_is_named_and_stays(name: str, message: str) -> None:
    wrong: list[str] = []
    text = f"<!-- begin {name} -->\nold\n<!-- end -->\n"
    assert update_docs.filled(text, wrong.append) == text
    (said,) = wrong
    assert message in said


def test_every_table_is_described() -> None:
    text = (REFERENCE / "results.md").read_text(encoding="utf-8")
    assert all(f"| `{name}.csv`" in text for name in TABLES)
    assert all(f"| `{status}` |" in text for status in Status)


def test_every_command_and_variable_is_described() -> None:
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert [path.name for path in SCRIPTS.glob("*.py") if f"### {path.name}\n" not in text] == []
    ours = [value for value in vars(variables).values() if isinstance(value, str) and re.fullmatch("[A-Z]+_[A-Z_]+", value)]
    module = measured_environment
    measured = [*module.PASSED, *module.RECORDED, *module.THREAD_COUNTS, *module.CERTIFICATES, module.LOCALE]
    assert [name for name in (*ours, *measured) if f"`{name}`" not in text] == []


def test_defaults_are_written_as_yaml() -> None:
    cells = re.findall(r"^\| `[^|]*\|[^|]*\| `([^`|]+)` \|", config_reference.keys_table(), re.MULTILINE)
    assert {"null", "true", "{default: python}"} <= set(cells)
    assert not {"None", "True", "False"} & set(cells)


def test_examples_are_yaml_of_the_key() -> None:
    for key, _, _ in config_reference.keys(schema()):
        assert yaml.safe_load(config_reference.example_of(key)) is not None


def test_a_key_without_an_example_is_named() -> None:
    with pytest.raises(LookupError, match="nothing_of_the_kind"):
        config_reference.example_of("nothing_of_the_kind")


MODEL = '''"""Run items.

Options:
    eager: Start at once.
        Needs Python 3.12.
"""

def run(workload, items, workers, *, eager: bool = False{more}):
    return []
'''


def model(folder: Path, more: str = "") -> Path:
    path = folder / "models" / "mine.py"
    path.parent.mkdir()
    path.write_text(MODEL.format(more=more), encoding="utf-8")
    return path


def test_options_come_from_the_code_and_the_docstring(tmp_path: Path) -> None:
    text = options_reference.part("models", model(tmp_path))
    assert "| `eager` | boolean | `false` | Start at once. Needs Python 3.12. |" in text


@pytest.mark.parametrize("more", [", depth: int = 3", ", depth: int | None = None"])
def test_an_option_without_a_line_is_named(tmp_path: Path, more: str) -> None:
    with pytest.raises(Undocumented, match=r"models/mine\.py: depth"):
        options_reference.part("models", model(tmp_path, more))


def test_commands_show_their_arguments() -> None:
    text = commands_reference.command_part(SCRIPTS / "compare_campaigns.py")
    assert "| `before` | yes |" in text
    assert "| `--table CSV` | |" in text


def test_targets_are_those_of_the_makefile() -> None:
    assert "| `make docs` |" in commands_reference.targets_table()


SUMMARY = """\
configuration,experiment,contender,workers,median_s,median_low_s,median_high_s,lower_bound_s
a,io,sync,1,14.66,14.65,14.7,14.29
b,io,threading,5,2.976,2.97,2.99,2.858
c,io,control,5,2.98,2.97,2.99,2.858
d,io,new,5,0.2712,,,
"""
COMPARISONS = """\
configuration,speedup,speedup_low,speedup_high
a,1.0,1.0,1.0
b,4.926,4.91,4.94
d,54.06,,
"""
CONFIG = '{"experiments": {"io": {"baseline": "sync", "article_s": {"sync": 14.29, "threading": 3.72}}}}'
MACHINE = '"cpu_model": "CPU X", "cpus": 2, "memory_bytes": 25e9, "kernel": "6.1"'
PYTHON = '{"default": {"implementation": "cpython", "version": "3.11.7 (main)"}}'
INVOCATION = f'{{"invocation": "2026-11-26T03:50:00Z", "git_revision": "abc", "interpreters": {PYTHON}, {MACHINE}}}'
ENVIRONMENT = f'{{"invocations": [{INVOCATION}]}}'


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "small-2026-11-26"
    folder.mkdir()
    files = {"summary.csv": SUMMARY, "comparisons.csv": COMPARISONS, "config.json": CONFIG, "environment.json": ENVIRONMENT}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(result_blocks, "DATA", tmp_path)
    return folder.name


def test_the_articles_figures_stand_beside_ours(kept: str) -> None:
    lines = result_blocks.article(kept, "io").splitlines()
    assert lines[2:] == [
        "| sync | 1 | 14.29 | 14.66 [14.65, 14.7] | 14.3 | 1.00 | 1 |",
        "| threading | 5 | 3.72 | 2.98 [2.97, 2.99] | 2.86 | 3.84 | 4.93 [4.91, 4.94] |",
        "| new | 5 | – | 0.271 | – | – | 54.1 |",
    ]


def test_a_kept_table_is_shown_with_the_columns_named(kept: str) -> None:
    text = update_docs.block(f"table {kept}/comparisons columns=configuration,speedup")
    assert text.splitlines()[2] == "| a | 1.0 |"


def test_a_kept_campaign_says_where_it_was_measured(kept: str) -> None:
    text = update_docs.block(f"measured {kept}")
    assert text == "Measured on 2026-11-26: CPU X, 2 CPUs, 25 GB of memory, Linux 6.1; CPython 3.11.7; commit `abc`.\n"


PAGE = """# Campaign verdicts: its claims, answered

1 claim.

| claim   | here | why                    | see                                     |
|:--------|:-----|:-----------------------|:----------------------------------------|
| 1       | 4.8  | `a` \\| b is 4.8. | [io](figures/io.png), [runs](runs.csv) |

## By server

| server | asyncio |
|:--|:--|
| near | 5.6 |
"""


def test_a_page_of_claims_has_no_links_to_files_that_are_not_kept() -> None:
    lines = result_blocks.without_links(PAGE).splitlines()
    assert lines[0] == "1 claim."
    assert lines[3] == "|:--------|:-----|:-----------------------|"
    assert lines[4] == "| 1       | 4.8  | `a` \\| b is 4.8. |"
    assert lines[-1] == "| near | 5.6 |"
    assert "](" not in "".join(lines)


def test_the_guides_table_is_copied_without_its_citations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = tmp_path / "which-model.md"
    row = "| waits | <!--= a-2026/summary x y=1 -->48×<!--/--> | [how](read-a-report.md) [page](https://example.org) |"
    guide.write_text(f"<!-- source which-model -->\n{row}\n<!-- end source -->\n", encoding="utf-8")
    copied = result_blocks.which_model(guide)
    assert copied == "| waits | 48× | [how](docs/guides/read-a-report.md) [page](https://example.org) |\n"
    guide.write_text("no table\n", encoding="utf-8")
    with pytest.raises(check_numbers.Wrong, match=r"which-model\.md has no table"):
        result_blocks.which_model(guide)


MODELS_SUMMARY = """\
configuration,experiment,contender,model,server,workers,planned,n,median_s,median_low_s,median_high_s,median_level,lower_bound_s
a,io,sync,sync,near,1,6,6,14.66,14.65,14.7,0.96875,14.29
b,io,threading,thread_pool,near,5,6,4,2.976,2.97,2.99,0.875,2.858
c,io,control,thread_pool,near,5,6,6,2.98,2.97,2.99,0.96875,2.858
d,io,new,asyncio,near,5,6,0,,,,,
e,cpu,sync,sync,,1,6,6,1.0,0.9,1.1,0.96875,1.0
"""
MODELS_COMPARISONS = """\
configuration,baseline,baseline_configuration,speedup,speedup_low,speedup_high,level,verdict
a,sync,a,1.0,1.0,1.0,0.9375,
b,sync,a,4.926,4.91,4.94,0.875,inconclusive
d,sync,a,,,,,inconclusive
e,sync,e,1.0,1.0,1.0,0.9375,
"""


def test_an_experiment_is_shown_without_control_and_unmeasured_ones_the_fastest_first(kept: str, tmp_path: Path) -> None:
    (tmp_path / kept / "summary.csv").write_text(MODELS_SUMMARY, encoding="utf-8")
    (tmp_path / kept / "comparisons.csv").write_text(MODELS_COMPARISONS, encoding="utf-8")
    head, _, *lines = result_blocks.experiment(kept, "io").splitlines()
    assert "| speed-up over sync | verdict |" in head
    assert lines == [
        "| threading, 5 | 4 of 6 | 2.98 [2.97, 2.99] (88%) | 2.86 | 1.04 | 4.93 [4.91, 4.94] (88%) | inconclusive |",
        "| sync | 6 of 6 | 14.66 [14.65, 14.7] | 14.3 | 1.03 | 1 | – |",
    ]


def test_a_sweep_goes_by_its_number_of_workers(kept: str, tmp_path: Path) -> None:
    sweep = MODELS_SUMMARY.replace("io,sync,sync,near,1", "io,threading,thread_pool,near,1").replace(
        "d,io,new,asyncio,near,5,6,0,,,,,\n", ""
    )
    (tmp_path / kept / "summary.csv").write_text(sweep, encoding="utf-8")
    (tmp_path / kept / "comparisons.csv").write_text(MODELS_COMPARISONS, encoding="utf-8")
    head, _, first, *_ = result_blocks.experiment(kept, "io").splitlines()
    assert "| speed-up over sync, 1 |" in head
    assert first.startswith("| threading, 1 | 6 of 6 |")


def write(folder: Path, **texts: str) -> None:
    """Write files whose names have ``_`` for ``.``."""
    for name, text in texts.items():
        (folder / f"{name.replace('_', '.')}").write_text(text, encoding="utf-8")


PYTHONS_SUMMARY = """\
configuration,experiment,contender,model,interpreter,workers,size,median_s
a,io,sync,sync,default,1,40,3.6
b,io,threading,thread_pool,default,10,40,0.466
c,io,sync,sync,jit,1,40,3.6
d,io,threading,thread_pool,jit,10,40,0.411
e,io,threading,thread_pool,pypy,10,40,
f,io,control,thread_pool,default,1,40,3.6
"""
FACTS = (
    '{"default": {"implementation": "cpython", "version": "3.11.7 (main)", "gil_enabled": true, "jit_enabled": null}, '
    '"jit": {"implementation": "cpython", "version": "3.15.2", "gil_enabled": true, "jit_enabled": true}, "pypy": null}'
)


def test_pythons_have_a_row_each_and_their_decided_speedups(kept: str, tmp_path: Path) -> None:
    write(
        tmp_path / kept,
        summary_csv=PYTHONS_SUMMARY,
        interpreters_csv="configuration,speedup,verdict\nc,1.0,same\nd,1.134,faster\n",
        environment_json=f'{{"invocations": [{{"interpreters": {FACTS}}}]}}',
    )
    assert result_blocks.pythons(kept, "io").splitlines() == [
        "| median (s) | sync | threading, 10 |",
        "| :-- | --: | --: |",
        "| CPython 3.11.7 | 3.6 | 0.466 |",
        "| CPython 3.15.2, with its JIT | 3.6 | **0.411** (1.13×) |",
    ]


SIZES_SUMMARY = """\
configuration,experiment,contender,model,workers,size,median_s
a,own,sync,sync,1,10,0.06
b,own,sync,sync,1,100,0.6
c,own,joblib,joblib,2,10,0.4
d,own,joblib,joblib,2,100,0.6
"""
SIZES_COMPARISONS = """\
configuration,baseline,baseline_configuration,speedup,speedup_low,speedup_high,level,verdict
a,sync,a,1.0,1.0,1.0,0.9375,
b,sync,b,1.0,1.0,1.0,0.9375,
c,sync,a,0.15,0.14,0.16,0.9375,slower
d,sync,b,1.02,0.85,1.1,0.9375,inconclusive
"""


def test_sizes_have_a_column_each(kept: str, tmp_path: Path) -> None:
    write(tmp_path / kept, summary_csv=SIZES_SUMMARY, comparisons_csv=SIZES_COMPARISONS)
    head, _, *lines = result_blocks.sizes(kept, "own").splitlines()
    assert head == "| speed-up over sync | 10 items | 100 items |"
    assert lines == [
        "| sync | 0.06 s | 0.6 s |",
        "| joblib, 2 | 0.15 [0.14, 0.16] | 1.02 [0.85, 1.1], inconclusive |",
    ]


SCALING = """\
experiment,contender,law,serial_fraction,serial_fraction_low,serial_fraction_high,coherency,coherency_low,coherency_high,\
predicted_workers,predicted_low,predicted_high,measured_workers,error,poor
io,threading,USL,0.02,0.014,0.026,0.00025,0.0002,0.0003,63,54,67,40,0.09,False
io,threading,Amdahl,0.047,0.04,0.06,,,,,,,40,0.17,True
"""


def test_scaling_laws_are_shown_with_their_intervals(kept: str, tmp_path: Path) -> None:
    write(tmp_path / kept, scaling_csv=SCALING, config_json='{"experiments": {"io": {"title": "160 downloads"}}}')
    _, _, *lines = result_blocks.scaling(kept).splitlines()
    first, second = "160 downloads, threading | USL", "160 downloads, threading | Amdahl"
    assert lines == [
        f"| {first} | 0.02 [0.014, 0.026] | 0.00025 [0.0002, 0.0003] | 63 [54, 67] | 40 | 9% |",
        f"| {second} | 0.047 [0.04, 0.06] | – | – | 40 | 17%, poor |",
    ]


def test_recommendations_stand_beside_the_sweep(kept: str, tmp_path: Path) -> None:
    numbers = "ratio,ratio_low,ratio_high,answered_s,program_ratio,program_ratio_low,program_ratio_high"
    head = f"example,recommended,in_sweep,fastest,{numbers}\n"
    hashed = 'hash_files,"threads, 3","threads, 4","threads, 2",1.0349,0.9912,1.0817,97.6,1.12,1.04,1.18\n'
    write(tmp_path / kept, recommendations_csv=f"{head}{hashed}tiny_tasks,nothing,,sync,,,,130.4,,,\n")
    assert result_blocks.recommendations(kept).splitlines()[2:] == [
        ("| `hash_files` | threads, 3 | threads, 4 | threads, 2 | 1.03 [0.991, 1.08] | 98 | 1.12 [1.04, 1.18], **missed** |"),
        "| `tiny_tasks` | nothing | | sync | –, **missed** | 130, **missed** | – |",
    ]


def test_missed_targets_are_marked(kept: str, tmp_path: Path) -> None:
    write(tmp_path / kept, targets_csv="promise,figure,bar,unit\na dry run,10.52,15,s\ntiming,29.71,20,ms\n")
    assert result_blocks.targets(kept).splitlines()[2:] == [
        "| a dry run | 10.5 s | 15 s |",
        "| timing | 29.7 ms, **missed** | 20 ms |",
    ]
