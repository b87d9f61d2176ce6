"""What the S3 store does beyond the contract: what it sends, and what it does not believe."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.utils import parse_timestamp
from quirky_s3 import Forward, quirky_s3
from s3_server import admin, new_bucket, opened, options
from scripted_s3 import Answer, Request, error, scripted_s3

from bookstore.errors import BucketNotFound, ObjectNotFound, StoreRefused, StoreUnavailable
from bookstore.store.s3 import client
from bookstore.store.s3.store import S3Store

BODY = b'{"cells": []}'
MD5 = hashlib.md5(BODY).hexdigest()

pytestmark = pytest.mark.usefixtures("no_aws_configuration")


def kept(request: Request) -> Answer:
    """Answer a put as a store does that keeps versions."""
    etag = hashlib.md5(request.body).hexdigest()
    return Answer(headers={"ETag": f'"{etag}"', "x-amz-version-id": "v1"})


async def put(store: S3Store, key: str = "a/b.ipynb", body: bytes = BODY) -> str:
    """Put *body* and return the version ID."""
    content_type = "application/x-ipynb+json"
    version = await store.put(key, body, metadata={"save-id": "1"}, content_type=content_type)
    return version.version_id


# -- what is sent --------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_with_an_endpoint_the_bucket_stands_in_the_path() -> None:
    """No DNS name per bucket is needed for a server of one's own."""
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url) as store:
            await put(store, "a b/ü+%41.ipynb")
        assert script.of("PUT")[0].path == "/bucket/a b/ü+%41.ipynb"


@pytest.mark.asyncio
async def test_a_put_carries_no_checksum_but_the_md5_every_store_knows() -> None:
    """Compatible stores fail on botocore's checksums, and wait for no go-ahead."""
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url) as store:
            await put(store)
        headers = script.of("PUT")[0].headers
    assert headers["content-md5"] == base64.b64encode(bytes.fromhex(MD5)).decode()
    unwanted = ("x-amz-checksum", "x-amz-sdk-checksum", "x-amz-trailer", "expect")
    assert [name for name in headers if name.startswith(unwanted)] == []


@pytest.mark.asyncio
async def test_a_put_carries_content_type_and_metadata() -> None:
    """Other S3 tools see what we know beside the body."""
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url) as store:
            await put(store)
        headers = script.of("PUT")[0].headers
    assert headers["content-type"] == "application/x-ipynb+json"
    assert headers["x-amz-meta-bookstore-save-id"] == "1"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sse", "key_id", "expected"),
    [
        (None, None, {}),
        ("AES256", None, {"x-amz-server-side-encryption": "AES256"}),
        ("aws:kms", None, {"x-amz-server-side-encryption": "aws:kms"}),
        (
            "aws:kms",
            "key-1",
            {
                "x-amz-server-side-encryption": "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id": "key-1",
            },
        ),
    ],
)
async def test_the_encryption_that_is_set_is_asked_for(
    sse: str | None, key_id: str | None, expected: dict[str, str]
) -> None:
    """Buckets that enforce an encryption refuse puts that do not ask for it."""
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, sse=sse, sse_kms_key_id=key_id) as store:
            await put(store)
        headers = script.of("PUT")[0].headers
    assert {n: v for n, v in headers.items() if "server-side-encryption" in n} == expected


# -- credentials -----------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_session_token_goes_with_each_request() -> None:
    """Temporary credentials work."""
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, session_token="token-1") as store:
            await put(store)
        assert {r.headers["x-amz-security-token"] for r in script.requests} == {"token-1"}


@pytest.mark.asyncio
async def test_without_keys_the_provider_chain_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is the chain's first link."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, access_key_id=None, secret_access_key=None) as store:
            await put(store)
        assert "Credential=from-environment/" in script.of("PUT")[0].headers["authorization"]


@pytest.mark.asyncio
async def test_a_profile_is_used(no_aws_configuration: Path) -> None:
    """The profile's keys, not the default ones."""
    text = "[default]\naws_access_key_id = one\naws_secret_access_key = s\n"
    text += "[science]\naws_access_key_id = two\naws_secret_access_key = s\n"
    (no_aws_configuration / "credentials").write_text(text)
    chain = {"access_key_id": None, "secret_access_key": None, "profile": "science"}
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, **chain) as store:
            await put(store)
        assert "Credential=two/" in script.of("PUT")[0].headers["authorization"]


@pytest.mark.asyncio
async def test_renewed_credentials_are_taken_up_without_a_restart(
    no_aws_configuration: Path,
) -> None:
    """Credentials that expire in the middle of a session are looked up anew."""

    def answer(request: Request) -> Answer:
        is_old = "Credential=old/" in request.headers["authorization"]
        return error("ExpiredToken", 400) if is_old else kept(request)

    def write(access_key_id: str) -> None:
        text = f"[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = s\n"
        (no_aws_configuration / "credentials").write_text(text)

    chain = {"access_key_id": None, "secret_access_key": None}
    write("old")
    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url, **chain) as store:
            with pytest.raises(StoreUnavailable, match="credentials have expired"):
                await put(store)
            write("new")
            assert await put(store) == "v1"


