"""How the S3 store says what went wrong: every failure in our words, told apart, nothing leaked."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from s3_server import free_port, opened, options
from scripted_s3 import HANG, Answer, Request, error, scripted_s3
from test_s3 import kept, put

from bookstore.errors import (
    BookstoreError,
    BucketNotFound,
    ObjectNotFound,
    StoreRefused,
    StoreUnavailable,
    VersionNotFound,
)
from bookstore.store.s3 import store as store_module
from bookstore.store.s3.store import S3Store

LEAK = "arn:aws:iam::123456789012:role/hub-user is not authorized, key AKIAIOSFODNN7EXAMPLE"
REFUSED = {
    "AccessDenied": 403,
    "AllAccessDisabled": 403,
    "AccountProblem": 403,
    "EntityTooLarge": 400,
    "InvalidAccessKeyId": 403,
    "InvalidRequest": 400,
    "InvalidToken": 400,
    "KMS.DisabledException": 400,
    "KMS.NotFoundException": 400,
    "KeyTooLongError": 400,
    "MethodNotAllowed": 405,
    "NotImplemented": 501,
    "QuotaExceeded": 403,
    "SignatureDoesNotMatch": 403,
    "SomethingNew": 400,
    "XMinioAdminBucketQuotaExceeded": 400,
}
UNAVAILABLE = {
    "BadDigest": 400,
    "ExpiredToken": 400,
    "IncompleteBody": 400,
    "InternalError": 500,
    "KMS.ThrottlingException": 400,
    "OperationAborted": 409,
    "RequestTimeTooSkewed": 403,
    "RequestTimeout": 400,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
    "SomethingElse": 502,
    "TooManyRequests": 429,
    "XMinioStorageFull": 507,
}

pytestmark = pytest.mark.usefixtures("no_aws_configuration")


def by_key(request: Request) -> Answer:
    """Answer with the error that the key names: ``AccessDenied-403``."""
    code, _, status = request.path.removeprefix("/bucket/").rpartition("-")
    return error(code, int(status), LEAK)


async def failure_of(call: Awaitable[Any]) -> BookstoreError:
    """Return the error that *call* raises."""
    try:
        await call
    except BookstoreError as raised:
        return raised
    raise AssertionError("nothing was raised")


def assert_says_nothing_secret(raised: BookstoreError) -> None:
    """Nothing of the service's own message, nor of our secrets, is passed on."""
    said = raised.message + raised.hint
    for secret in ("arn:", "123456789012", "hub-user", "AKIA", "4442587F", "not-a-secret"):
        assert secret not in said


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("codes", "expected"), [(REFUSED, StoreRefused), (UNAVAILABLE, StoreUnavailable)]
)
async def test_what_stays_no_is_told_from_what_passes(
    codes: dict[str, int], expected: type[BookstoreError]
) -> None:
    """Refused: somebody has to change something.  Unavailable: try again later."""
    with scripted_s3(by_key) as script:
        async with opened(script.endpoint_url) as store:
            calls = [put(store, f"{code}-{status}") for code, status in codes.items()]
            failures = await asyncio.gather(*map(failure_of, calls))
    named = dict(zip(codes, failures, strict=True))
    assert {code: raised for code, raised in named.items() if type(raised) is not expected} == {}
    assert [code for code, raised in named.items() if code not in raised.message] == []
    for raised in failures:
        assert_says_nothing_secret(raised)
        assert raised.__cause__ is not None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("XMinioStorageFull", 507, "no room left"),
        ("QuotaExceeded", 403, "quota is used up"),
        ("XMinioAdminBucketQuotaExceeded", 400, "quota is used up"),
    ],
)
async def test_a_full_store_is_said_to_be_full(code: str, status: int, words: str) -> None:
    """Not that it is busy, or refuses: somebody has to make room."""
    with scripted_s3(lambda _: error(code, status, LEAK)) as script:
        async with opened(script.endpoint_url) as store:
            raised = await failure_of(put(store))
    assert words in raised.message


@pytest.mark.asyncio
@pytest.mark.parametrize("code", [LEAK, "AKIAIOSFODNN7EXAMPLE", "123456789012", ""])
async def test_what_does_not_look_like_a_code_is_not_repeated(code: str) -> None:
    """A server may put anything into an error's code."""
    with scripted_s3(lambda _: error(code, 403, LEAK)) as script:
        async with opened(script.endpoint_url) as store:
            raised = await failure_of(put(store))
    assert isinstance(raised, StoreRefused)
    assert_says_nothing_secret(raised)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("NoSuchBucket", 404, BucketNotFound),
        ("NoSuchKey", 404, VersionNotFound),
        ("NoSuchVersion", 404, VersionNotFound),
        ("InvalidArgument", 400, VersionNotFound),
        ("MethodNotAllowed", 405, VersionNotFound),
        ("AccessDenied", 403, StoreRefused),
        ("ExpiredToken", 400, StoreUnavailable),
    ],
)
async def test_every_way_to_say_that_a_version_is_missing_is_understood(
    code: str, status: int, expected: type[BookstoreError]
) -> None:
    """Amazon, Ceph and Swift differ, and the answer to a HEAD has no code at all."""

    def answer(request: Request) -> Answer:
        return Answer(body=b"<ListVersionsResult/>") if "versions" in request.query else refusal

    refusal = error(code, status, LEAK)
    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url) as store:
            for raised in (
                await failure_of(store.get("a.ipynb", version_id="v0")),
                await failure_of(store.head("a.ipynb", version_id="v0")),
            ):
                assert type(raised) is expected
                assert_says_nothing_secret(raised)


