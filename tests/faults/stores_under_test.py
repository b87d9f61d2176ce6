"""The stores that scenarios run against, each behind a proxy that can be told to fail.

Knows: moto's server, the real stores, the embedded store.  Must not know: scenarios.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fault_proxy import FaultProxy, keep_no_versions
from real_stores import REAL_STORES, RealStore, real_store
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY

from bookstore.store.local.store import DATABASE, LocalStore

MOTO = "moto"
KINDS = (MOTO, "ceph", "swift", "local")


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version, as a tool beside bookstore reads it."""

    body: bytes = field(repr=False)
    save_id: str
    sha256: str
    kind: str
    stored_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoreUnderTest:
    """A store, a bucket of its own in it, and what is between it and the server."""

    environment: dict[str, str]
    """What tells a server to use it."""
    versions: Callable[[str], list[Version]]
    """The versions of the notebook at a path, oldest first."""
    newest: Callable[[str], bytes | None]
    """The body of the newest one."""
    s3: S3Bucket | None = None
    """None for the embedded store, which has no network in front of it."""

    def waiting_in(self, folder: Path) -> str:
        """Return the argument that lets what waits be in *folder*: in an outbox before a network,
        in the embedded store's own file."""
        setting = "local_store_dir" if self.s3 is None else "outbox_dir"
        return f"--BookstoreSettings.{setting}={folder}"

    @property
    def proxy(self) -> FaultProxy:
        """What is in front of the store."""
        return self.bucket.proxy

    @property
    def url(self) -> str:
        """Where the server reaches the store."""
        return self.proxy.url

    @property
    def bucket(self) -> S3Bucket:
        """The bucket, which only a store with a network in front of it has."""
        assert self.s3 is not None, "this scenario needs a store that speaks S3"
        return self.s3


@dataclass(frozen=True, kw_only=True)
class S3Bucket:
    """A bucket, as its administrator sees it: not through the proxy."""

    name: str
    store: RealStore
    proxy: FaultProxy

    def set_versioning(self, status: str) -> None:
        """``Enabled`` or ``Suspended``."""
        if self.store.name == MOTO:
            # moto then forgets the versions of whatever is written, which no store does.
            (self.proxy.recover if status == "Enabled" else self._suspend)()
            return
        self._set_versioning(status)

    def _suspend(self) -> None:
        self.proxy.fail(keep_no_versions, all_requests=True)

    def _set_versioning(self, status: str) -> None:
        configuration = {"Status": status}
        self.store.admin().put_bucket_versioning(
            Bucket=self.name, VersioningConfiguration=configuration
        )

    def delete(self) -> None:
        """Delete the bucket with everything in it."""
        client = self.store.admin()
        for page in client.get_paginator("list_object_versions").paginate(Bucket=self.name):
            for entry in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                client.delete_object(
                    Bucket=self.name, Key=entry["Key"], VersionId=entry["VersionId"]
                )
        client.delete_bucket(Bucket=self.name)

    def make(self) -> None:
        """Make the bucket again."""
        self.store.admin().create_bucket(Bucket=self.name)
        self._set_versioning("Enabled")

    def newest(self, path: str) -> bytes | None:
        """The body of the newest version."""
        client = self.store.admin()
        try:
            got = client.get_object(Bucket=self.name, Key=f"workspace/{path}")
        except client.exceptions.NoSuchKey:
            return None
        body: bytes = got["Body"].read()
        return body

    def versions(self, path: str) -> list[Version]:
        """The versions of the notebook at *path*, oldest first."""
        client, key = self.store.admin(), f"workspace/{path}"
        pages = client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key)
        entries = [entry for page in pages for entry in page.get("Versions", ())]
        return [self._read(client, entry) for entry in reversed(entries)]

    def _read(self, client: Any, entry: dict[str, Any]) -> Version:
        got = client.get_object(Bucket=self.name, Key=entry["Key"], VersionId=entry["VersionId"])
        return _version(got["Body"].read(), got["Metadata"], entry["LastModified"])


def _version(body: bytes, metadata: dict[str, str], stored_at: datetime) -> Version:
    told = {name.lower().removeprefix("bookstore-"): value for name, value in metadata.items()}
    return Version(
        body=body,
        save_id=told.get("save-id", ""),
        sha256=told.get("sha256", ""),
        kind=told.get("kind", ""),
        stored_at=stored_at,
    )


def moto(endpoint_url: str) -> RealStore:
    """Return how to reach moto's server, which is no real store but speaks like one."""
    return RealStore(
        name=MOTO,
        endpoint_url=endpoint_url,
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=SECRET_ACCESS_KEY,
        region="us-east-1",
        ca_bundle=None,
    )


@contextmanager
def store_under_test(
    kind: str, place: Path, *, moto_url: str | None = None
) -> Iterator[StoreUnderTest]:
    """Give a store of *kind*, with nothing in it."""
    if kind == "local":
        yield _local(place)
        return
    store = real_store(kind) if kind in REAL_STORES else moto(str(moto_url))
    name = store.new_bucket()
    with FaultProxy(store.endpoint_url) as proxy:
        bucket = S3Bucket(name=name, store=store, proxy=proxy)
        environment = {**store.environment(name), "JPYNB_S3_ENDPOINT_URL": proxy.url}
        yield StoreUnderTest(
            environment=environment, versions=bucket.versions, newest=bucket.newest, s3=bucket
        )


def _local(place: Path) -> StoreUnderTest:
    def versions(path: str) -> list[Version]:
        file = next(place.rglob(DATABASE), place)
        return asyncio.run(_versions_on_disk(file.parent, f"workspace/{path}"))

    def newest(path: str) -> bytes | None:
        found = versions(path)
        return found[-1].body if found else None

    return StoreUnderTest(environment={}, versions=versions, newest=newest)


async def _versions_on_disk(directory: Path, key: str) -> list[Version]:
    store = LocalStore(directory)
    try:
        ids = [version.version_id async for version in store.versions(key)]
        stored = [await store.get(key, version_id=version_id) for version_id in reversed(ids)]
    finally:
        await store.close()
    return [
        _version(got.body, dict(got.version.metadata or {}), got.version.modified_at)
        for got in stored
    ]
