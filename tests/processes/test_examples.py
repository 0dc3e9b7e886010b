"""Test that the examples do what they say, by results that are known from elsewhere, and that their servers end."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np
import pytest
from PIL import Image

from concbench.campaign.campaign_reader import read_campaign
from concbench.campaign.own_file import read_own_file
from concbench.common.paths import ROOT

FOLDER = ROOT / "examples"
SERVERS = {"json_over_http": "json", "postgres_pool": "postgres", "postgres_rows": "postgres"}
PROGRAMS = ("with_server", "json_server")
ALL = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in PROGRAMS)
ORDERS = [(number, number % 1000, number * 7919 % 23, number * 104_729 % 9973) for number in range(200_000)]
DONE = """
import asyncio, json, sys
from contextlib import nullcontext

import {example} as own

async def by_asyncio(items):
    async with own.open_async() as resource:
        return [await own.do_async(item, resource) for item in items]

items = json.loads(sys.argv[1].replace("http://server", own.ADDRESS.read_text()))
with getattr(own, "open_shared", getattr(own, "open", None))() as resource:
    print(json.dumps([own.do(item, resource) for item in items]))
print(json.dumps(asyncio.run(by_asyncio(items)) if hasattr(own, "do_async") else None))
"""


def has_postgres() -> bool:
    return bool([*Path("/usr/lib/postgresql").glob("*/bin/postgres")] or shutil.which("postgres"))


def needs(there: bool, what: str) -> pytest.MarkDecorator:
    """Skip a test where something is missing; in CI, run it, so that it fails."""
    return pytest.mark.skipif(not there and "CI" not in os.environ, reason=f"{what} is missing here")


needs_postgres = needs(has_postgres() and find_spec("psycopg") is not None, "PostgreSQL's server, or psycopg (make dev)")


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Return a function that imports an example, which keeps its files in a folder of this test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def load(name: str) -> Any:
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the examples: a server's address is beside them, and only one process at a time may write it there."""
    return Path(shutil.copytree(FOLDER, tmp_path / "examples", ignore=shutil.ignore_patterns("*.address")))


def with_server(copied: Path, name: str, *command: str | Path) -> list[str]:
    return [sys.executable, str(copied / "with_server.py"), name, *map(str, command)]