@pytest.mark.asyncio
async def test_without_any_credentials_the_hint_names_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And when there are some at last, they are used."""
    chain = {"access_key_id": None, "secret_access_key": None}
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, **chain) as store:
            with pytest.raises(StoreRefused, match="no credentials") as refused:
                await put(store)
            assert "s3_access_key_id" in refused.value.hint
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "late")
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
            assert await put(store) == "v1"


def test_secrets_are_not_in_the_repr() -> None:
    """Options end up in logs and tracebacks."""
    shown = repr(
        options(
            "http://127.0.0.1:1",
            access_key_id="secret-1",
            secret_access_key="secret-2",
            session_token="secret-3",
            sse_kms_key_id="secret-4",
        )
    )
    assert "secret-" not in shown


# -- what is not believed --------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_put_answered_with_another_bodys_checksum_is_not_believed() -> None:
    """A store that stored something else has not stored the save."""
    lie = Answer(headers={"ETag": f'"{"0" * 32}"', "x-amz-version-id": "v1"})
    with scripted_s3(lambda _: lie) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(StoreUnavailable, match="checksum that is not the body's"):
                await put(store)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": f'"{"0" * 32}"', "x-amz-server-side-encryption": "aws:kms"},
        {"ETag": f'"{"0" * 32}-1"'},
        {"ETag": '"opaque"'},
        {},
    ],
)
async def test_an_etag_that_is_no_checksum_is_not_taken_for_one(headers: dict[str, str]) -> None:
    """ETags of KMS-encrypted objects and of some stores are something else."""
    answer = Answer(headers={**headers, "x-amz-version-id": "v1"})
    with scripted_s3(lambda _: answer) as script:
        async with opened(script.endpoint_url) as store:
            assert await put(store) == "v1"


@pytest.mark.asyncio
async def test_a_cut_body_is_not_taken_for_the_whole() -> None:
    """A connection that ends early has not delivered the version."""
    with scripted_s3(lambda _: Answer(body=b"x" * 1000, cut_at=10)) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(StoreUnavailable):
                await store.get("a.ipynb")


# -- buckets that keep no versions -------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("versioning", [None, "Suspended"])
async def test_nothing_is_overwritten_in_a_bucket_that_keeps_no_versions(
    s3_endpoint: str, versioning: str | None
) -> None:
    """Puts and deletes are refused before they destroy what is there."""
    bucket = new_bucket(s3_endpoint, versioning=versioning)
    other_tool = admin(s3_endpoint)
    other_tool.put_object(Bucket=bucket, Key="a/b.ipynb", Body=b"precious")
    async with opened(s3_endpoint, bucket) as store:
        with pytest.raises(StoreRefused, match="keeps no versions"):
            await put(store)
        with pytest.raises(StoreRefused, match="keeps no versions"):
            await store.delete("a/b.ipynb")
    assert other_tool.get_object(Bucket=bucket, Key="a/b.ipynb")["Body"].read() == b"precious"


@pytest.mark.asyncio
async def test_a_bucket_whose_versioning_is_enabled_later_is_used_without_a_restart(
    s3_endpoint: str,
) -> None:
    """The administrator's repair is seen at the next delivery."""
    bucket = new_bucket(s3_endpoint, versioning=None)
    async with opened(s3_endpoint, bucket) as store:
        with pytest.raises(StoreRefused):
            await put(store)
        admin(s3_endpoint).put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        assert await put(store) not in ("", "null")


@pytest.mark.asyncio
@pytest.mark.parametrize("version_id", [None, "null"])
async def test_credentials_that_may_not_ask_about_versioning_overwrite_once_at_most(
    version_id: str | None,
) -> None:
    """The first answer without a version is the last write."""

    def answer(request: Request) -> Answer:
        if request.query == "versioning":
            return error("AccessDenied", 403)
        return Answer(headers={} if version_id is None else {"x-amz-version-id": version_id})

    with scripted_s3(answer, asks_about_versioning=True) as script:
        async with opened(script.endpoint_url) as store:
            for _ in range(3):
                with pytest.raises(StoreRefused, match="keeps no versions") as refused:
                    await put(store)
            assert not (await store.check()).versioned
        assert len(script.of("PUT")) == 1
    assert "s3:GetBucketVersioning" in refused.value.hint


