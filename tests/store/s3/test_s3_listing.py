"""How the S3 store reads listings: in the store's order, page after page, keys as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, quote_plus

import pytest
from s3_server import admin, opened
from scripted_s3 import Answer, Request, error, scripted_s3

from bookstore.errors import StoreUnavailable, VersionNotFound
from bookstore.store.s3.store import S3Store

SECOND = "2026-01-02T03:04:05.000Z"

pytestmark = pytest.mark.usefixtures("no_aws_configuration")


class Entry(NamedTuple):
    """A version (``v…``) or a delete marker (``d…``) of a listing."""

    key: str
    version_id: str
    at: str = SECOND
    is_latest: bool = False

    def xml(self, key: str) -> str:
        tag = "DeleteMarker" if self.version_id.startswith("d") else "Version"
        size = "" if tag == "DeleteMarker" else "<Size>3</Size><ETag>&quot;e&quot;</ETag>"
        latest = str(self.is_latest).lower()
        return (
            f"<{tag}><Key>{key}</Key><VersionId>{self.version_id}</VersionId>"
            f"<IsLatest>{latest}</IsLatest><LastModified>{self.at}</LastModified>{size}</{tag}>"
        )


def page(entries: Sequence[Entry], *, more: str = "", url: bool = True, marker: str = "") -> Answer:
    """Return a page of versions; *more* is the next version ID marker, *marker* the key's."""
    xml = "".join(e.xml(quote_plus(e.key) if url else e.key) for e in entries)
    if more:
        xml += f"<NextKeyMarker>{marker}</NextKeyMarker>"
        xml += f"<NextVersionIdMarker>{more}</NextVersionIdMarker>"
    encoding = "<EncodingType>url</EncodingType>" if url else ""
    truncated = f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>"
    body = f"<ListVersionsResult>{encoding}{truncated}{xml}</ListVersionsResult>"
    return Answer(body=body.encode())


async def ids(store: S3Store, key: str, after: str = "") -> list[str]:
    """Return the version IDs of *key*, newest first."""
    return [version.version_id async for version in store.versions(key, after=after)]


def asked(request: Request) -> dict[str, str]:
    """Return the parameters of a request."""
    return {name: values[0] for name, values in parse_qs(request.query).items()}


@pytest.mark.asyncio
async def test_markers_and_versions_of_one_second_keep_the_stores_order() -> None:
    """A backlog is delivered many versions a second, and times have no fractions."""
    order = ["v5", "d4", "v3", "d2", "v1"]
    entries = [Entry("a", version_id, SECOND, version_id == "v5") for version_id in order]
    with scripted_s3(lambda _: page(entries)) as script:
        async with opened(script.endpoint_url) as store:
            assert await ids(store, "a") == order


@pytest.mark.asyncio
async def test_markers_listed_behind_all_versions_are_put_where_their_time_says() -> None:
    """Some servers list the markers apart; versions keep their order among themselves."""
    entries = [
        Entry("a", "v4", "2026-01-02T03:04:08.000Z", is_latest=True),
        Entry("a", "v2", "2026-01-02T03:04:06.000Z"),
        Entry("a", "v1", "2026-01-02T03:04:06.000Z"),
        Entry("a", "d3", "2026-01-02T03:04:07.000Z"),
        Entry("a", "d0", SECOND),
    ]
    with scripted_s3(lambda _: page(entries)) as script:
        async with opened(script.endpoint_url) as store:
            assert await ids(store, "a") == ["v4", "d3", "v2", "v1", "d0"]


