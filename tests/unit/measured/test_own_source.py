"""Test how a file of the user's own is found, and which functions are recognized without importing it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from concbench.measured.own_source import Names, OwnFileError, exits, names_of, parsed, place

ITEMS = "def items(size, seed): pass\n"
DO = "def do(item): pass\n"


def names(source: str, function: str | None = None) -> Names:
    return names_of(ast.parse(source), "work.py", function)


def refused(source: str, function: str | None = None) -> str:
    with pytest.raises(OwnFileError) as raised:
        names(source, function)
    return str(raised.value)


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- Where it is


def test_a_file_beside_no_package_is_imported_from_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "a" / "work.py")
    found = place("a/work.py", [tmp_path])
    assert found == (tmp_path / "a" / "work.py", tmp_path / "a", "work", None)


def test_a_file_in_a_package_is_imported_from_above_the_topmost(tmp_path: Path) -> None:
    for name in ("src/top/__init__.py", "src/top/inner/__init__.py", "src/top/inner/work.py"):
        write(tmp_path / name)
    found = place(str(tmp_path / "src/top/inner/work.py"), [Path("/")])
    assert (found.root, found.module) == (tmp_path / "src", "top.inner.work")
    assert place("src/top/__init__.py", [tmp_path]).module == "top"


def test_a_module_is_found_in_the_first_folder_that_has_it(tmp_path: Path) -> None:
    first = write(tmp_path / "one" / "top" / "work.py")
    write(tmp_path / "two" / "top" / "work.py")
    package = write(tmp_path / "two" / "other" / "__init__.py")
    folders = [tmp_path, tmp_path / "one", tmp_path / "two"]
    assert place("top.work", folders) == (first, tmp_path / "one", "top.work", None)
    assert place("other:count", folders) == (package, tmp_path / "two", "other", "count")


def test_a_function_may_follow_a_path_whose_folders_have_colons(tmp_path: Path) -> None:
    write(tmp_path / "a:b" / "work.py")
    assert place("a:b/work.py", [tmp_path]).function is None
    assert place("a:b/work.py:count", [tmp_path]).function == "count"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("none.py", "none.py: no such file. Give its path"),
        ("folder.py", "folder.py: it is not a file"),
        ("notes.txt", "no module notes.txt in "),
        ("a/work", "a/work is neither a file that ends with .py nor a module's name"),
        ("work.py:do it", "work.py:do it ends with 'do it', which is not a function's name"),
        ("no.such", "no module no.such in "),
        ("", " is neither a file"),
    ],
)
def test_what_is_no_file_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(OwnFileError) as raised:
        place(text, [tmp_path])
    assert message in str(raised.value)


# --- Whether it can be read


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\ndef do(item: pass", "work.py, line 2: it is not valid Python ("),
        ("x = " + "-" * 100_000 + "1", "nested too deep"),
        ("(" * 500 + ")" * 500, "too many nested parentheses"),
        ("x = '\0'", "null bytes"),
    ],
)
def test_what_is_no_program_is_refused(source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(OwnFileError) as raised:
        parsed(write(tmp_path / "work.py", source), "work.py")
    assert message in str(raised.value)


# --- What it has


def test_every_function_of_the_protocol_is_found() -> None:
    source = (
        "def do(item, resource): pass\nasync def do_async(item, session): pass\nITEMS = [1, 2, 3]\n"
        "def open(): pass\nasync def open_async(): pass\ndef check(item, result): pass\n"
    )
    assert names(source) == Names("do", "do_async", "open", "open_async", None, "check", None, 3)
    shared = names("def do(item, pool): pass\ndef open_shared(): pass\n" + ITEMS)
    assert (shared.open_shared, shared.items, shared.items_listed) == ("open_shared", "items", None)


@pytest.mark.parametrize(
    "source",
    [
        "import functools\ndo = functools.partial(print)\nitems = list",
        "from operator import neg as do\nfrom builtins import list as items",
        "if True:\n    def do(item): pass\ntry:\n    from x import *\nexcept ImportError:\n    pass",
        "do, items = int, list",
        "class do: pass\nitems: object = list",
    ],
)
def test_names_may_be_bound_in_any_way(source: str) -> None:
    assert (names(source).do, names(source).items) == ("do", "items")


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("def open(): pass", True),
        ("@contextmanager\ndef open(): yield", True),
        ("class open: pass", True),
        ("open = functools.partial(connect, 'db')", True),
        ("open = lambda: connect('db')", True),
        ("from gzip import open", False),
        ("import gzip\nopen = gzip.open", False),
        ("import open", False),
        ("def other():\n    def open(): pass", False),
    ],
)
def test_open_counts_only_if_the_file_defines_it(source: str, counts: bool) -> None:
    do = "def do(item, resource): pass\n" if counts else DO
    assert (names(f"{ITEMS}{do}{source}").open == "open") == counts


@pytest.mark.parametrize(
    ("source", "listed"),
    [("ITEMS = [1, 2]", 2), ("ITEMS = ('a',)", 1), ("ITEMS: list = []", 0), ("ITEMS = [*A, 1]", None), ("ITEMS = A * 2", None)],
)
def test_items_that_are_written_out_are_counted(source: str, listed: int | None) -> None:
    assert names(DO + source).items_listed == listed


def test_a_named_function_stands_for_do_or_its_asynchronous_twin() -> None:
    source = f"{ITEMS}def count(item): pass\nasync def fetch(item): pass\nasync def do_async(item): pass\n"
    counted, fetched = names(source, "count"), names(source, "fetch")
    assert (counted.do, counted.do_async) == ("count", "do_async")
    assert (fetched.do, fetched.do_async) == (None, "fetch")
    assert names(source + DO, "fetch").do == "do"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (ITEMS, "work.py has no function do(). Add do(item)"),
        (DO, "work.py has no items. Add items(size, seed), which returns a list of them, or a list ITEMS."),
        (DO + ITEMS + "ITEMS = [1]", "work.py, line 3: it has both items() and ITEMS. Remove one of them."),
        (
            ITEMS + "def do(item, r): pass\ndef open(): pass\ndef open_shared(): pass",
            "work.py, line 4: it has both open(), for a resource of each worker, and open_shared()",
        ),
        (DO + ITEMS + "def open_async(): pass", "line 3: it has open_async() without do_async(item, resource). Add it."),
        (
            ITEMS + DO + "def open(): pass",
            "work.py, line 2: do(item) will be called as do(item, resource), with what open() gives. Change its parameters.",
        ),
        (
            ITEMS + "def do(item, session): pass",
            "line 2: do(item, session) will be called as do(item). Change its parameters. For a resource, define open() or",
        ),
        (
            ITEMS + DO + "async def do_async(item, session): pass",
            "do_async(item, session) will be called as do_async(item). Change its parameters. For a resource, define open_",
        ),
        (DO + "def items(): pass", "line 2: items() will be called as items(size, seed)."),
        (DO + ITEMS + "def open_shared(url): pass", "do(item) will be called as do(item, resource), with what open_shared()"),
        (ITEMS + "def do(item, r): pass\ndef open(url): pass", "line 3: open(url) will be called as open()."),
        (ITEMS + "def do(item, *, session): pass", "do(item, *, session) will be called as do(item)"),
    ],
)
def test_functions_that_do_not_fit_together_are_refused_with_their_line(source: str, message: str) -> None:
    assert message in refused(source)


def test_a_function_that_is_not_there_is_refused() -> None:
    assert refused(ITEMS, "count") == "work.py has no function count(). Choose one that it has."


@pytest.mark.parametrize(
    "source",
    [
        "def do(item, timeout=3): pass",
        "def do(*items): pass",
        "@cache\ndef do(item, session): pass",
        "do = print",
        "from x import *\nITEMS = [1]",
    ],
)
def test_functions_that_can_be_called_pass(source: str) -> None:
    names(source if "ITEMS" in source else ITEMS + source)


# --- What it does

POOLED = "with ProcessPoolExecutor() as pool:\n    print(list(pool.map(do, [1])))\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (POOLED, "work.py, line 3: ProcessPoolExecutor() is called whenever the file is imported, also by worker processes."),
        ("print(multiprocessing.Pool(2).map(do, [1]))\n", "line 3: Pool() is called whenever"),
        ("try:\n    main()\nfinally:\n    pass\n", "line 4: main() is called whenever"),
        ("with open('x') as file:\n    main()\n", "line 4: main() is called"),
    ],
)
def test_programs_without_a_guard_are_refused(source: str, message: str) -> None:
    said = refused(ITEMS + DO + source)
    assert message in said
    assert said.endswith('Put this below `if __name__ == "__main__":`.')


@pytest.mark.parametrize(
    "source",
    [
        'if __name__ == "__main__":\n    main()\n    Pool()\n',
        "pool = ProcessPoolExecutor(1)\n",
        "def main():\n    with Pool() as pool: pool.map(do, [1])\n",
        "logging.basicConfig()\nwith ThreadPoolExecutor() as pool: pass\n",
    ],
)
def test_other_programs_pass(source: str) -> None:
    names(ITEMS + DO + source)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os\ndef do(item):\n    os._exit(3)", (3, "_exit")),
        ("from os import abort\nabort()", (2, "abort")),
        ("exit()", None),
    ],
)
def test_calls_that_end_a_process_are_found(source: str, found: tuple[int, str] | None) -> None:
    assert exits(ast.parse(source)) == found


def test_names_that_an_import_does_not_bind_do_not_count() -> None:
    program = "    items = ITEMS\n    for check in items: do(check)\n"
    for test in ('__name__ == "__main__"', '"__main__" == __name__'):
        found = names(f"ITEMS = [1]\n{DO}if {test}:\n{program}else:\n    def check(item, result): pass\n")
        assert (found.items, found.items_listed, found.check) == (None, 1, "check")
        assert names(f"ITEMS = [1]\n{DO}if {test}:\n{program}").check is None
    assert names(f"ITEMS = [1]\n{DO}flat = [one for items in ([],) for one in items]\n").items is None
    assert names(f"if True:\n    ITEMS = [1]\n{DO}").items_listed == 1


def test_a_parameter_by_name_alone_is_shown() -> None:
    assert "items(size, seed, *, unit) will be called as items(size, seed)." in refused(
        f"def items(size, seed, *, unit): pass\n{DO}"
    )
