"""How the S3 store removes versions: what it sends, and what becomes of a store's refusals."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import parse_qs

import pytest
from s3_server import opened
from scripted_s3 import Answer, Request, error, scripted_s3

from bookstore.errors import StoreError, StoreRefused, StoreUnavailable

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_aws_configuration")]

KEY = "workspace/a.ipynb"


def said(*errors: tuple[str, str]) -> Answer:
    """Answer a removal of many: the version IDs that failed, and why."""
    xml = "".join(
        f"<Error><Key>{KEY}</Key><VersionId>{version_id}</VersionId><Code>{code}</Code>"
        "<Message>a message</Message></Error>"
        for version_id, code in errors
    )
    return Answer(body=f"<DeleteResult>{xml}</DeleteResult>".encode())


async def test_a_request_names_each_version_and_carries_only_the_md5() -> None:
    """Other stores know no other checksum, and ask for one."""
    with scripted_s3(lambda _: said()) as script:
        async with opened(script.endpoint_url) as store:
            assert await store.remove(KEY, ["v1", "v2"]) == 2
        [request] = script.of("POST")
    assert re.findall(rb"<VersionId>(.*?)</VersionId>", request.body) == [b"v1", b"v2"]
    md5 = base64.b64encode(hashlib.md5(request.body).digest()).decode()
    assert request.headers["content-md5"] == md5
    unwanted = ("x-amz-checksum", "x-amz-sdk-checksum", "x-amz-trailer", "expect")
    assert [name for name in request.headers if name.startswith(unwanted)] == []


async def test_a_thousand_go_in_one_request() -> None:
    """More is more than S3 takes."""
    with scripted_s3(lambda _: said()) as script:
        async with opened(script.endpoint_url) as store:
            assert await store.remove(KEY, [f"v{n}" for n in range(2001)]) == 2001
        assert [r.body.count(b"<Object>") for r in script.of("POST")] == [1000, 1000, 1]


@pytest.mark.parametrize("kind", ["Version", "DeleteMarker"])
async def test_the_newest_is_removed_last_and_by_itself(kind: str) -> None:
    """Otherwise Swift would leave the key without a newest version."""
    listing = (
        f"<ListVersionsResult><{kind}><Key>{KEY}</Key><VersionId>v3</VersionId></{kind}>"
        "</ListVersionsResult>"
    )
    answers = {"GET": Answer(body=listing.encode()), "POST": said(), "DELETE": Answer(status=204)}
    with scripted_s3(lambda request: answers[request.verb]) as script:
        async with opened(script.endpoint_url) as store:
            assert await store.remove(KEY, ["v3", "v1", "v2"]) == 3
        asked = [r for r in script.requests if r.query != "versioning"]
    assert [request.verb for request in asked] == ["GET", "POST", "DELETE"]
    assert re.findall(rb"<VersionId>(.*?)</VersionId>", asked[1].body) == [b"v1", b"v2"]
    assert parse_qs(asked[2].query)["versionId"] == ["v3"]


async def test_without_a_version_id_nothing_is_sent() -> None:
    """It would mark the newest version deleted."""
    with scripted_s3(lambda _: said()) as script:
        async with opened(script.endpoint_url) as store:
            assert await store.remove(KEY, ["", ""]) == 0
        assert script.requests == []


async def test_a_key_that_xml_cannot_hold_is_removed_version_by_version() -> None:
    """Control characters in a file's name."""

    def answer(request: Request) -> Answer:
        version_id = parse_qs(request.query)["versionId"][0]
        return error("NoSuchVersion", 404) if version_id == "v2" else Answer(status=204)

    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url) as store:
            assert await store.remove("a\x01.ipynb", ["v1", "v2", "v3"]) == 2
        assert [r.path for r in script.of("DELETE")] == ["/bucket/a\x01.ipynb"] * 3
        assert script.of("POST") == []


async def test_versions_that_are_not_there_are_passed_over() -> None:
    """However the store words it."""
    missing = said(("v2", "NoSuchVersion"), ("x", "InvalidArgument"), ("y", "InvalidRequest"))
    with scripted_s3(lambda _: missing) as script:
        async with opened(script.endpoint_url) as store:
            assert await store.remove(KEY, ["v1", "v2", "x", "y"]) == 1


@pytest.mark.parametrize(
    "answer", [said(("v1", "AccessDenied")), error("AccessDenied", 403)], ids=["one", "all"]
)
async def test_a_refusal_says_what_to_allow(answer: Answer) -> None:
    """Credentials that may archive need not be allowed to remove."""
    with scripted_s3(lambda _: answer) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(StoreRefused, match="does not allow") as refused:
                await store.remove(KEY, ["v1", "v2"])
    assert "s3:DeleteObjectVersion" in refused.value.hint
    assert "a message" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SlowDown", StoreUnavailable),
        ("InternalError", StoreUnavailable),
        ("NotImplemented", StoreRefused),
        ("SomethingNew", StoreRefused),
    ],
)
async def test_a_version_that_failed_is_told(code: str, expected: type[StoreError]) -> None:
    """In the words in which a failed request would be."""
    with scripted_s3(lambda _: said(("v2", code))) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(expected, match=code):
                await store.remove(KEY, ["v1", "v2"])
