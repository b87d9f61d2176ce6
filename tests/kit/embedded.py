"""What is in an embedded store, read as by hand: with SQLite, and nothing of bookstore."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

_VERSIONS = """
SELECT key, version_id, metadata FROM keys JOIN versions ON key_id = id ORDER BY sequence
"""


@contextmanager
def out_of_use(folder: Path) -> Iterator[None]:
    """Have a file where *folder* was, so that nothing in it can be used, nor moved aside."""
    elsewhere = folder.with_name(f"{folder.name}-elsewhere")
    folder.rename(elsewhere)
    while not folder.is_file():  # whoever uses the folder may have made it anew
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.touch(exist_ok=False)
    try:
        yield
    finally:
        folder.unlink()
        while elsewhere.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # made anew again
                elsewhere.rename(folder)


def only_store(store: Path) -> Path:
    """The file of the one bucket in the folder of an embedded store."""
    [file] = store.glob("*/store.sqlite3")
    return file


def versions_in(file: Path) -> list[tuple[str, str, str]]:
    """The key, the ID and the metadata of every version there is."""
    with closing(sqlite3.connect(file)) as db:
        return [(key.decode(), *rest) for key, *rest in db.execute(_VERSIONS)]


def keys_in(file: Path) -> set[str]:
    """The keys that have versions."""
    return {key for key, *_ in versions_in(file)}
