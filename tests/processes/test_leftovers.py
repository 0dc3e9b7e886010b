"""Nothing is left behind, whoever is ended when: processes, temporary folders, and what pools keep in /dev/shm."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, perf_counter, sleep

import pytest

from concbench.common.paths import SCRIPTS
from concbench.common.processes import output_of
from concbench.common.variables import PIPELINE_VARIABLE, USUAL_VARIABLE
from concbench.environment import tempdir
from concbench.environment.tempdir import RUN, TEMPORARY, remove_abandoned
from concbench.runner.process_pipe import ProcessPipe
from concbench.runner.subreaper import adopt_orphans

SOON_S = 30  # within which everything has happened, however busy the machine
# A measured process that has a lock in /dev/shm, as pools of spawned processes have, and a child that outlives it.
HOLDS_A_LOCK = """
import multiprocessing, os, sys, time
lock = multiprocessing.get_context("spawn").Lock()
child = os.fork()
if child == 0:
    time.sleep(600)
os.write(int(sys.argv[-1]), f"{lock._semlock.name} {child}\\n".encode())
time.sleep(600)
"""
# A runner that has started one, and says where its temporary files are.
RUNNER = f"""
import os, sys, time
from concbench.runner import supervisor
from concbench.runner.process_pipe import ProcessPipe
from concbench.runner.subreaper import adopt_orphans

def work():
    adopt_orphans()
    pipe = ProcessPipe("it", [sys.executable, "-c", {HOLDS_A_LOCK!r}], open(os.devnull, "wb"), os.environ)
    print(os.getppid(), os.getpid(), pipe.process.pid, pipe.answer(1e300), os.environ["TMPDIR"], flush=True)
    time.sleep(600)

supervisor.supervise(work)
"""

Ends = Callable[[int], bool]


def semaphore(name: str) -> Path:
    return Path("/dev/shm") / f"sem.{name.removeprefix('/')}"


def is_gone(*paths: Path) -> bool:
    """Wait until none of the files is there."""
    until = monotonic() + SOON_S
    while any(path.exists() for path in paths):
        if monotonic() > until:
            return False
        sleep(0.01)
    return True


@pytest.fixture
def adopts() -> None:
    """As the runner, be the parent of orphans."""
    adopt_orphans()


@pytest.mark.usefixtures("adopts")
@pytest.mark.parametrize("killed_before", [False, True])
def test_a_measured_process_that_is_ended_leaves_no_lock_and_no_child(
    killed_before: bool, tmp_path: Path, has_ended: Ends
) -> None:
    with (tmp_path / "log").open("wb") as log:
        pipe = ProcessPipe("it", [sys.executable, "-c", HOLDS_A_LOCK], log, os.environ)
        name, child = pipe.answer(perf_counter() + SOON_S).split()
        assert semaphore(name).exists()
        if killed_before:
            pipe.process.kill()
            select.select([pipe.ended], [], [], SOON_S)
        pipe.close()
    assert has_ended(int(child))
    assert not semaphore(name).exists()


@pytest.mark.usefixtures("adopts")
def test_a_daemon_of_a_measured_process_ends_with_it_and_no_other_child_does(tmp_path: Path, has_ended: Ends) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    daemon = "import os, time; os.setsid(); print(os.getpid(), flush=True); time.sleep(600)"
    starts = (
        f"import os, subprocess, sys; made = subprocess.Popen([sys.executable, '-c', {daemon!r}], stdout=subprocess.PIPE);"
        " os.write(int(sys.argv[-1]), made.stdout.readline())"
    )
    try:
        with (tmp_path / "log").open("wb") as log:
            pipe = ProcessPipe("it", [sys.executable, "-c", starts], log, os.environ)
            process = int(pipe.answer(perf_counter() + SOON_S))
            select.select([pipe.ended], [], [], SOON_S)
            assert os.getsid(process) == process != pipe.process.pid
            pipe.close()
        assert has_ended(process)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.usefixtures("adopts")
def test_a_tracker_that_does_not_end_is_killed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_ended: Ends) -> None:
    monkeypatch.setattr("concbench.common.processes.TRACKERS_S", 0.1)
    hangs = "import os, sys, time; os.write(int(sys.argv[1]), b'%d\\n' % os.getpid()); time.sleep(600)"
    starts = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[-1],"
        " 'resource_tracker import main'], close_fds=False); time.sleep(600)"
    )
    with (tmp_path / "log").open("wb") as log:
        pipe = ProcessPipe("it", [sys.executable, "-c", starts, hangs], log, os.environ)
        process = int(pipe.answer(perf_counter() + SOON_S))
        pipe.close()
    assert has_ended(process)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start Python code as the pipeline starts a command."""
    started: list[subprocess.Popen[str]] = []
    variables = {name: value for name, value in os.environ.items() if name != PIPELINE_VARIABLE}

    def start(code: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**variables, "PYTHONPATH": str(SCRIPTS), USUAL_VARIABLE: str(tmp_path), "TMPDIR": str(tmp_path)},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("ended", "number"),
    [
        ("supervisor", signal.SIGTERM),
        ("supervisor", signal.SIGHUP),
        ("supervisor", signal.SIGKILL),
        ("runner", signal.SIGTERM),
        ("runner", signal.SIGHUP),
        ("runner", signal.SIGKILL),
        ("measured", signal.SIGKILL),
    ],
)
def test_whoever_is_ended_nothing_is_left(
    ended: str, number: signal.Signals, start: Callable[[str], subprocess.Popen[str]], has_ended: Ends
) -> None:
    process = start(RUNNER)
    assert process.stdout
    supervisor, runner, measured, name, child, folder = process.stdout.readline().split()
    os.kill(int({"supervisor": supervisor, "runner": runner, "measured": measured}[ended]), number)
    if ended == "measured":
        process.terminate()
    assert all(map(has_ended, map(int, (supervisor, runner, measured, child))))
    assert is_gone(semaphore(name), Path(folder))


