"""What a user may not read is in no version, so it is not deleted either."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ORDINARY_USER = """
    import asyncio, sys
    from pathlib import Path
    from bookstore import BookstoreContentsArchiver
    from tornado.web import HTTPError

    async def main(root, operation):
        manager = BookstoreContentsArchiver(
            root_dir=root, delete_to_trash=False, always_delete_dir=True
        )
        try:
            await (manager.delete("d") if operation == "delete" else manager.rename("d", "e"))
            print("done")
        except HTTPError as error:
            print(error.status_code, error.log_message)
        bookstore = manager.bookstore
        await bookstore.uploader.drain(deadline_s=10)
        async for version in bookstore.store.list():
            print(version.key)
        await bookstore.close(deadline_s=0)

    asyncio.run(main(*sys.argv[1:]))
"""
"""Deletes or renames the folder ``d``, and says what is in the store then."""
NOT_AS_ROOT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root reads what it may not; without these capabilities it does not."""


def come_of(operation: str, home: Path) -> list[str]:
    """Return what comes of *operation* for a user who cannot read everything."""
    script = textwrap.dedent(ORDINARY_USER)
    without = NOT_AS_ROOT if os.geteuid() == 0 else ()
    return subprocess.run(
        [*without, sys.executable, "-c", script, home / "root", operation],
        env={**os.environ, "HOME": str(home), "JUPYTER_DATA_DIR": str(home / "data")},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.splitlines()


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[Path]:
    """A folder in a folder, both with a notebook."""
    folder = tmp_path / "root" / "d" / "secret"
    folder.mkdir(parents=True)
    for place in (folder, folder.parent):
        (place / "a.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))
    yield folder
    for left in tmp_path.glob("root/*/secret"):
        left.chmod(0o700)


@pytest.mark.parametrize(
    ("hidden", "mode", "named"),
    [
        (".", 0o000, "d/secret"),
        (".", 0o600, "d/secret/a.ipynb"),  # it can be listed, and no more
        ("a.ipynb", 0o000, "d/secret/a.ipynb"),
    ],
    ids=["folder", "what is in the folder", "notebook"],
)
def test_what_cannot_be_read_keeps_its_folder_from_being_deleted(
    tmp_path: Path, secret: Path, hidden: str, mode: int, named: str
) -> None:
    (secret / hidden).chmod(mode)
    told, *_ = come_of("delete", tmp_path)
    (secret / hidden).chmod(0o700)
    assert told == f"507 Not deleted: {named} could not be archived first."
    assert (secret / "a.ipynb").exists()
    assert (secret.parent / "a.ipynb").exists()


def test_a_folder_is_renamed_whatever_in_it_cannot_be_read(tmp_path: Path, secret: Path) -> None:
    """Nothing is lost by it, and the history of what can be read follows."""
    secret.chmod(0o000)
    told, *keys = come_of("rename", tmp_path)
    assert told == "done"
    assert "workspace/e/a.ipynb" in keys
