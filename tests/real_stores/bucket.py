"""A bucket of a real store, read with another S3 tool, and a server that keeps versions there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import WITHOUT_FRONT_ENDS, Server
from real_stores import RealStore


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket, and the store that it is in."""

    store: RealStore
    name: str

    def body(self, key: str, version_id: str | None = None) -> bytes:
        """The body of one version, the newest by default."""
        which = {"VersionId": version_id} if version_id else {}
        answer = self.store.admin().get_object(Bucket=self.name, Key=key, **which)
        body: bytes = answer["Body"].read()
        return body

    def bodies(self, key: str) -> list[bytes]:
        """The bodies of all versions of *key*, oldest first."""
        pages = self.store.admin().get_paginator("list_object_versions")
        ids = [
            version["VersionId"]
            for page in pages.paginate(Bucket=self.name, Prefix=key)
            for version in page.get("Versions", ())
        ]
        return [self.body(key, version_id) for version_id in reversed(ids)]


@contextmanager
def running(bucket: Bucket, home: Path) -> Iterator[Server]:
    """Run a server whose settings name the bucket and, over https, the authority."""
    arguments = WITHOUT_FRONT_ENDS + bucket.store.arguments()
    environment = bucket.store.environment(bucket.name)
    with Server(home=home, arguments=arguments, environment=environment) as server:
        yield server
    assert "Traceback" not in server.log
    assert bucket.store.secret_access_key not in server.log.split()
