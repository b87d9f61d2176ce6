"""Write what release 3.0.0 leaves, with its own code: a store's folder, and an outbox beside it.

``earlier_folder.tar.gz`` was made by this, and is made again, byte for byte, by::

    git archive 4a72f1c bookstore | tar -x -C OLD
    PYTHONPATH=OLD python tests/store/local/write_earlier_folder.py tests/store/local

``expected.json`` in it is what that release says of its versions; only then lines are spoilt as
crashes and hands spoil them.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import itertools
import json
import random
import sys
import tarfile
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bookstore.outbox import Outbox
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance, Save
from bookstore.store.local import store as store_module
from bookstore.store.local.store import LocalStore

START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone.utc)
_random = random.Random(300)
_minutes = itertools.count()


def notebook(number: int, *, size_bytes: int = 0) -> bytes:
    cells = [{"cell_type": "code", "id": f"c{n}", "source": [f"x = {n}"]} for n in range(5)]
    cells[number % 5]["source"] = [f"changed = {number}"]
    if size_bytes:
        cells.append({"cell_type": "raw", "id": "large", "source": "0123456789abcdef" * 1024})
        cells *= size_bytes // 16384
    return json.dumps({"cells": cells, "nbformat": 4, "number": number}, indent=1).encode()


async def fill(store: LocalStore) -> None:
    async def put(path: str, body: bytes, **metadata: str) -> str:
        key = f"workspace/{path}.ipynb"
        made = await store.put(key, body, metadata=metadata, content_type=NOTEBOOK_CONTENT_TYPE)
        return made.version_id

    for number in range(12):
        await put("a", notebook(number), author="ada", kind="save", label=f"n{number}")
        if number % 3 == 0:
            await put(f"é {number}/b", notebook(number))
    await put("odd", b"no notebook \xff\x00", a="\udce9\ud800")
    await put("empty", b"")
    await put("large", notebook(1, size_bytes=2 * 10**6))
    await store.delete("workspace/é 3/b.ipynb")
    await put("gone", notebook(99))
    await store.delete("workspace/gone.ipynb")
    await put("gone", notebook(100))
    ids = [version.version_id async for version in store.versions("workspace/a.ipynb")]
    await store.remove("workspace/a.ipynb", [ids[2], ids[5]])
    only = await put("removed", b"removed for good")
    await store.remove("workspace/removed.ipynb", [only])


async def told(store: LocalStore) -> dict[str, list[dict[str, object]]]:
    keys = [version.key async for version in store.list()]
    keys += [deleted.key async for deleted in store.deleted()]
    found = {}
    for key in sorted(keys):
        found[key] = [facts(each) async for each in store.versions(key)]
    return found


def facts(version: object) -> dict[str, object]:
    names = ("version_id", "size_bytes", "etag", "is_delete_marker", "content_type", "is_latest")
    told = {name: getattr(version, name) for name in names}
    told["modified_at"] = version.modified_at.isoformat()
    return {**told, "metadata": dict(version.metadata or {})}


def save(path: str, body: bytes, operation: str = "put") -> Save:
    provenance = Provenance(
        save_id=f"{_random.getrandbits(128):032x}",
        sha256=hashlib.sha256(body).hexdigest(),
        saved_at=now(),
        author="ada",
        kind="delete" if operation == "delete" else "save",
    )
    return Save(
        path=path, key=f"workspace/{path}", operation=operation, provenance=provenance, body=body
    )


async def let_wait(outbox: Outbox) -> None:
    for each in (
        save("a.ipynb", notebook(200)),
        save("large.ipynb", notebook(201, size_bytes=1_300_000)),
        save("gone.ipynb", b"", "delete"),
        save("a.ipynb", notebook(202)),
        save("new.ipynb", notebook(203)),
    ):
        await outbox.add([each])
    await outbox.close()


def spoil(journal: Path) -> None:
    """A line twice, half a line that a power cut left, what an editor left, half a last one."""
    lines = journal.read_bytes().splitlines(keepends=True)
    lines.insert(6, lines[1])
    lines.insert(9, lines[4][:50] + b"\n")
    lines.insert(12, b"\n")
    lines.insert(15, b'["neither", "nor"]\n')
    journal.write_bytes(b"".join(lines) + lines[0][:70])


def now() -> datetime:
    return START + timedelta(minutes=next(_minutes))


def pack(folder: Path, target: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            if file.name.startswith("index") or file.suffix == ".lock" or file.name == "reserve":
                continue
            entry = tarfile.TarInfo(file.relative_to(folder).as_posix())
            entry.size, entry.mode = file.stat().st_size, 0o600
            tar.addfile(entry, io.BytesIO(file.read_bytes()))
    target.write_bytes(gzip.compress(packed.getvalue(), mtime=0))


async def main(target: Path) -> None:
    store_module.utc_now = now
    store_module.secrets.token_hex = lambda count: f"{_random.getrandbits(8 * count):0{2 * count}x}"
    time.time = lambda: now().timestamp()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        store = LocalStore(folder / "store")
        await fill(store)
        expected = await told(store)
        await store.close()
        (folder / "expected.json").write_text(json.dumps(expected, indent=1))
        await let_wait(Outbox(folder / "outbox", max_bytes=10**8))
        spoil(folder / "store" / "journal.jsonl")
        pack(folder, target / "earlier_folder.tar.gz")


asyncio.run(main(Path(sys.argv[1])))
