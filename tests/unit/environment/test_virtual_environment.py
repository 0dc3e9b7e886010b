"""Environments are whole or not there: made by a stand-in for venv, pip and uv, and killed at each of its steps."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from concbench.common.paths import ROOT
from concbench.environment import virtual_environment
from concbench.environment.virtual_environment import LAUNCHER, QUIET, READY, Building, make, make_movable

ODD = 'it\'s $(touch pwned) `touch pwned` "so"'
SCRIPT = "import sys\nprint(sys.executable, *sys.argv[1:])\n"


class Installer:
    """Stand in for the programs that fill an environment. ``before`` is called before each of their steps."""

    def __init__(self, before: Callable[[str], object] = lambda step: None) -> None:
        self.before = before
        self.made = 0

    def run(self, building: Building, *command: str | Path, check: bool = True) -> bool:
        words = list(map(str, command))
        if "venv" in words:
            self.step("venv")
            self.made += 1
            (building.folder / "bin").mkdir(parents=True)
            building.python.symlink_to(sys.executable)
            self.step("rest of venv")
        for lock in (Path(word) for word, option in zip(words[1:], words) if option == "--requirement"):
            if lock.suffix == ".lock":
                self.step(f"first half of {lock.name}")
                (building.folder / lock.name).write_text("half")
                self.step(f"rest of {lock.name}")
                (building.folder / lock.name).write_text(lock.read_text())
                script = building.folder / "bin" / lock.stem
                script.write_text(f"#!{building.python}\n{SCRIPT}")
                script.chmod(0o755)
        if "compileall" in words:
            self.step("compile")
        return True

    def step(self, name: str) -> None:
        self.before(name)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of an odd name, with locks."""
    folder = tmp_path / ODD
    folder.mkdir()
    (folder / "base.lock").write_text("uv==1\nurllib3==2\n")
    (folder / "models.lock").write_text("niquests==3\n")
    monkeypatch.setattr(virtual_environment, "BASE", folder / "base.lock")
    monkeypatch.setattr(os, "sync", lambda: None)  # it waits for all that other tests write
    installed_by(Installer(), monkeypatch)
    return folder


def installed_by(installer: Installer, monkeypatch: pytest.MonkeyPatch) -> Installer:
    monkeypatch.setattr(Building, "run", lambda building, *command, check=True: installer.run(building, *command))
    return installer


def made(checkout: Path, mark: str = READY) -> Path:
    place = checkout / ".venv"
    make(place, mark, [checkout / {READY: "base.lock"}.get(mark, f"{mark}.lock")])
    return place


def is_whole(checkout: Path) -> bool:
    """Check that an existing environment has a mark, and all that its marks promise."""
    place = checkout / ".venv"
    promised = {mark: lock for mark, lock in ((READY, "base.lock"), ("models", "models.lock")) if (place / mark).exists()}
    return READY in promised and all((place / lock).read_text() == (checkout / lock).read_text() for lock in promised.values())


def left_behind(checkout: Path) -> set[str]:
    return {path.name for path in checkout.iterdir()} - {".venv", ".venv.lock", "base.lock", "models.lock"}


