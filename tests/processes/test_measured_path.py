"""Test that the measured process finds the package and the plug-ins, and none of the project's other files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from concbench.common.paths import SCRIPTS
from concbench.measured.status import Status
from concbench.records.run_record import RunRecord, RunSpec

OURS = {"concbench", "concbench_plugins"}
# The project's modules at commit 0d55488, when they could shadow installed ones of the same name.
FORMER_NAMES = """
    against_by_hand against_pyperf answers article_table block_files by_hand calibrate campaign certificate changes_figure
    child_reaper claim_tests claims claims_page collect collect_items collect_probes compare compare_campaigns
    compare_interpreters compare_nodes conclude config_file console deadlines diagnosis document draw environment
    environment_file estimates figure_data figure_style fit_scaling forecast gates interpreter_facts interpreter_gains
    interpreter_state interpreters intervals item_time_cost judge keep_apart keep_urllib3 keeper lane_panel lanes
    locked_packages locks machine made_up_records measure measure_block node number_format optimum origin origin_log
    origin_profile page plan plugins probe probe_record probe_subject process_pipe progress quantities record_paths report
    report_charts report_page retry run_record scaling_laws simulate slurm_mend snakemake_mends subject subject_environment
    summarise svg_text table_arguments tables targets temporary_folder timing usage validate verdicts warn warning_kinds
    whole_file
"""
FORMER = [*FORMER_NAMES.split(), "clients", "figures", "models", "probes", "workloads"]  # the last are today's folders
NOW = {path.name.removesuffix(".py") for path in SCRIPTS.iterdir() if path.name[0] not in "._"}  # commands and folders
MARKER = "installed, and not concbench's"
USES = f"""
from importlib import import_module
from importlib.util import find_spec

{"".join(f"import {name}" + chr(10) for name in FORMER)}

def items(size, seed):
    return {FORMER}[:size]


def do(name):
    for name in (name, *{FORMER}):
        module = import_module(name)
        if module.MARKER != {MARKER!r}:
            raise ImportWarning(f"{{name}} is {{module.__file__}}")
    for name in {sorted(NOW - OURS - set(FORMER))}:
        if find_spec(name):
            raise ImportWarning(f"{{name}} of {{find_spec(name).origin}} can be imported")
    return name
"""

MakeSpec = Callable[..., RunSpec]
Run = Callable[..., RunRecord]


def installed(python: str, folder: Path) -> str:
    """Return the Python of an environment with installed packages that have the names of former modules."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    made = str(folder / "bin" / "python")
    asked = [made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    for name in FORMER:
        (packages / name).mkdir()
        (packages / name / "__init__.py").write_text(f"MARKER = {MARKER!r}\n", encoding="utf-8")
    if python == sys.executable:  # for joblib and others
        (packages / "usual.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    return installed(sys.executable, tmp_path_factory.mktemp("environment") / "here")


@pytest.fixture(scope="module")
def newest_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a Python that has subinterpreters."""
    found = sys.executable if sys.version_info >= (3, 14) else shutil.which("python3.14") or shutil.which("python3.14t")
    if not found:
        pytest.skip("there is no Python from 3.14 on, which has the executor of subinterpreters")
    return installed(found, tmp_path_factory.mktemp("environment") / "newest")


@pytest.fixture(scope="module")
def pypy(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = shutil.which("pypy3")
    if not found:
        pytest.skip("there is no PyPy")
    return installed(found, tmp_path_factory.mktemp("environment") / "pypy")


@pytest.fixture
def works(spec: MakeSpec, measured_run: Run, tmp_path: Path) -> Callable[..., None]:
    """Run work that uses the packages, and a workload of the project, and check that both are right."""

    def works(python: str, **asked: Any) -> None:
        file = tmp_path / "uses.py"
        file.write_text(USES, encoding="utf-8")
        uses = {"workload": "own", "workload_options": {"file": str(file)}}
        for workload in (uses, {"workload": "sum_squares"}):
            measured = measured_run(spec(interpreter=python, size=8, **workload, **asked)).measured
            assert (measured.status, measured.reason, measured.items_ok) == (Status.OK, None, 8)

    return works


def test_the_folder_that_comes_first_on_the_path_holds_the_package_and_the_plugins_alone() -> None:
    found = {module.name for module in iter_modules([str(SCRIPTS / "sys_path")])}
    assert {name for name in found if name.isidentifier()} == OURS


def modules_of(code: str) -> set[str]:
    """Return what a process on the measured path has imported after it did something."""
    done = f"import sys; sys.path.insert(0, {str(SCRIPTS / 'sys_path')!r}); {code}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", done], check=True, capture_output=True, text=True).stdout.split())


def test_a_measured_process_imports_nothing_large_of_its_own_accord() -> None:
    loaded = modules_of("import concbench.measured.measured_run") - modules_of("pass")
    assert not loaded & {"asyncio", "dataclasses", "inspect", "logging", "multiprocessing", "statistics", "subprocess"}


def test_a_worker_imports_nothing_that_only_the_measured_process_needs() -> None:
    """A spawned worker loads the workload inside the timed region."""
    loaded = modules_of("import concbench_plugins.workloads.own")
    assert "concbench.measured.own_import" in loaded
    assert not {f"concbench.measured.own_{name}" for name in ("source", "items", "check", "resources")} & loaded


def test_a_process_that_a_model_spawns_imports_nothing_of_ours_for_its_main_module() -> None:
    main = SCRIPTS / "sys_path" / "measured-run.py"
    loaded = modules_of(f"import runpy; runpy.run_path({str(main)!r}, run_name='__mp_main__')")
    assert not {name for name in loaded if name.startswith("concbench")}


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("sync", {}),
        ("thread_pool", {}),
        ("joblib", {}),
        *(
            (model, {"start_method": method})
            for model in ("multiprocessing_pool", "process_pool_executor")
            for method in ("fork", "forkserver", "spawn")
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.get("start_method", ""),
)
def test_work_of_ones_own_finds_what_is_installed(
    model: str, options: dict[str, str], python: str, works: Callable[..., None]
) -> None:
    works(python, model=model, model_options=options, workers=1 if model == "sync" else 2)


def test_so_it_does_in_subinterpreters(newest_python: str, works: Callable[..., None]) -> None:
    works(newest_python, model="subinterpreters", workers=2)


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_so_it_does_on_pypy(method: str, pypy: str, works: Callable[..., None]) -> None:
    works(pypy, model="multiprocessing_pool", model_options={"start_method": method}, workers=2)
