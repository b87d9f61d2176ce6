"""What release 3.0.0 left, as ``write_earlier_folder.py`` wrote it, and what that release adds."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
import tarfile
from pathlib import Path
from typing import Any

from bookstore.errors import StoreError
from bookstore.records import ObjectVersion, utc_now
from bookstore.store.local.store import LocalStore

PACKED = Path(__file__).with_name("earlier_folder.tar.gz")
Told = dict[str, list[dict[str, Any]]]


def unpack(home: Path) -> Path:
    """Put a folder that release 3.0.0 left into *home*, and return where its store is."""
    with tarfile.open(PACKED) as tar:
        for entry in tar.getmembers():
            file = home / entry.name
            file.parent.mkdir(parents=True, exist_ok=True)
            stream = tar.extractfile(entry)
            assert stream is not None
            file.write_bytes(stream.read())
    return home / "store"


def expected() -> Told:
    """What release 3.0.0 said of its versions: by key, newest first."""
    with tarfile.open(PACKED) as tar:
        stream = tar.extractfile("expected.json")
        assert stream is not None
        told: Told = json.load(stream)
        return told


async def told(store: LocalStore) -> Told:
    """What the store says, in the same form."""
    keys = [version.key async for version in store.list()]
    keys += [deleted.key async for deleted in store.deleted()]
    found: Told = {}
    for key in sorted(keys):
        found[key] = [_facts(each) async for each in store.versions(key)]
    return found


async def assert_all_is_there(store: LocalStore) -> None:
    """Every version of release 3.0.0, in its order, with its facts and its bytes."""
    assert await told(store) == expected()
    for key, version_id, sha256 in with_bodies():
        body = (await store.get(key, version_id=version_id)).body
        assert hashlib.sha256(body).hexdigest() == sha256


def with_bodies() -> list[tuple[str, str, str]]:
    """Key, version ID and SHA-256 of every version that has a body."""
    return [
        (key, each["version_id"], each["etag"])
        for key, versions in expected().items()
        for each in versions
        if not each["is_delete_marker"]
    ]


async def damaged(store: LocalStore) -> set[str]:
    """The SHA-256 of the bodies that the store says are damaged."""
    found = set()
    for key, version_id, sha256 in with_bodies():
        try:
            await store.get(key, version_id=version_id)
        except StoreError:
            found.add(sha256)
    return found


def body_file(folder: Path, sha256: str) -> Path:
    return folder / "objects" / sha256[:2] / f"{sha256}.gz"


def save_as_earlier(
    folder: Path, key: str, body: bytes, *, metadata: dict[str, str] | None = None
) -> str:
    """Add a version as release 3.0.0 does, and return its ID."""
    sha256, now = hashlib.sha256(body).hexdigest(), utc_now()
    file = body_file(folder, sha256)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(body))
    version_id = f"{now:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}"
    add_line(
        folder,
        version_id=version_id,
        modified_at=now.isoformat(timespec="microseconds"),
        sha256=sha256,
        size_bytes=len(body),
        delete_marker=False,
        key=key,
        content_type="",
        metadata=metadata or {},
    )
    return version_id


def add_line(folder: Path, **fields: object) -> None:
    """Add a line to the journal; half a line before it must not swallow it."""
    with (folder / "journal.jsonl").open("ab") as journal:
        line = b"\n" if journal.tell() else b""
        journal.write(line + json.dumps(fields).encode() + b"\n")


def _facts(version: ObjectVersion) -> dict[str, Any]:
    names = ("version_id", "size_bytes", "etag", "is_delete_marker", "content_type", "is_latest")
    facts: dict[str, Any] = {name: getattr(version, name) for name in names}
    facts["modified_at"] = version.modified_at.isoformat()
    return {**facts, "metadata": dict(version.metadata or {})}
