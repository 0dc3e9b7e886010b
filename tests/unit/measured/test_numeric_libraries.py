"""Test what is said of the numeric libraries of a process, with a stand-in for threadpoolctl."""

from __future__ import annotations

from pathlib import Path

import pytest

from concbench.measured import numeric_libraries as room
from concbench.measured.numeric_libraries import NumericLibrary, may_be_loaded, numeric_libraries

# As threadpoolctl describes NumPy's and SciPy's own copies of OpenBLAS, and scikit-learn's OpenMP.
STAND_IN = """
from __future__ import annotations
from dataclasses import dataclass

@dataclass
class Cache:  # a data class looks up its module
    names: set[str]

def threadpool_info():
    return [
        {"user_api": "blas", "internal_api": "openblas", "num_threads": 2, "version": "0.3.27"},
        {"user_api": "openmp", "internal_api": "openmp", "num_threads": 8, "version": None},
        {"user_api": "blas", "internal_api": "openblas", "num_threads": 2, "version": "0.3.27"},
    ]
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> str:
    (tmp_path / "threadpoolctl.py").write_text(STAND_IN, encoding="utf-8")
    return str(tmp_path / "threadpoolctl.py")


def test_libraries_are_named_once_those_with_most_threads_first(stand_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "may_be_loaded", lambda: True)
    found = numeric_libraries(stand_in)
    assert found == [NumericLibrary("openmp", None, 8), NumericLibrary("openblas", "0.3.27", 2)]
    assert [str(one) for one in found] == ["openmp", "openblas 0.3.27"]


def test_nothing_is_loaded_where_there_can_be_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "may_be_loaded", lambda: False)
    assert numeric_libraries("/nonexistent/threadpoolctl.py") == []


def test_a_file_that_cannot_be_loaded_costs_no_run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(room, "may_be_loaded", lambda: True)
    assert numeric_libraries("/nonexistent/threadpoolctl.py") == []
    assert "/nonexistent/threadpoolctl.py" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("mapped", "expected"),
    [
        ("/usr/lib/libc.so.6", False),
        ("/home/openblas/python3.11", False),
        ("/usr/lib/libopenblas.so.0", True),
        ("/site-packages/numpy.libs/libscipy_openblas64_-32a4b2a6.so", True),
        ("/opt/intel/libmkl_rt.so.2", True),
        ("/usr/lib/libgomp.so.1", True),
    ],
)
def test_a_library_is_known_by_the_name_of_its_file(
    mapped: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "maps").write_text(
        f"7f00-7f01 r-xp 00000000 08:01 5  {mapped}\n7f02-7f03 rw-p 0 0:0 0  [heap]\n", encoding="utf-8"
    )
    monkeypatch.setattr(room, "MAPS", tmp_path / "maps")
    assert may_be_loaded() == expected
