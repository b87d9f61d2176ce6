"""Every store gives back what was put: bodies and metadata, byte for byte."""

from __future__ import annotations

import hashlib
from tempfile import TemporaryFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored import KEY, bodies_of, put

from bookstore.errors import TooLarge
from bookstore.keys.metadata import decode_metadata, encode_metadata
from bookstore.records import NOTEBOOK_CONTENT_TYPE
from bookstore.store.base import FileBody, ObjectStore

pytestmark = pytest.mark.asyncio


async def test_what_was_put_is_what_get_returns(store: ObjectStore) -> None:
    """Body, metadata, content type and size come back; head tells the same without the body."""
    made = await put(store, KEY, b'{"cells": []}', author="ada", kind="save")

    stored = await store.get(KEY)
    facts = await store.head(KEY)

    assert stored.body == b'{"cells": []}'
    for version in (made, stored.version, facts):
        assert version.key == KEY
        assert version.version_id == made.version_id != ""
        assert version.size_bytes == 13
        assert version.is_latest
        assert not version.is_delete_marker
        assert version.modified_at.utcoffset() is not None
    for version in (stored.version, facts):
        assert version.metadata == {"author": "ada", "kind": "save"}
        assert version.content_type == NOTEBOOK_CONTENT_TYPE


async def test_put_keeps_earlier_versions(store: ObjectStore) -> None:
    """A second put of a key leaves the first readable by its version."""
    first = await put(store, KEY, b"first", author="ada")
    second = await put(store, KEY, b"second", author="bob")

    earlier = await store.get(KEY, version_id=first.version_id)
    facts = await store.head(KEY, version_id=first.version_id)

    assert earlier.body == b"first"
    assert facts.size_bytes == 5
    assert facts.metadata == earlier.version.metadata == {"author": "ada"}
    assert (await store.get(KEY)).body == b"second"
    assert (await store.get(KEY, version_id=second.version_id)).body == b"second"


async def test_the_same_bytes_put_twice_are_two_versions(store: ObjectStore) -> None:
    """Whether to skip unchanged bytes is not for the store to decide."""
    first = await put(store, KEY, b"same", author="ada")
    second = await put(store, KEY, b"same", author="bob")

    assert first.version_id != second.version_id
    assert await bodies_of(store, KEY) == [b"same", b"same"]
    assert (await store.head(KEY, version_id=first.version_id)).metadata == {"author": "ada"}


@pytest.mark.parametrize(
    "body", [b"", b"\0", bytes(range(256)), "Grüße 🌻\r\n".encode()], ids=["0", "1", "256", "text"]
)
async def test_a_body_comes_back_byte_for_byte(store: ObjectStore, body: bytes) -> None:
    """Whatever the bytes are, none included."""
    made = await put(store, KEY, body)

    assert (await store.get(KEY)).body == body
    assert made.size_bytes == (await store.head(KEY)).size_bytes == len(body)


@pytest.mark.parametrize("size_bytes", [0, 10, 3 * 2**20 + 1])
async def test_a_file_is_stored_as_its_bytes_are(store: ObjectStore, size_bytes: int) -> None:
    """Wherever somebody has read it to; it stays open."""
    body = bytes(range(256)) * (size_bytes // 256) + b"x" * (size_bytes % 256)
    with TemporaryFile() as file:
        file.write(body)
        md5 = hashlib.md5(body).digest()
        whole = FileBody(file=file, size_bytes=size_bytes, md5=md5)
        made = await store.put_file(
            KEY, whole, metadata={"author": "ada"}, content_type="text/plain"
        )
        assert not file.closed

    stored = await store.get(KEY)
    assert stored.body == body
    assert made.size_bytes == size_bytes
    assert stored.version.version_id == made.version_id
    assert made.metadata == stored.version.metadata == {"author": "ada"}


@pytest.mark.slow
async def test_a_body_of_100_mb_comes_back(store: ObjectStore) -> None:
    """Large notebooks are stored like small ones."""
    body = bytes(range(256)) * (100 * 2**20 // 256)

    await put(store, KEY, body)

    assert hashlib.sha256((await store.get(KEY)).body).digest() == hashlib.sha256(body).digest()


async def test_a_body_larger_than_allowed_is_refused(store: ObjectStore) -> None:
    """One byte too many is too large; exactly as many as allowed are not."""
    made = await put(store, KEY, b"12345")

    assert (await store.get(KEY, max_bytes=5)).body == b"12345"
    with pytest.raises(TooLarge):
        await store.get(KEY, max_bytes=4)
    with pytest.raises(TooLarge):
        await store.get(KEY, version_id=made.version_id, max_bytes=4)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(author=st.text(max_size=60), note=st.text(max_size=60))
async def test_any_text_survives_as_metadata(store: ObjectStore, author: str, note: str) -> None:
    """Values are any Unicode, the empty text included."""
    await put(store, KEY, b"", author=author, note=note)

    assert (await store.head(KEY)).metadata == {"author": author, "note": note}


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "  leading and trailing  ",
        "two\nlines\r\n\tand a tab",
        "Zoë 🧑‍🔬 السلام",
        "100% %41 %2F %zz +",
        "a=b; c, \"d\" 'e' \\",
        "\0\x1f\x7f\x80\u2028\ufeff\U0010ffff",
        "x" * 1000,
        "é" * 300,
    ],
)
async def test_awkward_text_survives_as_metadata(store: ObjectStore, value: str) -> None:
    """Spaces, line ends, percent signs, control characters and long values stay as they are."""
    await put(store, KEY, b"", author="ada", note=value)

    metadata = (await store.get(KEY)).version.metadata
    assert metadata == {"author": "ada", "note": value}
    assert metadata == decode_metadata(encode_metadata(metadata))


async def test_an_object_without_metadata_has_none(store: ObjectStore) -> None:
    """Nothing is made up; a content type other than the notebook's is kept as well."""
    await store.put(KEY, b"a,b\n", metadata={}, content_type="text/csv")

    facts = await store.head(KEY)
    assert not facts.metadata
    assert facts.content_type == "text/csv"