def by_server(copied: Path, example: str, items: list[Any]) -> tuple[Any, Any]:
    """Return the results of an example's do and do_async, beside its server."""
    command = with_server(copied, SERVERS[example], sys.executable, "-c", DONE.format(example=example), json.dumps(items))
    done = subprocess.run(command, cwd=copied, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    blocking, by_asyncio = done.stdout.splitlines()
    return json.loads(blocking), json.loads(by_asyncio)


@pytest.mark.parametrize("name", ALL)
def test_the_pipeline_can_read_an_example(name: str) -> None:
    facts = read_own_file(f"examples/{name}.py")
    assert facts.has_do
    assert facts.has_do_async == (name in ("json_over_http", "postgres_rows", "run_programs"))
    assert facts.has_open == (name in ("json_over_http", "postgres_rows", "sqlite_rows"))
    assert facts.has_open_shared == (name == "postgres_pool")


def test_there_are_ten_kinds_of_examples_and_all_are_swept() -> None:
    campaign = read_campaign(ROOT / "config" / "own_exhaustive.yaml")
    assert sorted(campaign.experiments) == ALL
    assert len({name.partition("_")[0] for name in ALL}) == 10  # two query PostgreSQL


@pytest.mark.parametrize("name", [name for name in ALL if name not in SERVERS])
def test_items_depend_on_size_and_seed_alone(name: str, example: Callable[[str], Any]) -> None:
    own = example(name)
    some = own.items(3, seed=1)
    assert len(some) == 3
    assert repr(own.items(3, seed=1)) == repr(some)
    assert repr(own.items(3, seed=2)) != repr(some)
    with own.open() if hasattr(own, "open") else nullcontext() as resource:
        first, again = (own.do(some[0], *([resource] if resource else [])) for _ in range(2))
    assert first == again


def test_files_have_the_hashes_that_coreutils_finds(example: Callable[[str], Any]) -> None:
    own = example("hash_files")
    paths = own.items(2, seed=1)
    said = subprocess.run(["sha256sum", *paths], capture_output=True, text=True, check=True).stdout
    assert [own.do(path) for path in paths] == [line.split()[0] for line in said.splitlines()]


def test_tags_and_letters_of_html_are_counted(example: Callable[[str], Any]) -> None:
    own = example("parse_html")
    assert own.do("<p class='c'>a &amp; b</p><p>c</p>") == ({"p": 2}, 6)
    tags, _ = own.do(own.items(1, seed=1)[0])
    assert sum(tags.values()) == 2000


def test_addresses_are_counted_by_domain(example: Callable[[str], Any]) -> None:
    own = example("search_text")
    assert own.do("to=<a.b@example.com> to=<c@example.net>\nto=<d@example.com> at@nowhere") == {
        "example.com": 2,
        "example.net": 1,
    }
    assert sum(own.do(own.items(1, seed=1)[0]).values()) == 500


def test_tax_is_added_and_rounded_down(example: Callable[[str], Any]) -> None:
    own = example("tiny_tasks")
    assert [own.do(cents) for cents in (1000, 101)] == [1190, 120]


def test_the_largest_number_of_a_product_is_found(example: Callable[[str], Any]) -> None:
    own, matrix = example("numpy_product"), np.array([[1.0, 2.0], [3.0, 4.0]])
    assert own.do(matrix) == 22


def test_photos_become_thumbnails(example: Callable[[str], Any]) -> None:
    own = example("resize_images")
    (photo,) = own.items(1, seed=1)
    sizes = [(image.format, image.size) for image in (Image.open(BytesIO(file)) for file in (photo, own.do(photo)))]
    assert sizes == [("JPEG", (1280, 960)), ("JPEG", (320, 240))]


def test_programs_compress_texts(example: Callable[[str], Any], tmp_path: Path) -> None:
    own = example("run_programs")
    (text,) = own.items(1, seed=1)
    (tmp_path / "text").write_bytes(text)
    subprocess.run(["gzip", "-9", "-n", str(tmp_path / "text")], check=True)
    expected = (tmp_path / "text.gz").stat().st_size
    assert own.do(text) == asyncio.run(own.do_async(text)) == expected


def by_product(orders: list[tuple[int, int, int, int]], customers: range) -> list[list[int]]:
    """Add up the orders of some customers in Python."""
    sums: dict[int, list[int]] = {}
    for _, customer, product, cents in orders:
        if customer in customers:
            own = sums.setdefault(product, [product, 0, 0])
            own[1] += 1
            own[2] += cents
    return [sums[product] for product in sorted(sums)]


def test_sqlite_adds_up_orders(example: Callable[[str], Any]) -> None:
    own = example("sqlite_rows")
    own.items(1, seed=1)  # this writes the database
    with own.open() as connection:
        assert [list(row) for row in own.do(100, connection)] == by_product(ORDERS[:50_000], range(100, 200))


@needs_postgres
def test_postgresql_adds_up_orders(copied: Path) -> None:
    assert by_server(copied, "postgres_rows", [100]) == ([by_product(ORDERS, range(100, 130))],) * 2


@needs_postgres
def test_the_pool_of_connections_finds_orders(copied: Path) -> None:
    expected = [list(row[1:]) for row in ORDERS[5000:5100]]
    assert by_server(copied, "postgres_pool", [5000]) == ([expected], None)


def test_the_cheapest_shop_is_found_over_http(copied: Path) -> None:
    prices = [[100 + number * 7919 * (shop + 1) % 9973, f"shop {shop}"] for number in (3, 500) for shop in range(100)]
    expected = [min(prices[:100]), min(prices[100:])]
    urls = ["http://server/products/3", "http://server/products/500"]
    assert by_server(copied, "json_over_http", urls) == (expected, expected)


def test_products_of_the_server_are_chosen_by_the_seed(example: Callable[[str], Any], tmp_path: Path) -> None:
    own = example("json_over_http")
    own.ADDRESS = tmp_path / "address"
    own.ADDRESS.write_text("http://127.0.0.1:80", encoding="utf-8")
    one, two = (own.items(5, seed=seed) for seed in (1, 2))
    assert own.items(5, seed=1) == one != two
    assert all(re.fullmatch(r"http://127\.0\.0\.1:80/products/\d{1,3}", url) for url in one)


# --- The program that starts servers


def test_the_commands_exit_status_is_passed_on_and_nothing_is_left(copied: Path) -> None:
    command = with_server(copied, "json", "sh", "-c", "cat json.address; exit 7")
    done = subprocess.run(command, cwd=copied, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 7
    assert done.stdout.startswith("http://127.0.0.1:")
    assert not (copied / "json.address").exists()


def test_a_command_that_does_not_exist_is_named(copied: Path) -> None:
    done = subprocess.run(with_server(copied, "json", "no-such"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "there is no command no-such" in done.stderr


def ready(started: subprocess.Popen[str]) -> None:
    assert started.stdout
    assert started.stdout.readline() == "ready\n"


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("name", ["json", pytest.param("postgres", marks=needs_postgres)])
def test_a_server_ends_with_the_program(name: str, by: signal.Signals, copied: Path, has_ended: Callable[[int], bool]) -> None:
    command = with_server(copied, name, "sh", "-c", "echo ready; exec sleep 60")
    with subprocess.Popen(command, cwd=copied, stdout=subprocess.PIPE, text=True) as started:
        ready(started)
        children = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text(encoding="utf-8").split()
        server, sleeping = map(int, children)
        started.send_signal(by)
        assert has_ended(server)
        if by == signal.SIGKILL:
            os.kill(sleeping, signal.SIGTERM)
    assert has_ended(sleeping)
    left = copied / f"{name}.address"
    assert left.exists() == (by == signal.SIGKILL)
    if left.exists() and name == "postgres":
        shutil.rmtree(left.read_text(encoding="utf-8"))  # the next server of these examples would


def test_a_second_server_of_a_kind_is_refused_until_the_first_has_ended(copied: Path) -> None:
    with subprocess.Popen(
        with_server(copied, "json", "sh", "-c", "echo ready; read end"),
        cwd=copied, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as first:  # fmt: skip
        ready(first)
        refused = subprocess.run(with_server(copied, "json", "true"), capture_output=True, text=True, timeout=60, check=False)
        assert first.stdin
        first.stdin.write("\n")
    assert refused.returncode == 1
    assert refused.stderr == "A json server is running already, for another command. Wait for that command to end.\n"
    assert subprocess.run(with_server(copied, "json", "true"), timeout=60, check=False).returncode == 0


@needs_postgres
def test_the_folder_of_a_killed_program_is_removed_by_the_next(copied: Path) -> None:
    with subprocess.Popen(
        with_server(copied, "postgres", "sh", "-c", "echo ready; exec sleep 60"), cwd=copied, stdout=subprocess.PIPE, text=True
    ) as started:
        ready(started)
        _, sleeping = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text(encoding="utf-8").split()
        folder = Path((copied / "postgres.address").read_text(encoding="utf-8"))
        started.kill()
        os.kill(int(sleeping), signal.SIGTERM)
    until = perf_counter() + 30
    while (folder / ".s.PGSQL.5432").exists() and perf_counter() < until:
        sleep(0.05)
    assert folder.exists()
    assert subprocess.run(with_server(copied, "postgres", "true"), timeout=60, check=False).returncode == 0
    assert not folder.exists()
