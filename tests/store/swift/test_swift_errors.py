"""How the Swift store says what went wrong: every failure in our words, nothing leaked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from scripted_s3 import HANG, Answer, Request
from scripted_swift import STORED, opened_swift, said, scripted_swift
from stored import KEY, keys_of, put

from bookstore.errors import (
    BookstoreError,
    BucketNotFound,
    ObjectNotFound,
    StoreRefused,
    StoreUnavailable,
    TooLarge,
    VersionNotFound,
)
from bookstore.store.swift import client

pytestmark = pytest.mark.asyncio

LEAK = b"project 5c075252de2743a3919d99accf058f7c of user ada, key SECRET"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is in need of a rest."""
    monkeypatch.setattr(client, "_PAUSE_S", 0)


def always(answer: Answer) -> Callable[[Request], Answer]:
    return lambda request: answer


async def failure_of_a_put(answer: Callable[[Request], Answer], **options: Any) -> BookstoreError:
    with scripted_swift(answer) as swift:
        async with opened_swift(swift.options(**options)) as store:
            with pytest.raises(BookstoreError) as raised:
                await put(store, KEY, b"body")
            return raised.value


@pytest.mark.parametrize("status", [400, 403, 405, 411, 412, 413, 501])
async def test_what_is_refused_stays_refused_until_somebody_changes_something(status: int) -> None:
    error = await failure_of_a_put(always(said(status, LEAK)))

    assert type(error) is StoreRefused
    assert f"({status})" in error.message
    assert "SECRET" not in f"{error.message} {error.hint}"


async def test_a_full_store_is_said_to_be_full() -> None:
    """Not that it is busy: somebody has to make room."""
    error = await failure_of_a_put(always(said(507, LEAK)))

    assert "no room left (507)" in error.message


@pytest.mark.parametrize("status", [408, 422, 429, 498, 499, 500, 502, 503, 504, 507])
async def test_what_passes_may_be_tried_again(status: int) -> None:
    error = await failure_of_a_put(always(said(status, LEAK)))

    assert type(error) is StoreUnavailable
    assert "SECRET" not in f"{error.message} {error.hint}"


async def test_a_request_that_fails_in_passing_is_sent_again() -> None:
    answers = [said(503), Answer(status=201, body=b"x", cut_at=0), STORED]

    with scripted_swift(lambda request: answers.pop(0)) as swift:
        async with opened_swift(swift.options()) as store:
            assert (await put(store, KEY, b"body")).version_id

        assert [request.body for request in swift.asked if request.verb == "PUT"] == [b"body"] * 3


async def test_a_store_that_does_not_answer_is_given_up() -> None:
    error = await failure_of_a_put(always(HANG), read_timeout_s=0.2)

    assert type(error) is StoreUnavailable
    assert "did not answer in time" in error.message


async def test_a_body_that_is_cut_on_its_way_is_not_taken_for_a_whole_one() -> None:
    cut = Answer(headers={"X-Trans-Id": "tx"}, body=b"x" * 100, cut_at=50)

    with scripted_swift(always(cut)) as swift:
        async with opened_swift(swift.options()) as store:
            with pytest.raises(StoreUnavailable):
                await store.get(KEY)


async def test_what_is_no_swift_is_told_from_an_empty_one() -> None:
    """A web page says 404 or 200 to anything."""
    for page in (Answer(status=404, body=b"<html>"), Answer(body=b"<html>welcome")):
        with scripted_swift(always(page)) as swift:
            async with opened_swift(swift.options()) as store:
                for request in (store.get(KEY), put(store, KEY, b""), keys_of(store)):
                    with pytest.raises(StoreRefused, match="is no Swift"):
                        await request


async def test_a_body_larger_than_allowed_is_not_read() -> None:
    large = Answer(headers={"X-Trans-Id": "tx", "Content-Length": str(10**12)})

    with scripted_swift(always(large)) as swift:
        async with opened_swift(swift.options()) as store:
            with pytest.raises(TooLarge):
                await store.get(KEY, max_bytes=1000)


async def test_missing_things_are_told_apart() -> None:
    """The object, the version, what was deleted."""
    deleted = {"Content_Type": "application/x-deleted;swift_versions_deleted=1"}
    with scripted_swift(lambda request: said(404, X_Object_Version_Id="null")) as swift:
        async with opened_swift(swift.options()) as store:
            with pytest.raises(ObjectNotFound):
                await store.get(KEY)
            with pytest.raises(VersionNotFound):
                await store.get(KEY, version_id="1795914046.57984")
    with scripted_swift(lambda request: said(404, **deleted)) as swift:
        async with opened_swift(swift.options()) as store:
            with pytest.raises(ObjectNotFound):
                await store.head(KEY, version_id="1795914046.57984")


async def test_an_answer_without_a_version_is_the_last_write() -> None:
    """Versioning was switched off meanwhile: nothing more is overwritten before it is on again."""
    unversioned = said(201)

    error = await failure_of_a_put(always(unversioned))

    assert type(error) is StoreRefused
    assert "keeps no versions" in error.message
    assert "X-Versions-Enabled" in error.hint


async def test_what_came_in_the_moment_of_another_put_is_not_taken_for_stored() -> None:
    """Swift answers alike to what it dropped and to what a newer version overtook."""

    def answer(request: Request) -> Answer:
        if request.verb == "PUT":
            return said(202, X_Object_Version_Id="1795914046.57984")
        return said(200, Etag="of another body", X_Object_Version_Id="1795914046.57984")

    error = await failure_of_a_put(answer)

    assert type(error) is StoreUnavailable


async def test_a_container_that_is_not_there_is_named() -> None:
    with scripted_swift(lambda request: said(404)) as swift:
        async with opened_swift(swift.options()) as store:
            with pytest.raises(BucketNotFound, match="notebooks") as raised:
                await keys_of(store)

    assert "swift_container" in raised.value.hint


async def test_a_key_longer_than_the_store_takes_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        error = await failure_of_a_put(always(said(400, b"Object name length of 1042 longer")))

    assert "longer than the store takes" in error.message
    assert "a-password" not in caplog.text
    assert "token-1" not in caplog.text
