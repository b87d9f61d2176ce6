"""What is noted of root folders is lost to nobody who notes something else."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from bookstore.files.noted_roots import join_roots, joined_roots, remember_root, remembered_roots

HERE = Path("/here")
NOTE = """
import sys
from pathlib import Path
from bookstore.files.noted_roots import join_roots
print(flush=True)
sys.stdin.read()
for number in range(40):
    join_roots("local", Path("/here"), Path(f"/{sys.argv[1]}{number}"), joined=True)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is noted."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "bookstore"


def test_of_many_at_once_each_is_noted(folder: Path) -> None:
    """And nothing unfinished stays."""
    others = [Path(f"/{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda other: join_roots("local", HERE, other, joined=True), others))
        list(threads.map(remember_root, map(str, others)))
    assert joined_roots("local", HERE) == {*others}
    assert {*remembered_roots()} == {*others}
    names = {file.name for file in folder.iterdir()}
    assert names == {"roots.json", "joined-roots.json", "roots.lock"}


def test_of_many_processes_at_once_too() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen([sys.executable, "-c", NOTE, name], **pipes))
            for name in "ab"
        ]
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()
        for process in running:
            assert process.stdin is not None
            process.stdin.close()  # which is what they wait for
    assert [process.returncode for process in running] == [0, 0]
    assert len(joined_roots("local", HERE)) == 80


def test_what_is_no_list_is_kept_beside_the_new_one(folder: Path) -> None:
    remember_root("/a")
    for text in ("{broken", '{"no": "list"}', "[" * 100_000):
        (folder / "roots.json").write_text(text)
        assert remembered_roots() == []
        remember_root("/b")
        assert remembered_roots() == [Path("/b")]
        assert (folder / "roots.json.unreadable").read_text() == text


def test_a_file_that_cannot_be_read_stays_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A join says so; to remember a root matters less."""
    join_roots("local", HERE, Path("/a"), joined=True)
    remember_root("/a")
    read = Path.read_text

    def broken(path: Path, encoding: str | None = None) -> str:
        if path.suffix == ".json":
            raise OSError(5, "Input/output error", str(path))
        return read(path, encoding)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", broken)
        remember_root("/b")
        with pytest.raises(OSError, match="Input/output"):
            join_roots("local", HERE, Path("/b"), joined=True)
    assert joined_roots("local", HERE) == {Path("/a")}
    assert json.loads((folder / "roots.json").read_text()) == ["/a"]
