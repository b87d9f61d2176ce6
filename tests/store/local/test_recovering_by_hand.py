"""Notebooks can be recovered from an embedded store by hand, as the how-to says."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import random
import re
import sys
from pathlib import Path

import pytest
import pytest_asyncio
from earlier_folder import unpack, with_bodies
from local_folder import REPOSITORY, Open, moved_aside
from stored import put

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.records import ObjectVersion
from bookstore.store.local.store import DATABASE, LocalStore

pytestmark = pytest.mark.asyncio

HOW_TO = REPOSITORY / "docs" / "source" / "how-to" / "recover-by-hand.md"
KEY = "workspace/reports/démo.ipynb"


def notebook(number: int) -> bytes:
    """With images, as base64 in one line and in many, and with text that changes."""
    seeded = random.Random(7)
    image = seeded.randbytes(20_000)
    lines = base64.encodebytes(seeded.randbytes(20_000)).decode().rstrip("\n")
    data = {"image/png": base64.b64encode(image).decode(), "image/jpeg": lines}
    cells = [
        {"source": f"x = {n * (number if n == 3 else 1)}", "outputs": [{"data": data}]}
        for n in range(6)
    ]
    return json.dumps({"cells": cells, "nbformat": 4}, indent=1).encode()


@pytest_asyncio.fixture
async def versions(store: LocalStore) -> dict[str, tuple[str, bytes]]:
    """SHA-256 and body of each version, by its ID, in every way in which bodies are kept."""
    bodies = [*map(notebook, range(40)), b"", b"no notebook \xff\x00"]
    made: dict[str, tuple[str, bytes]] = {}

    async def save(key: str, body: bytes) -> None:
        version: ObjectVersion = await put(store, key, body)
        made[version.version_id] = (version.etag, body)

    for body in bodies:
        await save(KEY, body)
    await asyncio.to_thread(store._packing.pack)
    store._packing._closing.set()  # what follows stays whole
    await save(KEY, notebook(41))
    await save("workspace/large.ipynb", random.Random(1).randbytes(INLINE_BYTES + 1))
    await store.delete(KEY)
    return made


async def run(script: str, folder: Path, home: Path, *words: str, **variables: str) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = await asyncio.create_subprocess_exec(
        *("sh", "-euc", script, *words),
        cwd=folder,
        env={"PATH": path, "HOME": str(home), "PYTHONUTF8": "1", **variables},
        stdout=asyncio.subprocess.PIPE,
    )
    said = (await shell.communicate())[0].decode()
    assert shell.returncode == 0
    return said


def documented(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Somebody's home folder, with the script of the how-to as it stands there."""
    (tmp_path / "home").mkdir()
    [script] = documented("python")
    (tmp_path / "home" / "recover.py").write_text(script, encoding="utf-8")
    return tmp_path / "home"


async def test_the_documented_script_writes_out_any_version(
    versions: dict[str, tuple[str, bytes]], folder: Path, home: Path
) -> None:
    """Those at the end of a long chain of differences, too."""
    recover, look, check, _, copy = documented("sh")
    said = await run(look, folder, home)
    for version_id, (sha256, body) in versions.items():
        assert f" {version_id} {sha256} {len(body)} 0\n" in said
    assert said.count(f"{KEY} ") == 44
    await run(copy, folder, home)
    some = list(versions.items())
    for number in (0, 1, 20, 31, 32, 33, 39, 40, 41, 42, 43):
        version_id, (sha256, body) = some[number]
        place = folder if number % 2 else home / "copy"
        said = await run(recover + check, place, home, version=version_id, sha256=sha256)
        assert "OK" in said
        assert (home / "recovered.ipynb").read_bytes() == body
        assert hashlib.sha256(body).hexdigest() == sha256


async def test_what_an_earlier_release_left_can_be_written_out_as_well(
    folder: Path, home: Path, store: LocalStore
) -> None:
    unpack(folder.parent / "earlier").rename(folder)
    store._packing._closing.set()
    await store.check()
    recover, _, check, *_ = documented("sh")
    for _, version_id, sha256 in with_bodies()[:3]:
        assert "OK" in await run(recover + check, folder, home, version=version_id, sha256=sha256)


async def test_what_is_in_a_file_without_its_first_page_can_be_written_out(
    versions: dict[str, tuple[str, bytes]],
    folder: Path,
    home: Path,
    store: LocalStore,
    reopen: Open,
) -> None:
    """Once bookstore has moved it aside, and begun a new one."""
    await store.close()
    with (folder / DATABASE).open("r+b") as file:
        file.write(bytes(4096))
    other = reopen()
    await other.check()
    assert (await other.check()).reachable
    [aside] = moved_aside(folder)
    recover, _, check, mend, _ = documented("sh")
    [example] = re.findall(r"store\.sqlite3\.damaged-[0-9]+", mend)

    await run(mend.replace(example, aside.name), folder, home)

    for version_id, (sha256, _) in [*versions.items()][::7]:
        variables = {"version": version_id, "sha256": sha256}
        assert "OK" in await run(recover + check, home / "mended", home, **variables)
