"""A file that is replaced is what it was but for its content; and whole at every moment."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookstore.files.durable import sweep, write_whole
from bookstore.files.replacing import FileReplacement, NotReplaceableError, remove_abandoned


def replace(file: Path, content: bytes) -> os.stat_result:
    with FileReplacement(file) as replacement:
        replacement.write(content)
        replacement.flush()
        return replacement.take_place()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_file_gets_the_permissions_that_any_new_file_gets(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    replace(tmp_path / "a.ipynb", b"new")
    assert (tmp_path / "a.ipynb").read_bytes() == b"new"
    assert (tmp_path / "a.ipynb").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_permissions_and_attributes_stay_and_the_time_is_now(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_bytes(b"old")
    file.chmod(0o640)
    os.utime(file, (1, 1))
    os.setxattr(file, "user.reviewed", b"yes")
    replace(file, b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.getxattr(file, "user.reviewed") == b"yes"
    assert file.stat().st_mtime > 1
    assert names(tmp_path) == ["a.ipynb"]


def test_the_status_given_is_that_of_the_file(tmp_path: Path) -> None:
    status = replace(tmp_path / "a.ipynb", b"new")
    now = (tmp_path / "a.ipynb").stat()
    assert (status.st_ino, status.st_size) == (now.st_ino, now.st_size)
    assert (status.st_mtime_ns, status.st_ctime_ns) == (now.st_mtime_ns, now.st_ctime_ns)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "real.ipynb").write_bytes(b"old")
    (tmp_path / "a.ipynb").symlink_to("elsewhere/real.ipynb")
    replace(tmp_path / "a.ipynb", b"new")
    assert (tmp_path / "a.ipynb").is_symlink()
    assert (tmp_path / "elsewhere" / "real.ipynb").read_bytes() == b"new"
    assert names(tmp_path / "elsewhere") == ["real.ipynb"]


def _second_name(file: Path) -> None:
    file.write_bytes(b"old")
    os.link(file, file.with_name("second.ipynb"))


def _others(file: Path) -> None:
    file.write_bytes(b"old")
    os.chown(file, 12345, -1)


def _link_to_link(file: Path) -> None:
    file.with_name("real.ipynb").write_bytes(b"old")
    file.with_name("link.ipynb").symlink_to("real.ipynb")
    file.symlink_to("link.ipynb")


def _folder(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize("make", [_second_name, _others, _link_to_link, _folder])
def test_what_would_not_be_the_same_file_is_not_replaced(tmp_path: Path, make: object) -> None:
    assert callable(make)
    if make is _others and os.geteuid() != 0:
        make = _second_name  # only the superuser can give a file away
        assert callable(make)
    make(tmp_path / "a.ipynb")
    before = names(tmp_path)
    with pytest.raises(NotReplaceableError), FileReplacement(tmp_path / "a.ipynb") as replacement:
        replacement.write(b"new")
    assert names(tmp_path) == before


def test_a_folder_that_is_not_there_is_for_others_to_tell(tmp_path: Path) -> None:
    with pytest.raises(NotReplaceableError), FileReplacement(tmp_path / "no" / "a") as replacement:
        replacement.write(b"new")


def test_what_was_written_and_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_bytes(b"old")
    with FileReplacement(file) as replacement:
        replacement.write(b"new")
        replacement.flush()
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["a.ipynb"]


def test_only_what_was_left_behind_long_ago_is_removed(tmp_path: Path) -> None:
    with FileReplacement(tmp_path / "a.ipynb") as replacement:
        replacement.write(b"under way")
        [under_way] = names(tmp_path)
        for name in (".~a.ipynb.0a1b2c3d.new", ".~a.ipynb", ".~mine.zzzzzzzz.new", "b.ipynb"):
            (tmp_path / name).write_bytes(b"")
            os.utime(tmp_path / name, (time.time() - 7200,) * 2)
        remove_abandoned(tmp_path)
        assert names(tmp_path) == sorted([under_way, ".~a.ipynb", ".~mine.zzzzzzzz.new", "b.ipynb"])


def test_what_fails_half_way_leaves_the_whole_file_from_before_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    write_whole(tmp_path / "a", tmp_path, [b"who", b"le"])
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", tmp_path, pieces())
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert names(tmp_path) == ["a"]


def test_a_sweep_goes_on_behind_what_it_cannot_remove(tmp_path: Path) -> None:
    for name in ("a-file", "z-file"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for file in tmp_path.iterdir():
        os.utime(file, (1, 1))
    sweep(tmp_path)
    assert names(tmp_path) == ["folder"]