@pytest.mark.asyncio
@pytest.mark.parametrize("encodes_marker", [True, False], ids=["as Amazon", "as Ceph"])
@pytest.mark.parametrize("key", ["a b+c%41é.ipynb", "%2541", "100%"])
async def test_pages_go_on_at_the_key_however_the_store_writes_the_marker(
    key: str, encodes_marker: bool
) -> None:
    """Short pages are followed by others; a key with ``%`` in it neither skips nor loops."""
    marker = quote_plus(key) if encodes_marker else key
    pages = {
        "": page([Entry(key, "v3", is_latest=True), Entry(key, "d2")], more="d2", marker=marker),
        "d2": page([], more="x", marker=marker),
        "x": page([Entry(key, "v1")]),
    }
    markers = []

    def answer(request: Request) -> Answer:
        parameters = asked(request)
        assert parameters["prefix"] == key
        markers.append(parameters.get("key-marker"))
        return pages[parameters.get("version-id-marker", "")]

    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url) as store:
            assert await ids(store, key) == ["v3", "d2", "v1"]
    assert markers == [None, key, key]


@pytest.mark.asyncio
async def test_only_the_exact_key_is_listed_and_nothing_is_asked_beyond_it() -> None:
    """A thousand neighbours with the same beginning cost no further page."""
    entries = [Entry("a", "v1"), Entry("a/b", "v2"), Entry("a/b", "d3")]
    with scripted_s3(lambda _: page(entries, more="d3", marker="a/b")) as script:
        async with opened(script.endpoint_url) as store:
            assert await ids(store, "a") == ["v1"]
        assert len(script.of("GET")) == 1


@pytest.mark.asyncio
async def test_keys_that_the_store_did_not_encode_are_taken_as_they_are() -> None:
    """Not every store heeds the wish for encoded keys; one that did says so."""
    with scripted_s3(lambda _: page([Entry("a+b%41", "v1")], url=False)) as script:
        async with opened(script.endpoint_url) as store:
            assert await ids(store, "a+b%41") == ["v1"]


@pytest.mark.asyncio
async def test_a_listing_that_does_not_advance_ends() -> None:
    """A store that gives the same page for ever is not believed."""
    with scripted_s3(lambda _: page([Entry("a", "v1")], more="v1", marker="a")) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(StoreUnavailable, match="goes on"):
                await ids(store, "a")


@pytest.mark.asyncio
async def test_the_first_thousand_versions_cost_one_request() -> None:
    """However many there are, and none is made before they are taken."""
    entries = [Entry("a", f"v{n}") for n in range(1000)]
    with scripted_s3(lambda _: page(entries, more="v999", marker="a")) as script:
        async with opened(script.endpoint_url) as store:
            versions = store.versions("a")
            assert script.requests == []
            for n in range(1000):
                assert (await anext(versions)).version_id == f"v{n}"
            assert len(script.requests) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("is_inclusive", [False, True], ids=["as Amazon", "as Ceph has been"])
async def test_history_goes_on_after_a_version_with_one_request(is_inclusive: bool) -> None:
    """The store is told where; one that begins with that version itself does no harm."""
    entries = [Entry("a", "d2"), Entry("a", "v1"), Entry("a.bak", "v9")]
    first = [Entry("a", "v3")] if is_inclusive else []
    with scripted_s3(lambda _: page([*first, *entries], more="v9", marker="a.bak")) as script:
        async with opened(script.endpoint_url) as store:
            assert await ids(store, "a", after="v3") == ["d2", "v1"]
        [parameters] = map(asked, script.requests)
    assert (parameters["key-marker"], parameters["version-id-marker"]) == ("a", "v3")


@pytest.mark.asyncio
async def test_a_marker_that_the_store_refuses_is_no_version() -> None:
    """Amazon says so of what cannot be a version ID of its own."""
    refusal = error("InvalidArgument", 400, "Invalid version id specified")
    with scripted_s3(lambda _: refusal) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(VersionNotFound):
                await ids(store, "a", after="never")


@pytest.mark.asyncio
async def test_a_deleted_key_is_found_where_its_versions_straddle_pages() -> None:
    """Once, although the store repeats an entry where one page ends and the next begins."""
    pages = {
        "": page([Entry("a", "v1", is_latest=True), Entry("b", "d2", is_latest=True)], more="d2"),
        "d2": page([Entry("b", "d2", is_latest=True), Entry("b", "d1")], more="d1"),
        "d1": page([Entry("b", "v9"), Entry("b", "v8")], more="v8"),
        "v8": page([Entry("b", "v8"), Entry("c", "d5", is_latest=True), Entry("d", "v4")]),
    }
    with scripted_s3(lambda r: pages[asked(r).get("version-id-marker", "")]) as script:
        async with opened(script.endpoint_url) as store:
            deleted = [(d.key, d.last.version_id) async for d in store.deleted()]
    assert deleted == [("b", "v9")]


