"""What is in the folder of an embedded store, and other processes that use it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from bookstore.store.local.store import LocalStore

REPOSITORY = Path(__file__).parents[3]
Open: TypeAlias = Callable[[], LocalStore]
"""Opens the store under test as a new process would."""


PUT_MANY = """
    import asyncio, sys
    from pathlib import Path
    from bookstore.store.local.store import LocalStore

    async def main(folder, name, count):
        store = LocalStore(Path(folder))
        for n in range(count):
            made = await store.put(
                "workspace/demo.ipynb", f"{name}{n}".encode(), metadata={}, content_type=""
            )
            print(made.version_id, flush=True)
        await store.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""
"""Puts so many versions, one after the other, and says the ID of each."""


def body_files(folder: Path) -> list[Path]:
    return sorted((folder / "objects").glob("*/*"))


def index_file(folder: Path) -> Path:
    [file] = folder.glob("index-*.sqlite3")
    return file


def run_python(script: str, *args: object) -> subprocess.Popen[str]:
    """Start *script* in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, args)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
