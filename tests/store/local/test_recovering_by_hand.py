"""Notebooks can be recovered from an embedded store by hand, as the how-to says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from bookstore.store.local.journal import to_line
from local_folder import REPOSITORY
from stored import KEY, put

from bookstore.records import ObjectVersion
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


HOW_TO = REPOSITORY / "docs" / "source" / "how-to" / "recover-by-hand.md"


async def test_the_documented_commands_recover_notebooks(
    store: LocalStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the how-to, run as it stands there, by a plain shell in the folder."""
    key = "workspace/reports/demo.ipynb"
    now = datetime(2025, 1, 31, 9, 0, tzinfo=timezone.utc)
    monkeypatch.setattr("bookstore.store.local.store.utc_now", lambda: now)
    for body in (b"nine", b"quarter past", b"half past"):
        made = await put(store, key, body)
        now += timedelta(minutes=15)
    await store.delete(key)
    await put(store, key + ".bak", b"sibling")
    removed = await put(store, key, b"removed")
    await store.remove(key, [removed.version_id])
    await put(store, "workspace/gone.ipynb", b"sibling 2")
    gone = await store.head("workspace/gone.ipynb")
    await store.remove("workspace/gone.ipynb", [gone.version_id])
    await store.put('workspace/q"uo\\te.ipynb', b"odd", metadata={"key": key}, content_type="")
    home = tmp_path / "home"
    home.mkdir()

    commands = "".join(re.findall(r"```sh\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.S))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = await asyncio.create_subprocess_exec(
        *("sh", "-euc", commands),
        cwd=folder,
        env={"PATH": path, "HOME": str(home)},
        stdout=subprocess.PIPE,
    )
    said = (await shell.communicate())[0].decode()

    assert shell.returncode == 0
    assert said.count("2025-01-31T09:") == 4
    assert f'{made.version_id}"2025-01-31T09:30:00.000000+00:00"{made.etag}\n' in said
    assert f"\n{key}\n{key}.bak\n" in said
    assert "OK" in said
    assert (home / "newest.ipynb").read_bytes() == b"half past"
    assert (home / "earlier.ipynb").read_bytes() == b"quarter past"
    assert (home / "recovered" / key).read_bytes() == b"half past"
    assert (home / "recovered" / f"{key}.bak").read_bytes() == b"sibling"
    assert not list(home.glob("recovered/workspace/gone*"))
    assert (home / "recovered" / 'workspace/q"uo\\te.ipynb').read_bytes() == b"odd"


async def test_the_documented_line_is_a_line_of_the_journal() -> None:
    """The same fields in the same order."""
    example = re.search(r"```json\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.S)
    assert example is not None
    documented = json.loads(example[1])
    moment = datetime(2025, 1, 31, tzinfo=timezone.utc)
    version = ObjectVersion(key=KEY, version_id="v", size_bytes=0, modified_at=moment)

    assert list(documented) == list(json.loads(to_line(version)))
