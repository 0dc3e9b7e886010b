"""Which environment variables reach what is measured: none that could change a measurement unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from concbench.environment.measured_environment import (
    CERTIFICATES,
    THREAD_COUNTS,
    measured_environment,
    recorded,
    undisturbed,
    withheld,
)

# A few of many, of several kinds: the interpreter, its allocator, the loader, libraries, pools, clients.
DISTURBING = (
    "PYTHONMALLOC", "PYTHONVERBOSE", "PYTHONOPTIMIZE", "PYTHONINSPECT", "PYTHON_GIL", "PYTHON_JIT", "PYTHON_CPU_COUNT",
    "PYTHONPATH", "PYTHONHOME", "MALLOC_ARENA_MAX", "MALLOC_CONF", "LD_PRELOAD", "LD_BIND_NOW", "GLIBC_TUNABLES",
    "PYPY_GC_NURSERY", "JOBLIB_MULTIPROCESSING", "JOBLIB_START_METHOD", "LOKY_MAX_CPU_COUNT", "GEVENT_LOOP",
    "GEVENT_RESOLVER", "PURE_PYTHON", "AIOHTTP_NO_EXTENSIONS", "MULTIDICT_NO_EXTENSIONS", "PROPCACHE_NO_EXTENSIONS",
    "OMP_PROC_BIND", "KMP_AFFINITY", "MKL_DYNAMIC", "NUMBA_DISABLE_JIT", "HTTP_PROXY",
    "https_proxy", "no_proxy", "SSLKEYLOGFILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "UV_THREADPOOL_SIZE", "A_NEW_ONE",
)  # fmt: skip
NEEDED = {"HOME": "/home/me", "PATH": "/bin", "TMPDIR": "/tmp", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@pytest.mark.parametrize("name", DISTURBING)
def test_what_could_change_a_measurement_is_not_passed_on(name: str) -> None:
    assert name not in measured_environment({name: "1", **NEEDED}, None)


def test_what_programs_need_is_passed_on() -> None:
    assert NEEDED.items() <= measured_environment(NEEDED, None).items()


def test_what_is_passed_on_and_could_change_a_measurement_is_recorded() -> None:
    variables = {**NEEDED, "LD_LIBRARY_PATH": "/opt/lib", "PYTHONDONTWRITEBYTECODE": "1"}
    own = dict.fromkeys((*THREAD_COUNTS, "NETRC"))
    passed = {name for name in measured_environment(variables, None) if name not in own}
    assert passed == {*NEEDED, *recorded(variables, own_work=False)}
    assert recorded(variables, own_work=False) == {"LD_LIBRARY_PATH": "/opt/lib", "PYTHONDONTWRITEBYTECODE": "1"}
    assert recorded(NEEDED, own_work=True) == {}


def test_threads_of_libraries_and_certificates_are_set_whatever_the_user_has_set() -> None:
    made = measured_environment({"OMP_NUM_THREADS": "7", "SSL_CERT_FILE": "/mine"}, Path("/a/bundle.pem"))
    assert {made[name] for name in THREAD_COUNTS} == {"1"}
    assert {made[name] for name in CERTIFICATES} == {"/a/bundle.pem"}
    assert "SSL_CERT_FILE" not in measured_environment({"SSL_CERT_FILE": "/mine"}, None)


def test_own_work_has_the_users_numbers_of_threads_which_are_recorded() -> None:
    mine = {"OMP_NUM_THREADS": "7", "POLARS_MAX_THREADS": "2"}
    made = measured_environment({**NEEDED, **mine}, None, threads=None)
    assert {name: made[name] for name in THREAD_COUNTS if name in made} == mine
    assert recorded({**NEEDED, **mine}, own_work=True) == mine
    assert recorded({**NEEDED, **mine}, own_work=False) == {}, "it has no effect on other work"


def test_the_config_may_set_the_threads_of_all_numeric_libraries() -> None:
    made = measured_environment({"OMP_NUM_THREADS": "7"}, None, threads=3)
    assert {made[name] for name in THREAD_COUNTS} == {"3"}


def test_a_failure_that_names_a_variable_which_was_withheld_can_be_told() -> None:
    mine = ["DATABASE_URL", "HOME", "KeyError"]
    assert withheld("KeyError: 'DATABASE_URL'", mine) == ["DATABASE_URL"]
    assert withheld("KeyError: 'HOME'", mine) == []
    assert withheld("KeyError: 'other'", mine) == []


@pytest.mark.parametrize(
    "name",
    ["PYTHONMALLOC", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHON_JIT", "MALLOC_PERTURB_", "LD_PRELOAD", "GLIBC_TUNABLES"],
)
def test_the_runner_measures_the_machine_without_what_slows_its_own_python(name: str) -> None:
    harmless = {"PATH": "/bin", "PYTHONPATH": "/a", "PYTHONUNBUFFERED": "1", "LD_LIBRARY_PATH": "/b", "MINE": "c"}
    assert undisturbed({name: "debug", **harmless}) == harmless