@pytest.mark.asyncio
async def test_a_marker_that_stands_behind_a_page_of_newer_versions_is_not_the_newest() -> None:
    """Swift says so of the first that it meets there."""
    lie = Entry("a", "d1", is_latest=True)
    pages = {
        "": page([Entry("a", "v3", is_latest=True), Entry("a", "v2")], more="v2", marker="a"),
        "v2": page([lie, Entry("a", "v0"), Entry("b", "d5", is_latest=True), Entry("b", "v4")]),
    }
    with scripted_s3(lambda r: pages[asked(r).get("version-id-marker", "")]) as script:
        async with opened(script.endpoint_url) as store:
            latest = [(v.version_id, v.is_latest) async for v in store.versions("a")]
            assert [key.key async for key in store.deleted()] == ["b"]
    assert latest == [("v3", True), ("v2", False), ("d1", False), ("v0", False)]


@pytest.mark.asyncio
@pytest.mark.parametrize("is_inclusive", [False, True], ids=["as Amazon", "as Ceph has been"])
async def test_deleted_keys_go_on_behind_a_key_that_is_gone(is_inclusive: bool) -> None:
    """Also when the store begins with the versions of that key itself."""
    entries = [Entry("b", "d3", is_latest=True), Entry("b", "v2")]
    first = [Entry("a", "d1", is_latest=True), Entry("a", "v0")] if is_inclusive else []
    with scripted_s3(lambda _: page([*first, *entries])) as script:
        async with opened(script.endpoint_url) as store:
            assert [deleted.key async for deleted in store.deleted(after="a")] == ["b"]
        assert asked(script.requests[0])["key-marker"] == "a"


@pytest.mark.asyncio
@pytest.mark.parametrize("moment", ["", "yesterday", "2026-13-41T00:00:00Z", "1e300"])
async def test_a_listing_whose_times_cannot_be_read_is_a_failure_of_the_store(moment: str) -> None:
    """In words, and it may pass."""
    with scripted_s3(lambda _: page([Entry("a", "v1", moment)])) as script:
        async with opened(script.endpoint_url) as store:
            with pytest.raises(StoreUnavailable, match="the store's answer cannot be read"):
                await ids(store, "a")


@pytest.mark.asyncio
async def test_objects_are_listed_page_by_page() -> None:
    """The token goes back as it came."""

    def answer(request: Request) -> Answer:
        token = parse_qs(request.query).get("continuation-token", [""])[0]
        key, more = {"": ("a%20b", "to ken%"), "to ken%": ("c%2Bd", "")}[token]
        next_token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
        body = (
            f"<ListBucketResult><EncodingType>url</EncodingType>{next_token}"
            f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated><Contents><Key>{key}</Key>"
            f"<LastModified>{SECOND}</LastModified><Size>3</Size></Contents></ListBucketResult>"
        )
        return Answer(body=body.encode())

    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url) as store:
            assert [version.key async for version in store.list()] == ["a b", "c+d"]


@pytest.mark.asyncio
async def test_what_other_tools_stored_is_read(s3_endpoint: str, s3_bucket: str) -> None:
    """An object without our metadata has a version, a size and a body."""
    other_tool = admin(s3_endpoint)
    stored = other_tool.put_object(Bucket=s3_bucket, Key="theirs.ipynb", Body=b"{}")
    async with opened(s3_endpoint, s3_bucket) as store:
        found = await store.get("theirs.ipynb")
    assert found.body == b"{}"
    assert found.version.version_id == stored["VersionId"]
    assert found.version.metadata == {}
