"""Test what is checked before Snakemake starts."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from support import factories

from concbench.common.paths import ROOT
from concbench.workflow import invocation, start
from concbench.workflow.invocation import load_campaign, repair


def test_elsewhere_the_right_command_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        start.need_checkout(ROOT, ["odd name.yaml"])
    assert str(caught.value).startswith(f"{tmp_path}: campaigns start in the folder of the Snakefile.")
    assert str(caught.value).endswith(f"cd {ROOT} && snakemake --cores all --configfile '{tmp_path}/odd name.yaml'")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    start.need_checkout(ROOT, [])
    assert "PYTHONSAFEPATH" not in os.environ


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".snakemake").write_text("a file")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit, match=r"\.snakemake: cannot write this"):
        start.prepare_start()
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("path", [None, "/nonexistent"])
def test_without_an_active_environment_python_is_snakemakes_own(path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path) if path else monkeypatch.delenv("PATH")
    start.use_own_python()
    assert Path(shutil.which("python") or "") == Path(sys.executable).with_name("python")
    changed = os.environ["PATH"]
    assert changed.endswith(path or os.defpath)
    start.use_own_python()
    assert os.environ["PATH"] == changed


@pytest.mark.parametrize(("name", "why"), [("a{b", "wildcard"), ("a}b", "wildcard"), ("a:b", "PATH")])
def test_a_folder_of_a_name_that_cannot_work_is_refused(
    name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "ROOT", tmp_path / name)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit, match=rf"the path of this folder contains {name[1]}, which .*{why}.* Rename the folder\."):
        start.prepare_start()
    signal.signal(signal.SIGINT, before)


def test_a_cache_that_cannot_be_written_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    start.use_writable_cache()
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / ".snakemake" / "cache")


def test_a_user_without_a_name_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", unknown)
    monkeypatch.delenv("LOGNAME", raising=False)
    start.use_known_user()
    assert os.environ["LOGNAME"] == f"user{os.getuid()}"


@pytest.mark.parametrize("presses", [1, 5])
def test_ctrl_c_while_starting_prints_one_line(presses: int) -> None:
    code = (
        "import os, signal\nfrom concbench.workflow import start\n"
        "signal.signal(signal.SIGINT, start.end_quietly)\n"
        f"[os.kill(os.getpid(), signal.SIGINT) for _ in range({presses})]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, b"\nStopped before anything was measured.\n")


def test_a_second_ctrl_c_does_not_interrupt_the_end() -> None:
    before = signal.getsignal(signal.SIGINT)
    start.interrupt_once()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("what", ["file", "link to nothing", "link to itself"])
@pytest.mark.parametrize("place", ["results", "results/synthetic", "results/synthetic/runs"])
def test_what_stands_in_a_folders_place_is_named(
    what: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if what == "file":
        path.touch()
    else:
        path.symlink_to(path if what == "link to itself" else tmp_path / "nowhere")
    with pytest.raises(SystemExit, match=rf"^{place}: this is a (file|link to nothing)\. Rename it"):
        load_campaign(factories.config(), ["tiny.yaml"])


def test_a_config_too_large_for_a_command_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(invocation, "MOST_LETTERS", 100)
    with pytest.raises(SystemExit, match=r"tiny\.yaml: this config has more than 100 letters"):
        load_campaign(factories.config(), ["tiny.yaml"])


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nabc", None])
@pytest.mark.parametrize("name", ["server.pem", "bundle.pem"])
def test_a_damaged_certificate_of_measured_runs_is_made_again(name: str, content: bytes | None, tmp_path: Path) -> None:
    server, bundle = tmp_path / "certificate" / "server.pem", tmp_path / "certificate" / "bundle.pem"
    repair(tmp_path, {})
    assert not server.exists()  # its rule makes the first
    (tmp_path / "runs").mkdir()
    repair(tmp_path, {})
    before = server.read_bytes(), bundle.read_bytes()
    repair(tmp_path, {})
    assert (server.read_bytes(), bundle.read_bytes()) == before
    damaged = server.with_name(name)
    damaged.unlink()
    if content is not None:
        damaged.write_bytes(content)
    repair(tmp_path, {})
    assert ssl.create_default_context(cafile=str(bundle)).get_ca_certs()
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(server)
    assert server.stat().st_mode & 0o777 == 0o600


def test_a_damaged_config_is_written_again_and_another_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    repair(tmp_path, {"campaign": "a"})
    assert not path.exists()
    path.write_text('{"campaign": ')
    repair(tmp_path, {"campaign": "a"})
    assert json.loads(path.read_text()) == {"campaign": "a"}
    path.write_text('{"campaign": "b"}')
    repair(tmp_path, {"campaign": "a"})
    assert json.loads(path.read_text()) == {"campaign": "b"}
