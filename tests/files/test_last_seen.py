"""A file is as it was seen, or it is not."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bookstore.files import last_seen as last_seen_module
from bookstore.files.last_seen import Seen, SeenFiles, changed_at, read_signed, signature_of

NOW = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)


def test_reading_a_file_leaves_it_as_seen_and_writing_does_not(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_bytes(b"one")
    body, signature = read_signed(file)
    assert (body, signature) == (b"one", signature_of(file))
    seen = SeenFiles()
    seen.remember("a.ipynb", signature, NOW)
    assert seen.is_as("a.ipynb", signature)
    file.with_suffix(".new").write_bytes(b"two")
    file.with_suffix(".new").rename(file)
    os.utime(file, ns=(signature.mtime_ns, signature.mtime_ns))  # as cp --preserve does
    assert not seen.is_as("a.ipynb", signature_of(file))  # type: ignore[arg-type]


def test_what_is_no_ordinary_file_has_no_signature(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    for name in ("", "pipe", "broken", "missing", "missing/below", "null\0byte"):
        assert signature_of(tmp_path / name) is None


def test_a_symbolic_link_is_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert signature_of(tmp_path / "link") == signature_of(tmp_path / "a")


def test_forgetting_a_folder_forgets_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    signature, seen = read_signed(tmp_path / "a")[1], SeenFiles()
    for path in ("d/a", "d/e/a", "da"):
        seen.remember(path, signature, NOW)
    seen.forget("d")
    assert [path for path in ("d/a", "d/e/a", "da") if seen.of(path)] == ["da"]


def test_only_so_many_are_remembered_the_last_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_seen_module, "MOST", 2)
    (tmp_path / "a").write_bytes(b"one")
    signature, seen = read_signed(tmp_path / "a")[1], SeenFiles()
    for path in ("1", "2", "1", "3"):
        seen.remember(path, signature, NOW)
    assert [path for path in "123" if seen.of(path)] == ["1", "3"]


@pytest.mark.parametrize(
    ("modified", "read_before", "expected"),
    [
        (-3600, None, -3600),
        (-3600, -7200, -3600),
        (-7200, -3600, 0),  # an older file took its place
        (+60, None, 0),
    ],
)
def test_when_a_file_was_changed(
    tmp_path: Path, modified: int, read_before: int | None, expected: int
) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one")
    moment = (NOW + timedelta(seconds=modified)).timestamp()
    os.utime(file, (moment, moment))
    signature = read_signed(file)[1]
    before = None if read_before is None else Seen(signature, NOW + timedelta(seconds=read_before))
    assert changed_at(signature, before, NOW) == NOW + timedelta(seconds=expected)