def test_what_both_leave_when_killed_at_once_is_removed_by_the_pipeline(
    start: Callable[[str], subprocess.Popen[str]], has_ended: Ends
) -> None:
    process = start(RUNNER)
    assert process.stdout
    supervisor, runner, measured, name, child, folder = process.stdout.readline().split()
    remove_abandoned(Path(folder).parent)
    assert Path(folder).exists(), "it was in use"
    for one in (supervisor, runner):
        os.kill(int(one), signal.SIGSTOP)
    for one in (supervisor, runner):
        os.kill(int(one), signal.SIGKILL)
    assert all(map(has_ended, map(int, (supervisor, runner, measured))))
    remove_abandoned(Path(folder).parent)
    assert has_ended(int(child))
    assert is_gone(semaphore(name), Path(folder))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_before_there_are_handlers_leaves_no_folder(
    number: signal.Signals, start: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = start(f"""
import os
from concbench.runner import supervisor
made = supervisor.make_run_folder

def make_and_be_signalled():
    folder = made()
    os.kill(os.getpid(), {int(number)})
    return folder

supervisor.make_run_folder = make_and_be_signalled
supervisor.supervise(lambda: __import__("time").sleep(600))
""")
    assert process.wait(SOON_S) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL, None])
def test_a_pipelines_folder_goes_with_it_however_it_ends(
    number: signal.Signals | None, start: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    ends = f"os.kill(os.getpid(), {int(number)})" if number else ""
    process = start(f"""
import os
import resource
from concbench.environment.tempdir import use_own_folder
use_own_folder()
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
print(len(os.listdir(".snakemake/temporary")), flush=True)
{ends}
""")
    output, _ = process.communicate(timeout=SOON_S)  # which nobody else holds open
    assert (output, process.returncode) == ("1\n", -number if number else 0)
    (left,) = (tmp_path / TEMPORARY).parent.iterdir()
    until = monotonic() + SOON_S
    while list(left.iterdir()) and monotonic() < until:
        sleep(0.01)
    assert list(left.iterdir()) == []


def test_only_folders_of_runs_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USUAL_VARIABLE, str(tmp_path))
    others = [tmp_path / name for name in ("run-12345678", f"{RUN}short", f"{RUN}longer-than-it", "concbench")]
    for folder in others:
        folder.mkdir()
    (tmp_path / "target").mkdir()
    (tmp_path / f"{RUN}a_link_8").symlink_to(tmp_path / "target")
    (tmp_path / f"{RUN}12345678").mkdir()
    remove_abandoned(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*(folder.name for folder in others), "target", f"{RUN}a_link_8"}


