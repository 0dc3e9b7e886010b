"""Files that are complete or don't exist; what is no file stays what it is."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from concbench.common.atomic import CannotWrite, whole_file, write_whole
from concbench.drawing.files import save
from concbench.drawing.style import Drawing

CONTENTS = pytest.mark.parametrize("content", ["a,b\r\n1,ü\r\n", b"\x00\x01"], ids=["text", "bytes"])


def read(path: Path) -> bytes:
    return path.read_bytes()


def as_bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


@CONTENTS
def test_a_file_is_replaced_and_its_folders_are_made(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "new" / "folder" / "table.csv"
    for _ in range(2):
        write_whole(path, content)
        assert read(path) == as_bytes(content)
        assert list(path.parent.iterdir()) == [path]


@CONTENTS
@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_stays_one(tmp_path: Path, content: str | bytes, there: bool) -> None:
    target, link, further = tmp_path / "disk" / "table.csv", tmp_path / "table.csv", tmp_path / "further.csv"
    target.parent.mkdir()
    if there:
        target.write_text("old")
    link.symlink_to("disk/table.csv")
    further.symlink_to(link)
    write_whole(further, content)
    assert (link.is_symlink(), further.is_symlink()) == (True, True)
    assert read(target) == as_bytes(content)
    assert list(target.parent.iterdir()) == [target]


@CONTENTS
def test_a_pipe_gets_the_bytes_and_stays_one(tmp_path: Path, content: str | bytes) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        came: list[bytes] = []
        reader = threading.Thread(target=lambda into=came: into.append(read(pipe)))
        reader.start()
        write_whole(path, content)
        reader.join()
        assert came == [as_bytes(content)]
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert sorted(tmp_path.iterdir()) == [link, pipe]


def test_a_device_stays_one(tmp_path: Path) -> None:
    null = tmp_path / "null"
    null.symlink_to(os.devnull)
    write_whole(null, "all of it")
    assert null.is_symlink()
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_link_in_the_place_of_the_unfinished_file_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "table.csv.unfinished").symlink_to(precious)
    write_whole(tmp_path / "table.csv", "new")
    assert precious.read_text() == "mine"
    assert not (tmp_path / "table.csv.unfinished").is_symlink()


@pytest.mark.parametrize("kind", ["folder", "full", "loop", "below a file"])
def test_what_cannot_be_written_is_named_and_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "table.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "full":
        path.symlink_to("/dev/full")
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path.write_text("old")
        path = path / "inner.csv"
    with pytest.raises(CannotWrite, match=f"{path}: cannot write this file"):
        write_whole(path, "new")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole_file(path) as file:
        file.write("half of")
        raise ZeroDivisionError
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"table.csv": "old"}


def test_a_file_that_could_not_be_read_is_not_called_unwritable(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "table.csv") as file:
        file.write((tmp_path / "missing.csv").read_text())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_figure_is_written_so_too(tmp_path: Path, ending: str) -> None:
    target, link = tmp_path / f"target.{ending}", tmp_path / f"link.{ending}"
    link.symlink_to(target)
    figure = plt.figure()
    figure.suptitle("a figure")
    save(Drawing(figure, "what it shows"), link)
    with pytest.raises(CannotWrite, match="cannot write this file"):
        save(Drawing(figure, "what it shows"), tmp_path / f"target.{ending}" / f"below.{ending}")
    plt.close(figure)
    assert link.is_symlink()
    assert target.stat().st_size > 1000
