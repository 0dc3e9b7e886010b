"""Test that records are read as they were written, and that nothing else passes for a record."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concbench.measured.status import Status
from concbench.records.record_version import VERSION
from concbench.records.request_times import Requests
from concbench.records.run_record import ItemTimes, Measured, RunRecord, RunSpec, is_whole, read_measured
from concbench.records.server_profile import Distribution, Profile, Site

FOLDERS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
SECONDS = st.floats(0, 1e6)
TEXT = st.text(max_size=40)
NUMBERS = st.integers(0, 10**6)
OPTIONS = st.dictionaries(TEXT, st.none() | st.booleans() | NUMBERS | TEXT | st.lists(TEXT, max_size=3), max_size=3)
DISTRIBUTIONS = st.builds(Distribution, TEXT, st.dictionaries(TEXT, SECONDS, max_size=3))
SITES = st.builds(Site, TEXT, NUMBERS, DISTRIBUTIONS, st.booleans(), st.none() | TEXT)
PROFILES = st.builds(Profile, st.lists(SITES, max_size=2).map(tuple), st.none() | NUMBERS, SECONDS, SECONDS, DISTRIBUTIONS)
SPECS = st.builds(
    RunSpec, TEXT, NUMBERS, NUMBERS, TEXT, TEXT, OPTIONS, TEXT, OPTIONS, NUMBERS | st.sampled_from(["all", "cpus"]), NUMBERS,
    st.none() | PROFILES,
)  # fmt: skip
OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "Status": st.sampled_from(Status),
    "str | None": st.none() | TEXT,
    "int | None": st.none() | NUMBERS,
    "float | None": st.none() | SECONDS,
    "bool | None": st.none() | st.booleans(),
}
MEASURED = st.builds(Measured, **{name: OF_TYPE[str(kind)] for name, kind in Measured.__annotations__.items()})
ITEMS = st.builds(
    ItemTimes, st.lists(SECONDS), st.lists(SECONDS), st.lists(st.none() | SECONDS), st.lists(NUMBERS)
)  # fmt: skip
REQUESTS = st.builds(Requests, *(st.lists(kind, max_size=5) for kind in (NUMBERS, NUMBERS, SECONDS, SECONDS, SECONDS, SECONDS)))
RECORDS = st.builds(RunRecord, SPECS, MEASURED, st.none() | ITEMS, st.none() | REQUESTS)
JSON = st.recursive(st.none() | st.booleans() | TEXT | SECONDS, lambda one: st.lists(one) | st.dictionaries(TEXT, one))
RECORD = RunRecord(
    RunSpec("cpu-sync", 1, 1, "python", "sync", {}, "sum_squares", {"first": 3}, 1, 2, None),
    Measured(Status.OK, makespan_s=1.5),
    ItemTimes([0.0, 0.5], [0.5, 1.0], [0.4, None], [0, 0]),
)


@FOLDERS
@given(record=RECORDS)
def test_what_is_written_is_what_is_read(record: RunRecord, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    record.write(path)
    assert is_whole(path)
    assert RunRecord.read(path) == record
    assert read_measured(path) == record.measured


@FOLDERS
@given(data=st.data())
def test_a_record_cut_short_anywhere_is_not_whole(data: st.DataObject, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    RECORD.write(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert not is_whole(path)
    try:
        assert RunRecord.read(path) == RECORD  # only the newline is missing
    except ValueError as error:
        assert str(error).startswith(f"{path}: this is not a run record")


@FOLDERS
@given(content=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_refused_by_the_name_of_the_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path}: this is not a run record"):
        RunRecord.read(path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("measured", "makespan_s"), "fast"),
        (("measured", "status"), None),
        (("items", "start_s"), [0.0, "later"]),
        (("spec", "size"), "many"),
        (("spec", "server"), {"sites": "everywhere"}),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(place: tuple[str, str], value: Any, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    content = {"version": VERSION, **asdict(RECORD)}
    content[place[0]][place[1]] = value
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"{path}: this is not a run record \(Expected .* at `\$.{place[0]}.{place[1]}"):
        RunRecord.read(path)


def test_a_record_of_another_version_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps({"version": VERSION - 1, **asdict(RECORD)}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"this record has version {VERSION - 1}. Expected version {VERSION}"):
        RunRecord.read(path)
    with pytest.raises(ValueError, match=f"this record has version {VERSION - 1}. Expected version {VERSION}"):
        read_measured(path)


@pytest.mark.parametrize(
    ("measured", "result"),
    [
        (Measured(Status.OK, makespan_s=0.3018), "0.302 s"),
        (Measured(Status.FAILED, reason="OSError: no thread today"), "failed: OSError: no thread today"),
        (Measured(Status.OK), "ok: None"),  # someone has edited it
    ],
)
def test_a_result_takes_one_line(measured: Measured, result: str) -> None:
    assert measured.result == result


def test_writing_takes_the_place_of_what_was_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "record.json"
    RECORD.write(path)
    replace(RECORD, items=None).write(path)
    assert RunRecord.read(path).items is None
    assert [one.name for one in path.parent.iterdir()] == ["record.json"]
