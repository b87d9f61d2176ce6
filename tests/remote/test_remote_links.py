"""An address gives what is in the store to whoever has it, for a while."""

from __future__ import annotations

import asyncio
import urllib.request
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from real_swift import ask_swift

from bookstore.errors import NoAddresses, StoreRefused, VersionNotFound
from bookstore.store.base import ObjectStore
from bookstore.store.swift.store import SwiftStore

ODD = "w/é +%41 ?&#/a;b=c.txt"


def fetched(url: str) -> bytes:
    """Return what is at an address, as a stranger gets it."""
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


async def post(store: SwiftStore, name: str, value: str) -> None:
    """Give the container a header."""
    answer = await ask_swift(store._options, "POST", quote(store.bucket), {name: value})
    assert answer.status == 204


async def give_key(store: SwiftStore) -> None:
    """Give the container what signs links."""
    await post(store, "X-Container-Meta-Temp-URL-Key", "a secret é".encode().hex())


@pytest.mark.asyncio
async def test_whoever_has_the_link_reads_the_newest_version(store: ObjectStore) -> None:
    """And nobody who changes it reads something else; a store without addresses refuses."""
    for body in (b"1", b"2"):
        await store.put(ODD, body, metadata={}, content_type="text/plain")
    await store.put("w/other", b"other", metadata={}, content_type="text/plain")
    if store.kind == "memory":
        with pytest.raises(NoAddresses, match="reached from elsewhere"):
            await store.link(ODD, lasts_s=60)
        return
    if isinstance(store, SwiftStore):
        with pytest.raises(StoreRefused, match="no key for links"):
            await store.link(ODD, lasts_s=60)
        await give_key(store)

    url = await store.link(ODD, lasts_s=60)

    assert await asyncio.to_thread(fetched, url) == b"2"
    if store.kind == "swift":  # moto believes every signature
        for forged in (
            url.replace(quote(ODD), "w/other"),
            url.split("?", maxsplit=1)[0],
            await store.link(ODD, lasts_s=-1),
        ):
            with pytest.raises(HTTPError, match="401"):
                await asyncio.to_thread(fetched, forged)


@pytest.mark.asyncio
async def test_everybody_reads_a_public_version_and_no_other(
    store: ObjectStore, request: pytest.FixtureRequest
) -> None:
    """Until it is private again; and only the store's owner can make it so."""
    first = await store.put(ODD, b"1", metadata={}, content_type="text/plain")
    if store.kind == "memory":
        with pytest.raises(NoAddresses):
            await store.make_public(ODD, first.version_id)
        return
    if isinstance(store, SwiftStore):
        await swift_opens_whole_containers(store, first.version_id)
        return

    url = await store.make_public(ODD, first.version_id)

    assert await asyncio.to_thread(fetched, url) == b"1"
    second = await store.put(ODD, b"2", metadata={}, content_type="text/plain")
    if request.node.callspec.params["store"] == "ceph":  # moto asks the newest for all of them
        assert await asyncio.to_thread(fetched, url) == b"1"
    with pytest.raises(HTTPError, match="403"):
        await asyncio.to_thread(fetched, url.replace(first.version_id, second.version_id))
    await store.make_private(ODD, first.version_id)
    with pytest.raises(HTTPError, match="403"):
        await asyncio.to_thread(fetched, url)
    with pytest.raises(VersionNotFound):
        await store.make_public(ODD, "")


async def swift_opens_whole_containers(store: SwiftStore, version_id: str) -> None:
    """Which is the owner's to do, and said."""
    with pytest.raises(StoreRefused, match="not open to everybody"):
        await store.make_public(ODD, version_id)
    await post(store, "X-Container-Read", ".r:*,.rlistings")
    url = await store.make_public(ODD, version_id)
    assert await asyncio.to_thread(fetched, url) == b"1"
    with pytest.raises(StoreRefused, match="opens whole containers"):
        await store.make_private(ODD, version_id)