def steps_of(make_it: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps of making an environment."""
    steps: list[str] = []
    installed_by(Installer(steps.append), monkeypatch)
    make_it()
    return steps


def interrupted(at: int, by: Callable[[], object], make_it: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """Make it in a process that calls ``by`` before its ``at``-th step; return how it ended."""
    process = os.fork()
    if process == 0:
        with suppress(BaseException):
            count = iter(range(1000))
            installed_by(Installer(lambda step: by() if next(count) == at else None), monkeypatch)
            rename = Path.rename
            monkeypatch.setattr(Path, "rename", lambda *paths: (by() if next(count) == at else None, rename(*paths))[1])
            make_it()
            os._exit(0)
        os._exit(1)
    return os.waitpid(process, 0)[1]


STEPS = 10  # at least as many as there are: of the installer, and the moves


@pytest.mark.parametrize("at", range(STEPS))
@pytest.mark.parametrize("mark", [READY, "models"])
@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None], ids=str)
def test_an_interruption_leaves_a_whole_environment_or_none(
    at: int, mark: str, ended_by: signal.Signals | None, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        if ended_by is None:
            raise subprocess.CalledProcessError(1, ["uv"])
        os.kill(os.getpid(), ended_by)

    if mark == "models":
        made(checkout)
    interrupted(at, end, lambda: made(checkout, mark), monkeypatch)
    assert is_whole(checkout) or not (checkout / ".venv").exists()
    if ended_by is not signal.SIGKILL:
        assert left_behind(checkout) == set()
    installed_by(Installer(), monkeypatch)
    made(checkout)
    made(checkout, "models")
    assert is_whole(checkout)
    assert left_behind(checkout) == set()


def test_what_cannot_be_added_leaves_the_environment_as_it_was(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(step: str) -> None:
        raise subprocess.CalledProcessError(2, ["uv", "pip", "install"])

    made(checkout)
    installed_by(Installer(fail), monkeypatch)
    with pytest.raises(SystemExit, match="cannot make this: uv pip install failed"):
        made(checkout, "models")
    assert is_whole(checkout)
    assert not (checkout / ".venv" / "models").exists()


def test_what_is_added_changes_no_file_of_the_environment_in_use(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def contents() -> dict[str, bytes]:
        return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}

    def write_over(step: str) -> None:
        """Do as uv does with a file of a path that another package has too."""
        for path in checkout.glob(".venv.making/lib/*/site-packages/urllib3/*"):
            path.write_text("of urllib3-future")
        assert contents() == before

    place = made(checkout)
    urllib3 = place / "lib" / "python3.11" / "site-packages" / "urllib3"
    urllib3.mkdir(parents=True)
    (urllib3 / "__init__.py").write_text("of urllib3")
    before = contents()
    installed_by(Installer(write_over), monkeypatch)
    move = Building.move

    def write_over_and_move(*building: Any) -> None:
        write_over("move")
        move(*building)

    monkeypatch.setattr(Building, "move", write_over_and_move)
    made(checkout, "models")
    assert (urllib3 / "__init__.py").read_text() == "of urllib3-future"


def test_what_is_there_already_is_not_made_again_though_its_lock_is_newer(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer = installed_by(Installer(), monkeypatch)
    place = made(checkout)
    (checkout / "base.lock").touch()
    made(checkout)
    assert installer.made == 1
    assert (place / READY).stat().st_mtime >= (checkout / "base.lock").stat().st_mtime
    (checkout / "base.lock").write_text("uv==1\nurllib3==3\n")
    made(checkout)
    assert installer.made == 2
    assert is_whole(checkout)


def test_of_two_at_once_one_makes_it_and_the_other_takes_it(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second_waits = threading.Event()
    installer = installed_by(Installer(lambda step: second_waits.wait()), monkeypatch)
    monkeypatch.setattr(virtual_environment, "say", lambda message: second_waits.set())
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # which only the main thread may call
    makers = [threading.Thread(target=made, args=(checkout,)) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert installer.made == 1
    assert is_whole(checkout)


def test_a_folder_that_cannot_be_written_is_named(checkout: Path) -> None:
    (checkout / ".venv.lock").mkdir()
    with pytest.raises(SystemExit, match=r"\.venv: cannot make this \(.*Is a directory"):
        made(checkout)


def test_an_environment_behind_a_link_is_made_where_the_link_leads(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv").symlink_to(tmp_path / "elsewhere" / "venv")
    made(checkout)
    made(checkout, "models")
    assert (checkout / ".venv").is_symlink()
    assert is_whole(checkout)
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == {"venv", "venv.lock"}


def test_scripts_run_where_the_environment_lies_and_nothing_of_its_path_does(checkout: Path, tmp_path: Path) -> None:
    place = made(checkout)
    link = tmp_path / "link"
    link.symlink_to(place / "bin" / "base")
    for script in (place / "bin" / "base", link):
        done = subprocess.run([script, "a b", "$c"], capture_output=True, text=True, check=True, cwd=tmp_path)
        assert done.stdout == f"{place / 'bin' / 'python'} a b $c\n"
    moved = checkout / "moved"
    place.rename(moved)
    done = subprocess.run([moved / "bin" / "base"], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == f"{moved / 'bin' / 'python'}\n"
    assert not list(tmp_path.rglob("pwned"))


HEADERS = [
    "#!{python}\n",
    "#!{python}3.13\n",
    "#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n",
    "#!/bin/sh\n'''exec' '{python}' \"$0\" \"$@\"\n' '''\n",
]


@pytest.mark.parametrize("header", HEADERS)
def test_all_forms_of_a_scripts_header_become_one(tmp_path: Path, header: str) -> None:
    script = tmp_path / "bin" / "tool"
    script.parent.mkdir()
    script.write_text(header.format(python=script.parent / "python") + SCRIPT)
    make_movable(tmp_path, tmp_path)
    assert script.read_bytes() == LAUNCHER + SCRIPT.encode()


def test_ctrl_c_while_snakemake_is_imported_ends_it_without_a_traceback(tmp_path: Path) -> None:
    script = tmp_path / "bin" / "snakemake"
    script.parent.mkdir()
    (script.parent / "python").symlink_to(sys.executable)
    script.write_text(f"#!{script.parent}/python\nimport os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    script.chmod(0o755)
    for _ in range(2):  # as when packages are added
        make_movable(tmp_path, tmp_path)
    assert script.read_bytes().count(QUIET) == 1
    done = subprocess.run([script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


@pytest.mark.parametrize("header", ["#!/bin/sh\n", "#!/usr/bin/env bash\n", "\x7fELF\x00\n", ""])
def test_other_programs_stay_as_they_are(tmp_path: Path, header: str) -> None:
    script = tmp_path / "bin" / "tool"
    script.parent.mkdir()
    script.write_text(header + SCRIPT)
    make_movable(tmp_path, tmp_path)
    assert script.read_text() == header + SCRIPT


def test_activating_an_environment_of_an_odd_path_puts_it_first_and_runs_nothing(checkout: Path, tmp_path: Path) -> None:
    building, place = checkout / ".venv.making", checkout / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", building], check=True)
    make_movable(building, place)
    building.rename(place)
    source = '. "$1"; echo "$VIRTUAL_ENV"; command -v python'
    done = subprocess.run(
        ["sh", "-c", source, "sh", str(place / "bin" / "activate")], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == [str(place), str(place / "bin" / "python")]
    for shell in ("activate.csh", "activate.fish"):
        assert ".venv.making/" not in re.sub(r".*PROMPT.*", "", (place / "bin" / shell).read_text())
    assert not list(tmp_path.rglob("pwned"))


def test_make_runs_nothing_of_a_checkouts_path(checkout: Path, tmp_path: Path) -> None:
    """Make targets with stand-ins for pytest and Snakemake."""
    (checkout / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    for environment in (".venv", ".venv-slurm"):
        (checkout / environment / "bin").mkdir(parents=True)
        for mark in (READY, "models", "dev"):
            (checkout / environment / mark).touch()
        for program in ("pytest", "snakemake"):
            path = checkout / environment / "bin" / program
            path.write_text('#!/bin/sh\necho "$0" "$@"\n')
            path.chmod(0o755)

    def said(target: str) -> Any:
        done = subprocess.run(["make", "--silent", target], capture_output=True, text=True, check=True, cwd=checkout)
        return done.stdout

    assert said("quick") == f"{checkout}/.venv/bin/snakemake --cores all --configfile config/quick.yaml\n"
    assert said("test-cluster").startswith(f"{checkout}/.venv-slurm/bin/pytest ")
    assert not list(tmp_path.rglob("pwned"))
