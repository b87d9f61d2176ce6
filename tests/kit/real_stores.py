"""Real stores for tests: S3's protocol on Ceph, over http and over https, and on Swift's s3api.

Swift's own API is in ``real_swift``.

Tests that use them are marked ``real_store``.  ``ci/with_real_stores.sh`` starts the stores and
names, in ``BOOKSTORE_REAL_STORES``, the file that says how to reach them.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from implementations import Implementation
from s3_server import free_port

from bookstore.store.base import ObjectStore
from bookstore.store.s3.store import S3Options, S3Store

REAL_STORES = ("ceph", "ceph-https", "swift")
HOW_TO_START = (
    "This test needs real stores: run it as `bash ci/with_real_stores.sh pytest -m real_store`, "
    "or leave it out with `-m 'not real_store'`."
)


@dataclass(frozen=True, kw_only=True)
class RealStore:
    """How to reach one real store."""

    name: str
    endpoint_url: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str
    ca_bundle: str | None
    """File with the authority that signed the endpoint's certificate; None over http."""

    def options(self, **changed: Any) -> S3Options:
        """Return what bookstore's own store needs to know."""
        values: dict[str, Any] = {
            "endpoint_url": self.endpoint_url,
            "region_name": self.region,
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
            "ca_bundle": self.ca_bundle,
        }
        return S3Options(**values | changed)

    def environment(self, bucket: str) -> dict[str, str]:
        """Return the environment of a server that keeps its versions in *bucket*."""
        return {
            "JPYNB_S3_ENDPOINT_URL": self.endpoint_url,
            "JPYNB_S3_REGION_NAME": self.region,
            "JPYNB_S3_BUCKET": bucket,
            "JPYNB_S3_ACCESS_KEY_ID": self.access_key_id,
            "JPYNB_S3_SECRET_ACCESS_KEY": self.secret_access_key,
        }

    def arguments(self) -> tuple[str, ...]:
        """Return the server's arguments for what no environment variable says."""
        return (f"--BookstoreSettings.s3_ca_bundle={self.ca_bundle}",) if self.ca_bundle else ()

    def admin(self, **config: Any) -> Any:
        """Return a plain boto3 client: another S3 tool, beside the store under test."""
        return _client(self, **config)

    def new_bucket(self, versioning: str | None = "Enabled") -> str:
        """Make a bucket with a name of its own, versioning enabled, suspended or (None) off."""
        bucket = f"test-{secrets.token_hex(6)}"
        client = self.admin()
        client.create_bucket(Bucket=bucket)
        if versioning is not None:
            status = {"Status": versioning}
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=status)
        return bucket


@cache
def _client(store: RealStore, **config: Any) -> Any:
    values: dict[str, Any] = {
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    return boto3.client(
        "s3",
        endpoint_url=store.endpoint_url,
        region_name=store.region,
        aws_access_key_id=store.access_key_id,
        aws_secret_access_key=store.secret_access_key,
        verify=store.ca_bundle,
        config=Config(**values | config),
    )


def real_store(name: str) -> RealStore:
    """Return how to reach a store by its name; the test fails when no real stores are started."""
    return RealStore(name=name, **how_to_reach(name))


def how_to_reach(name: str) -> dict[str, Any]:
    """Return what is said of a store by its name; the test fails when none are started."""
    file = os.environ.get("BOOKSTORE_REAL_STORES")
    if not file:
        pytest.fail(HOW_TO_START, pytrace=False)
    said: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))[name]
    return said


def real_implementation(name: str) -> Implementation:
    """Stores in new buckets of a real store; an unreachable one has nothing on its port."""
    server = real_store(name)

    async def fresh() -> ObjectStore:
        return S3Store(server.new_bucket(), server.options())

    async def unreachable() -> ObjectStore:
        nowhere = f"http://127.0.0.1:{free_port()}"
        return S3Store("bucket", server.options(endpoint_url=nowhere, ca_bundle=None))

    if name == "swift":
        return Implementation(
            fresh=fresh,
            unreachable=unreachable,
            longest_key_characters=1006,
            knows_its_versions=False,
        )
    return Implementation(fresh=fresh, unreachable=unreachable)