@pytest.mark.asyncio
async def test_credentials_that_may_not_ask_about_versioning_can_archive() -> None:
    """Minimal permissions are enough as long as the answers name versions."""

    def answer(request: Request) -> Answer:
        return error("AccessDenied", 403) if request.query == "versioning" else kept(request)

    with scripted_s3(answer, asks_about_versioning=True) as script:
        async with opened(script.endpoint_url) as store:
            assert await put(store) == "v1"
            assert await put(store) == "v1"
            asked = [r for r in script.requests if r.query == "versioning"]
            assert len(asked) == 1
            check = await store.check()
    assert check.versioned
    assert "s3:GetBucketVersioning" in check.problems[0]


@pytest.mark.asyncio
async def test_deleting_what_never_was_is_not_an_error_where_no_marker_is_made() -> None:
    """A rename of a notebook that was never archived goes through."""
    with scripted_s3(lambda _: Answer(status=204)) as script:
        async with opened(script.endpoint_url) as store:
            marker = await store.delete("never.ipynb")
            assert marker.is_delete_marker


# -- check -------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_check_of_a_good_bucket_finds_no_problem(s3_endpoint: str, s3_bucket: str) -> None:
    """Reachable, there, versioned."""
    async with opened(s3_endpoint, s3_bucket) as store:
        check = await store.check()
    assert (check.reachable, check.exists, check.versioned) == (True, True, True)
    assert check.problems == ()


@pytest.mark.asyncio
async def test_check_names_a_missing_bucket(s3_endpoint: str) -> None:
    """The problem names the bucket and the setting."""
    async with opened(s3_endpoint, "nowhere") as store:
        check = await store.check()
        with pytest.raises(BucketNotFound):
            await put(store)
        with pytest.raises(BucketNotFound):
            await store.head("a.ipynb")
    assert (check.reachable, check.exists, check.versioned) == (True, False, False)
    assert "'nowhere'" in check.problems[0]
    assert "s3_bucket" in check.problems[0]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("versioning", "word"), [(None, "keeps no versions"), ("Suspended", "suspended")]
)
async def test_check_says_that_a_bucket_keeps_no_versions(
    s3_endpoint: str, versioning: str | None, word: str
) -> None:
    """It is there, and it is of no use."""
    bucket = new_bucket(s3_endpoint, versioning=versioning)
    async with opened(s3_endpoint, bucket) as store:
        check = await store.check()
    assert (check.reachable, check.exists, check.versioned) == (True, True, False)
    assert bucket in check.problems[0]
    assert word in check.problems[0]


@pytest.mark.asyncio
async def test_check_tells_forbidden_from_missing() -> None:
    """A bucket that these credentials may not touch at all."""
    with scripted_s3(lambda _: error("AccessDenied", 403), asks_about_versioning=True) as script:
        async with opened(script.endpoint_url) as store:
            check = await store.check()
    assert check.reachable
    assert not check.versioned
    assert "does not allow" in check.problems[0]


# -- delete markers ----------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_delete_markers_version_reads_as_not_found(
    s3_endpoint: str, s3_bucket: str
) -> None:
    """However the store words its refusal, it is the deletion that is told."""
    async with opened(s3_endpoint, s3_bucket) as store:
        await put(store)
        marker = await store.delete("a/b.ipynb")
        with pytest.raises(ObjectNotFound):
            await store.get("a/b.ipynb", version_id=marker.version_id)
        with pytest.raises(ObjectNotFound):
            await store.head("a/b.ipynb", version_id=marker.version_id)


@pytest.mark.asyncio
async def test_a_copy_is_found_where_the_answer_does_not_name_its_version(
    s3_endpoint: str, s3_bucket: str
) -> None:
    """Ceph's never does."""

    def names_no_copy(request: Request, forward: Forward) -> Answer:
        answer = forward(request)
        if "x-amz-copy-source" not in request.headers:
            return answer
        kept = {k: v for k, v in answer.headers.items() if k.lower() != "x-amz-version-id"}
        return replace(answer, headers=kept)

    with quirky_s3(s3_endpoint, names_no_copy) as script:
        async with opened(script.endpoint_url, s3_bucket) as store:
            await put(store, "b", b"1")
            await put(store, "a", b"1")
            made = await store.copy(
                await store.head("a"), "b", metadata={}, content_type="text/plain"
            )
            listed = [version.version_id async for version in store.versions("b")]
    assert made.version_id == listed[0]
    assert len(listed) == 2


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-29T08:40:08.306Z",
        "2026-11-29T08:40:08Z",
        "2026-11-29T09:40:08.306+01:00",
        "Sun, 29 Nov 2026 08:40:08 GMT",
        "1795941608",
        1795941608,
    ],
)
def test_moments_are_those_that_botocore_reads(text: object) -> None:
    """Only quicker: of a listing there are thousands."""
    assert client.moment(text) == parse_timestamp(text)