@pytest.mark.asyncio
async def test_what_swift_calls_an_invalid_request_is_understood() -> None:
    """A key longer than it takes, and a version ID in a form not its own."""
    says = {
        "PUT": "Object name length of 1028 longer than 1024",
        "GET": "Invalid version parameter",
    }

    def answer(request: Request) -> Answer:
        if "versions" in request.query:
            return Answer(body=b"<ListVersionsResult/>")
        return error("InvalidRequest", 400, says[request.verb])

    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url) as store:
            too_long = await failure_of(put(store, "a.ipynb"))
            missing = await failure_of(store.get("a.ipynb", version_id="never"))
    assert isinstance(too_long, StoreRefused)
    assert "s3://bucket/a.ipynb: the key is longer than the store takes" in too_long.message
    assert "shorter" in too_long.hint
    assert isinstance(missing, VersionNotFound)


@pytest.mark.asyncio
async def test_a_missing_key_is_told_from_a_missing_bucket() -> None:
    """Both are 404, also to a HEAD."""
    with scripted_s3(by_key) as script:
        async with opened(script.endpoint_url) as store:
            assert type(await failure_of(store.head("NoSuchKey-404"))) is ObjectNotFound
            assert type(await failure_of(store.head("NoSuchBucket-404"))) is BucketNotFound


@pytest.mark.asyncio
async def test_a_page_of_html_is_an_unavailable_store() -> None:
    """What proxies and captive portals say."""
    page = Answer(status=502, body=b"<html><body><h1>Bad gateway</h1></body>")
    with scripted_s3(lambda _: page) as script:
        async with opened(script.endpoint_url) as store:
            assert type(await failure_of(put(store))) is StoreUnavailable


@pytest.mark.asyncio
async def test_a_store_that_refuses_connections_is_unavailable() -> None:
    """Nothing listens on the port."""
    async with opened(f"http://127.0.0.1:{free_port()}") as store:
        check = await store.check()
        assert type(await failure_of(put(store))) is StoreUnavailable
    assert not check.reachable
    assert check.problems


def _calls(store: S3Store) -> list[Callable[[], Awaitable[Any]]]:
    async def listed() -> None:
        [version async for version in store.list()]

    async def versions() -> None:
        [version async for version in store.versions("a")]

    reads = [lambda: store.get("a"), lambda: store.head("a"), listed, versions]
    return [lambda: put(store), lambda: store.delete("a"), *reads]


@pytest.mark.asyncio
async def test_a_store_that_hangs_times_out() -> None:
    """Every verb ends, puts as well."""
    with scripted_s3(lambda _: HANG) as script:
        async with opened(script.endpoint_url, read_timeout_s=0.2) as store:
            failures = await asyncio.gather(*(failure_of(call()) for call in _calls(store)))
    assert {type(raised) for raised in failures} == {StoreUnavailable}
    assert {raised.message.split(": ")[-1] for raised in failures} == {
        "the store did not answer in time."
    }


@pytest.mark.asyncio
async def test_a_store_that_does_not_read_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large body to a server that accepts the connection and nothing else."""
    monkeypatch.setattr(store_module, "_SLOWEST_BYTES_PER_S", 1e9)
    quick = {"connect_timeout_s": 0.2, "read_timeout_s": 0.2}
    with scripted_s3(lambda _: HANG, reads_bodies=False) as script:
        async with opened(script.endpoint_url, **quick) as store:
            assert type(await failure_of(put(store, body=bytes(2**25)))) is StoreUnavailable


# -- settings that cannot work -------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"access_key_id": None, "secret_access_key": None, "profile": "nobody"}, "s3_profile"),
        ({"ca_bundle": "/no/such/file"}, "s3_ca_bundle"),
        ({"secret_access_key": None}, "s3_secret_access_key"),
        ({"endpoint_url": "http://not a host"}, "s3_endpoint_url"),
    ],
)
async def test_settings_that_cannot_work_are_named(changed: dict[str, Any], setting: str) -> None:
    """Refused in words; the hint says where to look."""
    store = S3Store("bucket", options(**{"endpoint_url": "http://127.0.0.1:1", **changed}))
    raised = await failure_of(put(store))
    await store.close()
    assert type(raised) is StoreRefused
    assert setting in raised.hint
    assert_says_nothing_secret(raised)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a self-signed certificate of 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    encoding = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(encoding, pkcs8, plain) + signed.public_bytes(encoding)
    file.write_bytes(pem)
    return file


@pytest.fixture
def https(certificate: Path) -> Iterator[str]:
    """The URL of a server that keeps versions and has that certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with scripted_s3(kept, tls=tls) as script:
        yield script.endpoint_url


@pytest.mark.asyncio
async def test_a_certificate_nobody_vouches_for_is_refused(https: str) -> None:
    """Waiting would not help; the hint names the setting that does."""
    async with opened(https) as store:
        raised = await failure_of(put(store))
    assert type(raised) is StoreRefused
    assert "s3_ca_bundle" in raised.hint


@pytest.mark.asyncio
async def test_the_ca_bundle_vouches_for_the_endpoint(https: str, certificate: Path) -> None:
    """A certificate authority of one's own works."""
    async with opened(https, ca_bundle=str(certificate)) as store:
        assert await put(store) == "v1"