def test_another_users_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{RUN}12345678").mkdir()
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    remove_abandoned(tmp_path)
    assert (tmp_path / f"{RUN}12345678").exists()


def test_a_folder_is_locked_as_soon_as_it_can_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was removed in between, as abandoned, is made again."""
    monkeypatch.setenv(USUAL_VARIABLE, str(tmp_path))
    removed: list[Path] = []
    lock = tempdir.lock

    def remove_and_lock(folder: Path) -> int | None:
        if not removed:
            removed.append(folder)
            folder.rmdir()
        return lock(folder)

    monkeypatch.setattr(tempdir, "lock", remove_and_lock)
    folder = tempdir.make_run_folder()
    assert [folder] == list(tmp_path.iterdir())
    assert removed != [folder]


def test_another_attempt_finds_none_of_the_temporary_files_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere = tmp_path / f"{RUN}12345678", tmp_path / "elsewhere"
    (folder / "cache" / "deep").mkdir(parents=True)
    elsewhere.mkdir()
    for path in (folder / "file", folder / "cache" / "file", elsewhere / "file"):
        path.touch()
    (folder / "link").symlink_to(elsewhere)
    monkeypatch.setenv("TMPDIR", str(folder))
    tempdir.empty_run_folder()
    assert list(folder.iterdir()) == []
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    tempdir.empty_run_folder()
    assert list(elsewhere.iterdir()) == [elsewhere / "file"], "a folder of temporary files that isn't a run's"


# --- Commands of interpreters


def test_what_a_command_starts_ends_with_it(has_ended: Ends) -> None:
    done = output_of(["sh", "-c", "sleep 600 & echo $!"], os.environ, SOON_S)
    assert (done.status, done.err) == (0, "")
    assert has_ended(int(done.out))


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path, has_ended: Ends) -> None:
    script = f"sleep 600 & echo $! > {tmp_path}/made; mv {tmp_path}/made {tmp_path}/child; wait"
    with pytest.raises(subprocess.TimeoutExpired):
        output_of(["sh", "-c", script], os.environ, 3)
    assert has_ended(int((tmp_path / "child").read_text()))


def test_a_command_that_prints_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concbench.common.processes.OUTPUT_BYTES", 100_000)
    done = output_of(["yes"], os.environ, SOON_S)
    assert done.status != 0
    assert len(done.out) <= 100_000


def test_a_command_that_reads_gets_an_end_of_file() -> None:
    assert output_of(["cat"], os.environ, SOON_S).status == 0


def test_a_blocks_pipeline_ends_with_its_job(tmp_path: Path, has_ended: Ends) -> None:
    """Otherwise it goes on where a node's job is killed, and keeps the machine's lock."""
    (tmp_path / "snakemake").mkdir()
    waits = "import os, time\nopen('pid.new', 'w').write(str(os.getpid()))\nos.rename('pid.new', 'pid')\ntime.sleep(600)\n"
    (tmp_path / "snakemake" / "__init__.py").touch()
    (tmp_path / "snakemake" / "__main__.py").write_text(waits, encoding="utf-8")
    job = "from pathlib import Path; from concbench.workflow.block import pipeline; pipeline(Path('config.json'), 1, 'marker')"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{SCRIPTS}"}
    with subprocess.Popen([sys.executable, "-c", job], cwd=tmp_path, env=environment) as started:
        until = monotonic() + SOON_S
        while not (tmp_path / "pid").exists() and monotonic() < until:
            sleep(0.05)
        process = int((tmp_path / "pid").read_text(encoding="utf-8"))
        started.kill()
    assert has_ended(process)
