"""What every store promises, whichever it is.

Each test runs against each implementation named in ``conftest.IMPLEMENTATIONS``.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from implementations import Implementation

from bookstore.errors import (
    BadRequest,
    ObjectNotFound,
    StoreUnavailable,
    TooLarge,
    VersionNotFound,
)
from bookstore.keys.metadata import decode_metadata, encode_metadata
from bookstore.records import NOTEBOOK_CONTENT_TYPE, ObjectVersion
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio

KEY = "workspace/demo.ipynb"
MANY = 1050
"""More than fits in one page of any store."""


async def put(store: ObjectStore, key: str, body: bytes, **metadata: str) -> ObjectVersion:
    return await store.put(key, body, metadata=metadata, content_type=NOTEBOOK_CONTENT_TYPE)


async def put_many(store: ObjectStore, keys: list[str]) -> list[str]:
    """Put each of *keys*, many at a time, and return the version IDs."""
    made = []
    for start in range(0, len(keys), 50):
        some = (put(store, key, b"") for key in keys[start : start + 50])
        made += [version.version_id for version in await asyncio.gather(*some)]
    return made


async def listed(versions: AsyncIterator[ObjectVersion]) -> list[ObjectVersion]:
    return [version async for version in versions]


async def keys_of(store: ObjectStore, prefix: str = "", *, after: str = "") -> list[str]:
    return [version.key async for version in store.list(prefix, after=after)]


async def ids_of(store: ObjectStore, key: str, *, after: str = "") -> list[str]:
    """Return the IDs of a key's versions, newest first."""
    return [version.version_id async for version in store.versions(key, after=after)]


async def newest_id_of(store: ObjectStore, key: str) -> str:
    return (await ids_of(store, key))[0]


async def deleted_keys_of(store: ObjectStore, prefix: str = "", *, after: str = "") -> list[str]:
    return [deleted.key async for deleted in store.deleted(prefix, after=after)]


async def bodies_of(store: ObjectStore, key: str) -> list[bytes]:
    """Return the bodies of a key's versions, newest first."""
    return [
        (await store.get(key, version_id=version.version_id)).body
        for version in await listed(store.versions(key))
    ]


# -- putting and getting -------------------------------------------------------------------


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


# -- metadata ------------------------------------------------------------------------------


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


# -- keys ----------------------------------------------------------------------------------

AWKWARD_KEYS = [
    "with spaces/a b  c .ipynb",
    " leading and trailing ",
    "plus+sign.ipynb",
    "percent%41.ipynb",
    "a%2Fb",
    "a/b",
    "100%",
    "smile 😀/ünï.ipynb",
    "tab\there",
    "new\nline",
    "what?.ipynb",
    "hash#tag.ipynb",
    "this&that=1;x.ipynb",
    "quo\"te'.ipynb",
    "back\\slash.ipynb",
    "<tag>&amp;.ipynb",
    ".hidden/.ipynb",
    "semi;colon:and*star|pipe.ipynb",
    "under_score%_[x].ipynb",
    "UPPER.ipynb",
    "upper.ipynb",
    "é" * 512,
]


@pytest.mark.parametrize("key", AWKWARD_KEYS)
async def test_an_awkward_key_is_a_key_like_any_other(store: ObjectStore, key: str) -> None:
    """It can be put, got, listed, its history read, deleted and removed, and stays as it is."""
    first = await put(store, key, b"first")
    second = await put(store, key, b"second")

    assert (await store.get(key)).body == b"second"
    assert (await store.head(key, version_id=first.version_id)).key == key
    assert [version.key for version in await listed(store.versions(key))] == [key, key]
    assert await keys_of(store) == [key]
    assert await keys_of(store, key) == [key]
    assert await store.remove(key, [first.version_id]) == 1
    assert await ids_of(store, key) == [second.version_id]
    await store.delete(key)
    assert await keys_of(store) == []


