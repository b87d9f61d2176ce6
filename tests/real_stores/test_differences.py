"""Where real stores differ from Amazon's S3, and what bookstore makes of it.

The contract suite meets others of their ways: short pages that end on a key with ``%`` in it,
a missing version that is a missing key, a removed newest version without a successor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from bucket import Bucket
from processes import Server, eventually
from real_stores import real_store

from bookstore.errors import BookstoreError, BucketNotFound, StoreRefused
from bookstore.records import NOTEBOOK_CONTENT_TYPE
from bookstore.store.s3.options import S3Options
from bookstore.store.s3.store import S3Store

pytestmark = pytest.mark.real_store

T = TypeVar("T")

TOO_LONG_FOR_SWIFT = "x" * 1007
WITH_CHECKSUMS = {"request_checksum_calculation": "when_supported"}


def in_store(bucket: str, options: S3Options, work: Callable[[S3Store], Awaitable[T]]) -> T:
    """Return what *work* makes of a store."""

    async def opened() -> T:
        store = S3Store(bucket, options)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())


def put(key: str, **metadata: str) -> Callable[[S3Store], Awaitable[object]]:
    return lambda store: store.put(
        key, b"{}", metadata=metadata, content_type=NOTEBOOK_CONTENT_TYPE
    )


def refusal(bucket: str, options: S3Options) -> BookstoreError:
    """The error that a put raises."""
    with pytest.raises(BookstoreError) as raised:
        in_store(bucket, options, put("a.ipynb"))
    return raised.value


# -- settings that are wrong -----------------------------------------------------------------------


def test_a_bucket_that_is_not_there_is_named(bucket: Bucket) -> None:
    error = refusal("no-such-bucket", bucket.store.options())
    assert isinstance(error, BucketNotFound)
    assert "no-such-bucket" in error.message


@pytest.mark.parametrize("versioning", ["Suspended", None])
def test_a_bucket_that_keeps_no_versions_gets_nothing(
    bucket: Bucket, versioning: str | None
) -> None:
    name = bucket.store.new_bucket(versioning)
    error = refusal(name, bucket.store.options())
    assert isinstance(error, StoreRefused)
    assert "keeps no versions" in error.message
    assert "Contents" not in bucket.store.admin().list_objects_v2(Bucket=name)


@pytest.mark.parametrize("wrong", [{"access_key_id": "nobody"}, {"secret_access_key": "wrong"}])
def test_wrong_credentials_are_refused_and_the_settings_named(
    bucket: Bucket, wrong: dict[str, str]
) -> None:
    error = refusal(bucket.name, bucket.store.options(**wrong))
    assert isinstance(error, StoreRefused)
    assert "s3_access_key_id" in error.hint
    assert not any(value in f"{error.message} {error.hint}" for value in wrong.values())


def test_a_certificate_of_an_unknown_authority_is_refused_and_the_setting_named() -> None:
    store = real_store("ceph-https")
    error = refusal(store.new_bucket(), store.options(ca_bundle=None))
    assert isinstance(error, StoreRefused)
    assert "s3_ca_bundle" in error.hint


# -- what a store cannot do ------------------------------------------------------------------------


def test_ceph_over_https_refuses_the_checksums_that_we_leave_out() -> None:
    """botocore would add them to every put."""
    store = real_store("ceph-https")
    bucket = store.new_bucket()
    with pytest.raises(Exception, match="MissingContentLength"):
        store.admin(**WITH_CHECKSUMS).put_object(Bucket=bucket, Key="a.ipynb", Body=b"{}")
    in_store(bucket, store.options(), put("a.ipynb"))


def test_swift_refuses_a_metadata_value_that_we_would_have_split() -> None:
    """It takes 256 characters a value."""
    store = real_store("swift")
    bucket, value = store.new_bucket(), "v" * 257
    with pytest.raises(Exception, match="Metadata"):
        store.admin().put_object(Bucket=bucket, Key="a", Body=b"", Metadata={"source": value})
    in_store(bucket, store.options(), put("a", source=value))
    head = in_store(bucket, store.options(), lambda opened: opened.head("a"))
    assert head.metadata == {"source": value}


def test_swift_refuses_a_key_of_1007_letters_and_the_error_says_so() -> None:
    """Amazon takes 1,024."""
    store = real_store("swift")
    bucket = store.new_bucket()
    with pytest.raises(StoreRefused, match="longer than the store takes") as refused:
        in_store(bucket, store.options(), put(TOO_LONG_FOR_SWIFT))
    assert f"s3://{bucket}/{TOO_LONG_FOR_SWIFT}" in refused.value.message
    assert "shorter" in refused.value.hint


@pytest.mark.parametrize("bucket", ["swift"], indirect=True)
def test_a_notebook_whose_key_swift_refuses_waits_alone_until_it_is_renamed(
    server: Server, bucket: Bucket
) -> None:
    """The save succeeds, the reason is told, other notebooks go on, and no save is lost."""
    path = "/".join(["d" * 200] * 5) + "/ab.ipynb"
    assert len(f"workspace/{path}") == 1023
    (server.root / path).parent.mkdir(parents=True)
    server.save(path, "kept")
    server.save("other.ipynb", "other")

    entry = refused_entry(server)
    assert entry["path"] == path
    assert "longer than the store takes" in entry["last_error"]
    assert bucket.bodies("workspace/other.ipynb") == [(server.root / "other.ipynb").read_bytes()]
    assert b"kept" in (server.root / path).read_bytes()

    server.request("PATCH", f"api/contents/{path}", {"path": "short.ipynb"})
    wait_for_body(bucket, "workspace/short.ipynb")
    assert b"kept" in bucket.body("workspace/short.ipynb")
    # Its first version still waits: whoever gives the bucket a better store has it.
    assert refused_entry(server)["path"] == path


def refused_entry(server: Server) -> dict[str, str]:
    """The refused entry, once it is the only one that is not delivered."""

    def only_refused() -> dict[str, str] | None:
        entries = server.request("GET", "api/bookstore/status")["outbox"]["entries"]
        refused = [entry for entry in entries if entry["refused"]]
        is_only = refused and all(entry["path"] == refused[0]["path"] for entry in entries)
        return refused[0] if is_only else None

    return eventually(only_refused, "one entry is refused")


def wait_for_body(bucket: Bucket, key: str) -> None:
    eventually(lambda: bucket.bodies(key), key)


def test_an_address_without_tls_at_the_tls_port_is_told(bucket: Bucket) -> None:
    """And the other way round."""
    store = bucket.store
    scheme, _, place = store.endpoint_url.partition("://")
    other = {"http": "https", "https": "http"}[scheme]
    wrong = replace(store.options(), endpoint_url=f"{other}://{place}", ca_bundle=None)
    error = refusal(bucket.name, wrong)
    assert store.secret_access_key not in error.message
