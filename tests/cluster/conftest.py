"""Run a Slurm cluster of two nodes on this machine, with Debian's packages, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from getpass import getuser
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from support.pipeline import Pipeline, check_out, starter

PROGRAMS = ("munged", "slurmctld", "slurmd", "srun", "sbatch", "squeue", "scontrol", "scancel")
CHANGES_WITHIN_S = 300  # on a busy machine
CAMPAIGN_S = 900  # the same
OUTPUT = "output.txt"
NODES = ("n1", "n2")
ASKING_OFTEN = Path(__file__).with_name("asking_often.py")

CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
StateSaveLocation={folder}/controller
SlurmctldPidFile={folder}/controller.pid
SlurmctldLogFile={folder}/controller.log
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/%n.log
SlurmdSpoolDir={folder}/spool-%n
SlurmdTimeout=10
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=5
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[0]} CPUs=2 RealMemory=1000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory=1000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


class Cluster:
    """Control the cluster's daemons."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        host = socket.gethostname().partition(".")[0]
        controller, *ports = free_ports(3)
        text = CONFIG.format(host=host, user=getuser(), folder=folder, controller_port=controller, ports=ports)
        (folder / "slurm.conf").write_text(text, encoding="utf-8")
        (folder / "controller").mkdir()
        # The plugin removes all variables that begin with SLURM_ from the environment of srun.
        (folder / "bin").mkdir()
        srun = folder / "bin" / "srun"
        srun.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {shutil.which("srun")} "$@"\n', encoding="utf-8")
        srun.chmod(0o755)
        programs = (str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"])
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"), "PATH": os.pathsep.join(programs)}

    def do(self, *command: str) -> str:
        """Run a command of the cluster, and return its output."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout.strip()

    def start(self) -> None:
        munge = self.folder / "munge"
        munge.mkdir(mode=0o755)
        (munge / "key").write_bytes(os.urandom(1024))
        (munge / "key").chmod(0o600)
        files = [f"--{kind}-file={munge / kind}" for kind in ("key", "pid", "log", "seed")]
        self.do("munged", "--force", f"--socket={munge / 'socket'}", *files)
        self.start_controller("-c", "-i")
        for node in NODES:
            self.start_node(node)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        for node in NODES:
            self.wait_for_node(node, "idle")

    def start_controller(self, *options: str) -> None:
        self.do("slurmctld", *options)

    def start_node(self, node: str) -> None:
        self.do("slurmd", "-N", node)

    def wait_for_node(self, node: str, *states: str) -> None:
        """Wait until the node's state is one of these."""
        until = monotonic() + CHANGES_WITHIN_S
        while (state := self.do("sinfo", "--noheader", f"--nodes={node}", "--format=%T").rstrip("*")) not in states:
            if monotonic() > until:
                raise TimeoutError(f"{node} is {state}, not {' or '.join(states)}")
            sleep(0.1)

    def end(self, name: str, number: int = signal.SIGTERM) -> None:
        """End the daemon whose pid file has this name."""
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / f"{name}.pid").read_text(encoding="ascii")), number)

    def cancel_jobs(self) -> None:
        with suppress(AssertionError):
            self.do("scancel", "--user", getuser())

    def stop(self) -> None:
        self.cancel_jobs()
        for name in (*NODES, "controller"):
            self.end(name)
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / "munge" / "pid").read_text(encoding="ascii")), signal.SIGTERM)

    def processes(self, job: str) -> list[int]:
        """Return the processes of a job, found by their environment."""
        found = []
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                if folder.name.isdecimal() and f"SLURM_JOB_ID={job}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def jobs(self) -> dict[str, str]:
        """Return the numbers of running jobs, each with its node."""
        lines = self.do("squeue", "--noheader", "--states=RUNNING", "--format=%i %N").splitlines()
        return dict(line.split() for line in lines)


class Started:
    """Watch an invocation that hands out blocks. Its output goes to a file, which can be read meanwhile."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process, self.folder = process, folder

    @property
    def output(self) -> str:
        return (self.folder / OUTPUT).read_text(encoding="utf-8", errors="replace")

    def end(self, timeout_s: float = CAMPAIGN_S) -> int:
        """Wait for the end, and return the exit status."""
        try:
            return self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            pytest.fail(f"no end after {timeout_s:g} s:\n{self.output}")

    def finish(self, timeout_s: float = CAMPAIGN_S) -> str:
        """Wait until all is done, and return the output."""
        assert self.end(timeout_s) == 0, self.output
        return self.output

    def wait_until(self, true: Callable[[], object], seconds: float = CHANGES_WITHIN_S) -> None:
        """Wait for something to become true before the end."""
        until = monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.output
            assert monotonic() < until, self.output
            sleep(0.2)


class ClusterPipeline(Pipeline):
    """Use a checkout whose blocks go to the cluster."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        super().__init__(folder)
        self.cluster, self.started = cluster, list[Started]()

    def start(self, *arguments: str) -> Started:
        """Start the command line with squeue, because this cluster has no accounting.

        Tables, figures and pages are made by forks of the starter.
        """
        command = [sys.executable, "-P", str(ASKING_OFTEN), "--profile", "profiles/slurm"]
        with (self.folder / OUTPUT).open("wb") as output:
            process = subprocess.Popen(
                [*command, "--slurm-status-command", "squeue", "--latency-wait", "5", *arguments],
                cwd=self.folder,
                env={**self.cluster.environment, **starter().variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.started.append(Started(process, self.folder))
        return self.started[-1]

    def stop(self) -> None:
        """End what a failed test has left running, which would keep the nodes from the next one."""
        running = [one.process for one in self.started if one.process.poll() is None]
        for process in running:
            process.kill()
            process.wait()
        if running:
            self.cluster.cancel_jobs()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if find_spec("snakemake_executor_plugin_slurm") is None:
        missing.append("snakemake-executor-plugin-slurm (make slurm)")
    if missing and "CI" in os.environ:
        pytest.fail(f"not there: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not there: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="slurm-", ignore_cleanup_errors=True) as folder:  # paths of sockets must be short
        own = Cluster(Path(folder))
        own.folder.chmod(0o755)
        try:
            own.start()
            yield own
        finally:
            own.stop()


@pytest.fixture
def on_cluster(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[ClusterPipeline]:
    cluster.wait_until_ready()
    pipeline = ClusterPipeline(check_out(tmp_path_factory, tmp_path / "checkout").folder, cluster)
    yield pipeline
    pipeline.stop()


@pytest.fixture
def small_config() -> dict[str, Any]:
    """Return a config whose blocks take some seconds, which leaves time to interrupt them."""
    return {
        "campaign": "tiny",
        "repetitions": 2,
        "best_of": 2,
        "background_cpu_limit": 1,
        "servers": {"near": {"sites": {"one": {"bytes": 500, "latency_s": 0.02}}}},
        "experiments": {
            "io": {
                "workload": "download",
                "sizes": [20],
                "servers": ["near"],
                "baseline": "sync",
                "control": "threading",
                "contenders": {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 4, 8]}},
            },
            "cpu": {
                "workload": "sum_squares",
                "options": {"first": 200_000},
                "sizes": [10],
                "baseline": "sync",
                "contenders": {"sync": {"model": "sync"}, "processes": {"model": "multiprocessing_pool", "workers": [2]}},
            },
        },
    }