async def test_the_longest_key_is_a_key_like_any_other(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Of 1,024 letters, where a store takes that many."""
    key = "x" * implementation.longest_key_characters
    first = await put(store, key, b"first")
    await put(store, key, b"second")

    assert await bodies_of(store, key) == [b"second", b"first"]
    assert await ids_of(store, key, after=await newest_id_of(store, key)) == [first.version_id]
    assert await keys_of(store, key) == [key]
    await store.delete(key)
    assert await deleted_keys_of(store) == [key]
    assert await store.remove(key, [first.version_id]) == 1


async def test_keys_that_look_alike_are_different_keys(store: ObjectStore) -> None:
    """``a%2Fb`` is not ``a/b``, and composed letters are not decomposed ones."""
    keys = [*AWKWARD_KEYS, "caf\u00e9", "cafe\u0301"]
    for key in keys:
        await put(store, key, key.encode())

    expected = sorted(keys, key=str.encode)
    assert await keys_of(store) == expected
    for place, key in enumerate(expected, start=1):
        assert await bodies_of(store, key) == [key.encode()]
        assert await keys_of(store, after=key) == expected[place:]


@pytest.mark.parametrize(
    "key", ["", "x" * 1025, "é" * 513, "lone \ud800 surrogate"], ids=["empty", "1025", "é", "lone"]
)
async def test_a_key_that_no_store_could_keep_is_a_bad_request(
    store: ObjectStore, key: str
) -> None:
    """Empty, longer than 1,024 UTF-8 bytes, or not Unicode text."""
    requests: list[Callable[[], Awaitable[object]]] = [
        lambda: put(store, key, b""),
        lambda: store.get(key),
        lambda: store.head(key),
        lambda: store.delete(key),
        lambda: listed(store.versions(key)),
        lambda: store.remove(key, ["v"]),
    ]
    for request in requests:
        with pytest.raises(BadRequest):
            await request()


# -- history -------------------------------------------------------------------------------


async def test_versions_come_newest_first(store: ObjectStore) -> None:
    """In the order of the puts, the newest marked as such."""
    made = [await put(store, KEY, b"%d" % n) for n in range(5)]

    versions = await listed(store.versions(KEY))

    assert [v.version_id for v in versions] == [v.version_id for v in reversed(made)]
    assert [v.is_latest for v in versions] == [True, False, False, False, False]
    assert [v.size_bytes for v in versions] == [1] * 5
    assert {v.key for v in versions} == {KEY}


async def test_history_is_of_exactly_one_key(store: ObjectStore) -> None:
    """Keys that start with it have histories of their own."""
    await put(store, "a.ipynb", b"1")
    await put(store, "a.ipynb.bak", b"2")
    await put(store, "a.ipynb/b", b"3")
    await put(store, "a.ipyn", b"4")

    assert await bodies_of(store, "a.ipynb") == [b"1"]


async def test_a_key_that_was_never_put_has_an_empty_history(store: ObjectStore) -> None:
    """That is not an error: there is nothing to show."""
    assert await listed(store.versions(KEY)) == []


@pytest.mark.slow
async def test_more_versions_than_fit_in_a_page_all_come_and_go(paging_store: ObjectStore) -> None:
    """Each once, newest first; beside them there may be one of which the answer was lost.  All but
    the newest are removed at once."""
    store = paging_store
    made = [(await put(store, KEY, b"%d" % n)).version_id for n in range(MANY)]

    ids = await ids_of(store, KEY)

    assert len(set(ids)) == len(ids)
    assert [version_id for version_id in ids if version_id in set(made)] == made[::-1]
    for oldest in (made[-2], made[10]):
        assert await ids_of(store, KEY, after=oldest) == ids[ids.index(oldest) + 1 :]
    assert await store.remove(KEY, ids[1:]) == len(ids) - 1
    assert await ids_of(store, KEY) == ids[:1]
    assert await bodies_of(store, KEY) == [b"%d" % (MANY - 1)]


async def test_history_goes_on_after_a_version(store: ObjectStore) -> None:
    """Only older ones come, delete markers included; after the oldest there are none."""
    first = (await put(store, KEY, b"1")).version_id
    marker = (await store.delete(KEY)).version_id
    last = (await put(store, KEY, b"2")).version_id
    await put(store, f"{KEY}.bak", b"3")

    assert await ids_of(store, KEY, after=last) == [marker, first]
    assert await ids_of(store, KEY, after=marker) == [first]
    assert await ids_of(store, KEY, after=first) == []
    newer = await listed(store.versions(KEY, after=last))
    assert [version.is_latest for version in newer] == [False, False]


async def test_history_goes_on_after_no_version_that_never_was(store: ObjectStore) -> None:
    """A key without versions has none to go on after."""
    await put(store, KEY, b"1")

    for key in (KEY, "other.ipynb"):
        with pytest.raises(VersionNotFound):
            await listed(store.versions(key, after="never"))


async def test_history_goes_on_after_no_version_of_another_key(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Or, where a store cannot tell, with what is older than that."""
    older = await put(store, KEY, b"1")
    other = await put(store, f"{KEY}.bak", b"2")
    await put(store, KEY, b"3")

    if implementation.knows_its_versions:
        with pytest.raises(VersionNotFound):
            await ids_of(store, KEY, after=other.version_id)
    else:
        assert await ids_of(store, KEY, after=other.version_id) == [older.version_id]


# -- deleting ------------------------------------------------------------------------------


async def test_delete_hides_a_key_and_destroys_nothing(store: ObjectStore) -> None:
    """Get and head find no object; every earlier version stays readable; history shows it."""
    first = await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    with pytest.raises(ObjectNotFound):
        await store.head(KEY)
    assert (await store.get(KEY, version_id=first.version_id)).body == b"first"
    assert not (await store.head(KEY, version_id=first.version_id)).is_latest
    assert marker.key == KEY
    assert marker.is_delete_marker
    assert marker.is_latest
    versions = await listed(store.versions(KEY))
    assert [v.version_id for v in versions] == [marker.version_id, first.version_id]
    assert [v.is_delete_marker for v in versions] == [True, False]
    assert [v.is_latest for v in versions] == [True, False]


async def test_put_after_delete_revives_a_key(store: ObjectStore) -> None:
    """The deletion stays in the history, below the new version."""
    await put(store, KEY, b"first")
    await store.delete(KEY)
    await put(store, KEY, b"second")

    assert (await store.get(KEY)).body == b"second"
    assert await keys_of(store) == [KEY]
    versions = await listed(store.versions(KEY))
    assert [v.is_delete_marker for v in versions] == [False, True, False]
    assert [v.is_latest for v in versions] == [True, False, False]


async def test_a_delete_marker_cannot_be_read(store: ObjectStore) -> None:
    """Its version ID exists, but there is no object behind it."""
    await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    with pytest.raises(ObjectNotFound):
        await store.get(KEY, version_id=marker.version_id)
    with pytest.raises(ObjectNotFound):
        await store.head(KEY, version_id=marker.version_id)


async def test_deleting_what_never_was_or_is_gone_is_no_error(store: ObjectStore) -> None:
    """A delivery that is repeated must not fail; the key is as absent as before."""
    await store.delete("never.ipynb")
    await put(store, KEY, b"first")
    await store.delete(KEY)
    await store.delete(KEY)

    assert await keys_of(store) == []
    with pytest.raises(ObjectNotFound):
        await store.get("never.ipynb")


async def test_deleted_keys_are_listed_with_what_was_there_last(store: ObjectStore) -> None:
    """When they were deleted, and their newest version that has a body."""
    await put(store, "a.ipynb", b"1")
    await put(store, "gone.ipynb", b"1")
    last = await put(store, "gone.ipynb", b"22")
    await store.delete("gone.ipynb")
    marker = await store.delete("gone.ipynb")

    [only] = [deleted async for deleted in store.deleted()]

    assert only.key == only.last.key == "gone.ipynb"
    assert only.last.version_id == last.version_id
    assert only.last.size_bytes == 2
    assert not only.last.is_latest
    assert not only.last.is_delete_marker
    assert abs((only.deleted_at - marker.modified_at).total_seconds()) <= 1


async def test_only_what_can_be_brought_back_is_listed_as_deleted(store: ObjectStore) -> None:
    """Neither what never had a body nor what was put again."""
    await store.delete("never.ipynb")
    await put(store, "revived.ipynb", b"1")
    await store.delete("revived.ipynb")
    await put(store, "revived.ipynb", b"2")

    assert await deleted_keys_of(store) == []


async def test_deleted_keys_come_in_order_below_a_prefix_and_behind_a_key(
    store: ObjectStore,
) -> None:
    """Keys that begin alike are keys of their own, and live ones between them do not show."""
    keys = ["a%b/1", "a/b", "a/b.bak", "a/b/c", "a_b/1", "é/1", "😀/1", "\uffee/1"]
    for key in keys:
        await put(store, key, b"")
        await put(store, f"{key}-live", b"")
        await store.delete(key)
    expected = sorted(keys, key=str.encode)

    for prefix in ["", "a", "a/b", "a%b/", "é", "zzz", "x" * 2000]:
        below = [key for key in expected if key.startswith(prefix)]
        assert await deleted_keys_of(store, prefix) == below
    for place, key in enumerate(expected, start=1):
        assert await deleted_keys_of(store, after=key) == expected[place:]
    assert await deleted_keys_of(store, "a/", after="a/b") == ["a/b.bak", "a/b/c"]


@pytest.mark.slow
async def test_deleted_keys_are_found_across_pages(paging_store: ObjectStore) -> None:
    """Also when the versions of one fill more than a page; a percent sign there confuses nobody."""
    store = paging_store
    long, keys = "many/a%41 é.ipynb", [f"many/b{n:03d}%2F+" for n in range(20)]
    await put_many(store, [long] * MANY + keys)
    last = await put(store, long, b"")
    await asyncio.gather(*(store.delete(key) for key in (long, *keys)))

    deleted = [deleted async for deleted in store.deleted("many/")]

    assert [found.key for found in deleted] == [long, *keys]
    assert deleted[0].last.version_id == last.version_id
    assert await deleted_keys_of(store, "many/", after=keys[9]) == keys[10:]


# -- removing ------------------------------------------------------------------------------


async def test_what_was_removed_is_gone_and_the_rest_is_as_before(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Neither listed nor readable by its ID; the others in their order, byte for byte."""
    ids = [(await put(store, KEY, b"%d" % n)).version_id for n in range(5)]

    assert await store.remove(KEY, [ids[1], ids[3]]) == 2

    assert await ids_of(store, KEY) == [ids[4], ids[2], ids[0]]
    assert await bodies_of(store, KEY) == [b"4", b"2", b"0"]
    assert await ids_of(store, KEY, after=ids[4]) == [ids[2], ids[0]]
    for version_id in (ids[1], ids[3]):
        with pytest.raises(VersionNotFound):
            await store.get(KEY, version_id=version_id)
        with pytest.raises(VersionNotFound):
            await store.head(KEY, version_id=version_id)
    if implementation.knows_its_versions:
        with pytest.raises(VersionNotFound):
            await ids_of(store, KEY, after=ids[3])
    else:
        assert await ids_of(store, KEY, after=ids[3]) == [ids[2], ids[0]]


async def test_behind_a_removed_newest_version_the_next_is_newest(store: ObjectStore) -> None:
    """For get, head, history and the list of keys."""
    await put(store, KEY, b"first")
    second = await put(store, KEY, b"second", author="ada")
    third = await put(store, KEY, b"third")

    await store.remove(KEY, [third.version_id])

    assert (await store.get(KEY)).body == b"second"
    assert (await store.head(KEY)).metadata == {"author": "ada"}
    assert [v.is_latest for v in await listed(store.versions(KEY))] == [True, False]
    [only] = await listed(store.list())
    assert only.size_bytes == 6
    assert only.version_id in (second.version_id, "")


async def test_behind_many_removed_versions_the_next_is_newest(store: ObjectStore) -> None:
    """Whatever the order in which they are named."""
    first = await put(store, KEY, b"first")
    others = [(await put(store, KEY, b"%d" % n)).version_id for n in range(4)]
    others.append((await store.delete(KEY)).version_id)

    assert await store.remove(KEY, [others[4], *others[:4]]) == 5

    assert (await store.get(KEY)).body == b"first"
    [only] = await listed(store.versions(KEY))
    assert (only.version_id, only.is_latest) == (first.version_id, True)


async def test_removing_a_delete_marker_brings_the_key_back(store: ObjectStore) -> None:
    """As if it had never been deleted."""
    await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    assert await store.remove(KEY, [marker.version_id]) == 1

    assert (await store.get(KEY)).body == b"first"
    assert await keys_of(store) == [KEY]
    assert await deleted_keys_of(store) == []


async def test_a_key_without_versions_is_gone(store: ObjectStore) -> None:
    """Removing every version and marker leaves nothing; it can be put again."""
    first = await put(store, KEY, b"first")
    marker = await store.delete(KEY)
    await put(store, f"{KEY}.bak", b"neighbour")

    await store.remove(KEY, [first.version_id, marker.version_id])

    assert await ids_of(store, KEY) == []
    assert await deleted_keys_of(store) == []
    assert await keys_of(store) == [f"{KEY}.bak"]
    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    await put(store, KEY, b"again")
    assert await bodies_of(store, KEY) == [b"again"]


async def test_what_is_not_there_cannot_be_removed(store: ObjectStore) -> None:
    """Neither what never was nor what is another key's; without an ID nothing happens at all."""
    mine = await put(store, KEY, b"mine")
    other = await put(store, "other.ipynb", b"other")

    await store.remove(KEY, ["never", other.version_id, ""])
    await store.remove("missing.ipynb", [mine.version_id])
    assert await store.remove(KEY, []) == 0

    assert await ids_of(store, KEY) == [mine.version_id]
    assert await ids_of(store, "other.ipynb") == [other.version_id]
    assert await ids_of(store, "missing.ipynb") == []


async def test_nothing_can_be_removed_from_an_empty_store(store: ObjectStore) -> None:
    """And that is no error."""
    await store.remove(KEY, ["never"])

    assert await keys_of(store) == []


async def test_equal_bodies_are_removed_one_by_one(store: ObjectStore) -> None:
    """A version stays readable when another with the same bytes is removed."""
    first = await put(store, KEY, b"same")
    await put(store, KEY, b"same")
    await put(store, "other.ipynb", b"same")

    await store.remove(KEY, [first.version_id])

    assert await bodies_of(store, KEY) == await bodies_of(store, "other.ipynb") == [b"same"]


async def test_a_put_beside_a_removal_of_the_same_bytes_is_kept(store: ObjectStore) -> None:
    """Whatever the order in which they come to pass."""
    for _ in range(20):
        old = await put(store, KEY, b"same")
        new, _ = await asyncio.gather(
            put(store, "other.ipynb", b"same"), store.remove(KEY, [old.version_id])
        )
        assert (await store.get("other.ipynb", version_id=new.version_id)).body == b"same"
        await store.remove("other.ipynb", [new.version_id])


# -- what is not there ---------------------------------------------------------------------


async def test_a_missing_key_and_a_missing_version_are_told_apart(store: ObjectStore) -> None:
    """No object of that name; no such version of it; a version of another key."""
    await put(store, KEY, b"first")
    other = await put(store, "other.ipynb", b"other")

    with pytest.raises(ObjectNotFound):
        await store.get("missing.ipynb")
    with pytest.raises(ObjectNotFound):
        await store.head("missing.ipynb")
    for version_id in ("no-such-version", other.version_id):
        with pytest.raises(VersionNotFound):
            await store.get(KEY, version_id=version_id)
        with pytest.raises(VersionNotFound):
            await store.head(KEY, version_id=version_id)


async def test_an_unreachable_store_is_not_a_missing_object(
    unreachable_store: ObjectStore,
) -> None:
    """Every request says that the store is unavailable, so that it is tried again."""
    store = unreachable_store
    requests: list[Callable[[], Awaitable[object]]] = [
        lambda: put(store, KEY, b""),
        lambda: store.get(KEY),
        lambda: store.head(KEY),
        lambda: store.get(KEY, version_id="v"),
        lambda: store.delete(KEY),
        lambda: listed(store.versions(KEY)),
        lambda: listed(store.list()),
        lambda: deleted_keys_of(store),
        lambda: store.remove(KEY, ["v"]),
    ]

    failures = await asyncio.gather(*(request() for request in requests), return_exceptions=True)

    assert [type(failure) for failure in failures] == [StoreUnavailable] * len(requests)


# -- listing -------------------------------------------------------------------------------


async def test_list_skips_deleted_keys_and_shows_the_newest_version(store: ObjectStore) -> None:
    """One entry a key."""
    await put(store, "a.ipynb", b"1")
    newest = await put(store, "a.ipynb", b"22")
    await put(store, "gone.ipynb", b"1")
    await store.delete("gone.ipynb")

    [only] = await listed(store.list())

    assert (only.key, only.size_bytes) == ("a.ipynb", 2)
    assert only.version_id in (newest.version_id, "")  # S3's listing does not tell it
    assert only.is_latest


async def test_list_honours_its_prefix_to_the_letter(store: ObjectStore) -> None:
    """No character of a prefix means more than itself, and a prefix need not end a segment."""
    keys = ["a%b/1", "a_b/1", "aXb/1", "a*b/1", "a/b", "A/b", "ab", "a/b/c", "é/1", "é", "e"]
    for key in keys:
        await put(store, key, b"")

    for prefix in ["", "a", "a%b/", "a_b/", "a*", "a/b", "A", "é", "é/", "zzz", "x" * 2000]:
        expected = sorted((k for k in keys if k.startswith(prefix)), key=str.encode)
        assert await keys_of(store, prefix) == expected


async def test_list_is_in_the_order_of_utf8(store: ObjectStore) -> None:
    """Not in that of UTF-16 or of a language."""
    keys = ["a", "a-b", "a/b", "a0", "B", "z", "é", "\ue000", "\uffee", "😀", "a b", "a\tb"]
    for key in keys:
        await put(store, key, b"")

    assert await keys_of(store) == sorted(keys, key=str.encode)


@pytest.mark.slow
async def test_more_keys_than_fit_in_a_page_are_all_listed(paging_store: ObjectStore) -> None:
    """Each once and in order; a percent sign at the end of a page confuses nobody."""
    store = paging_store
    keys = [f"many/{n:04d}%41 é.ipynb" for n in range(MANY)]
    await put(store, "before", b"")
    await put(store, "zafter", b"")
    await put_many(store, keys)

    assert await keys_of(store, "many/") == keys
    assert await keys_of(store, "many/", after=keys[9]) == keys[10:]
    assert await keys_of(store, "many/", after=f"{keys[9]}-gone") == keys[10:]
    assert len(await keys_of(store)) == MANY + 2


# -- many at once --------------------------------------------------------------------------


async def test_simultaneous_puts_of_one_key_are_all_kept(store: ObjectStore) -> None:
    """Twenty at once are twenty versions."""
    made = await asyncio.gather(*(put(store, KEY, b"%d" % n) for n in range(20)))

    assert len({version.version_id for version in made}) == 20
    assert sorted(await bodies_of(store, KEY)) == sorted(b"%d" % n for n in range(20))
    assert [v.is_latest for v in await listed(store.versions(KEY))].count(True) == 1


async def test_a_cancelled_put_stores_a_whole_version_or_none(store: ObjectStore) -> None:
    """Whenever it is cancelled; and the store goes on working."""
    whole = b"whole" * 50_000
    for turns in range(12):
        task = asyncio.ensure_future(put(store, KEY, whole))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    last = await put(store, KEY, b"last")

    assert (await store.get(KEY, version_id=last.version_id)).body == b"last"
    assert set(await bodies_of(store, KEY)) <= {whole, b"last"}


async def test_a_store_can_be_used_from_two_event_loops(store: ObjectStore) -> None:
    """Of two threads, at the same time: a server's and a command's."""

    async def use(name: bytes) -> None:
        for _ in range(5):
            await put(store, KEY, name)
            assert (await store.get(KEY)).body in (b"here", b"there")

    await asyncio.gather(use(b"here"), asyncio.to_thread(lambda: asyncio.run(use(b"there"))))

    assert sorted(await bodies_of(store, KEY)) == [b"here"] * 5 + [b"there"] * 5


# -- the store itself ----------------------------------------------------------------------


async def test_a_working_store_says_so(store: ObjectStore) -> None:
    """Reachable, there, and keeping versions; before and after the first put."""
    for _ in range(2):
        check = await store.check()
        assert (check.reachable, check.exists, check.versioned) == (True, True, True)
        assert check.problems == ()
        await put(store, KEY, b"")


async def test_an_unreachable_store_says_so(unreachable_store: ObjectStore) -> None:
    """In words, without raising."""
    check = await unreachable_store.check()

    assert not check.reachable
    assert check.problems


async def test_a_check_leaves_nothing_behind(store: ObjectStore) -> None:
    """Whoever looks at the bucket finds only what was put there."""
    await store.check()

    assert await keys_of(store) == []


async def test_a_store_has_a_name_that_people_can_read(store: ObjectStore) -> None:
    """What it is and which bucket, in one line."""
    assert store.kind
    assert store.bucket
    assert store.bucket in store.display


async def test_a_store_can_be_closed_twice(store: ObjectStore) -> None:
    """And without ever having been used."""
    await put(store, KEY, b"")
    await store.close()
    await store.close()


async def test_an_unused_store_can_be_closed(implementation: Implementation) -> None:
    """A server that stops before its first save."""
    store = await implementation.fresh()
    await store.close()


async def test_two_buckets_know_nothing_of_each_other(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Neither objects nor histories."""
    other = await implementation.fresh()
    await put(store, KEY, b"here")

    assert await keys_of(other) == []
    assert await listed(other.versions(KEY)) == []
    await other.close()
