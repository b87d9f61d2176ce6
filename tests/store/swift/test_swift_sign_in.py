"""The Swift store signs in as its options say, and again when a token ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from scripted_s3 import Answer
from scripted_swift import STORED, opened_swift, said, scripted_swift, with_token
from stored import KEY, put

from bookstore.errors import StoreRefused, StoreUnavailable

pytestmark = pytest.mark.asyncio


async def test_a_token_that_ends_is_replaced_once_however_many_wait() -> None:
    """And what was asked with it is asked again."""
    valid = "token-1"

    with scripted_swift(lambda request: with_token(request, valid, STORED)) as swift:
        async with opened_swift(swift.options()) as store:
            await put(store, KEY, b"first")
            valid = "token-2"
            await asyncio.gather(*(put(store, KEY, b"%d" % n) for n in range(8)))

    assert swift.signed_in == 2


async def test_a_token_that_is_never_taken_is_a_refusal() -> None:
    with scripted_swift(lambda request: with_token(request, "none", STORED)) as swift:
        async with opened_swift(swift.options()) as store:
            with pytest.raises(StoreRefused, match="does not take the token") as raised:
                await put(store, KEY, b"")

    assert swift.signed_in == 2
    assert "secret words" not in raised.value.message


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (said(401, b"user ada"), StoreRefused, "sign-in was refused"),
        (said(503), StoreUnavailable, "just now"),
        (said(404), StoreRefused, "not possible here"),
        (Answer(body=b"<html>welcome"), StoreRefused, "is no"),
        (Answer(status=201, headers={"X-Subject-Token": "t"}, body=b"[]"), StoreRefused, "is no"),
    ],
    ids=["401", "503", "404", "page", "list"],
)
@pytest.mark.parametrize("service", ["options", "by_keystone"])
async def test_a_sign_in_that_fails_is_told_and_tried_again(
    answer: Answer, error: type[Exception], words: str, service: str
) -> None:
    """In words that name the settings; whoever corrects it need not restart the server."""
    with scripted_swift(lambda request: STORED) as swift:
        swift.refuses = answer
        async with opened_swift(getattr(swift, service)(region_name="here")) as store:
            with pytest.raises(error, match=words) as raised:
                await put(store, KEY, b"")
            assert "ada" not in str(raised.value)
            swift.refuses = None
            await put(store, KEY, b"")


async def test_keystone_says_where_the_store_is_by_region_and_interface() -> None:
    """In the first region where none is named, which here nothing answers in."""
    with scripted_swift(lambda request: STORED) as swift:
        for right in ({"region_name": "here"}, {"interface": "internal"}):
            async with opened_swift(swift.by_keystone(**right)) as store:
                await put(store, KEY, b"")
        async with opened_swift(swift.by_keystone(region_name="nowhere")) as store:
            with pytest.raises(StoreRefused, match="'nowhere'") as raised:
                await put(store, KEY, b"")
            assert "here, there" in raised.value.hint
        async with opened_swift(swift.by_keystone(interface="admin")) as store:
            with pytest.raises(StoreRefused, match="no admin address"):
                await put(store, KEY, b"")
        async with opened_swift(swift.by_keystone()) as store:
            with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9"):
                await put(store, KEY, b"")


async def test_an_address_that_is_set_goes_before_the_catalogue() -> None:
    with scripted_swift(lambda request: STORED) as swift:
        url = f"{swift.server.endpoint_url}/v1/AUTH_mine/"
        async with opened_swift(swift.by_keystone(storage_url=url)) as store:
            await put(store, KEY, b"")

    assert swift.asked[-1].path == f"/v1/AUTH_mine/notebooks/{KEY}"


PASSWORD = {"user": {"name": "ada", "domain": {"name": "Default"}, "password": "a-password"}}


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (
            {},
            {
                "identity": {"methods": ["password"], "password": PASSWORD},
                "scope": {"project": {"name": "p", "domain": {"name": "Default"}}},
            },
        ),
        (
            {"project_domain": "labs"},
            {
                "identity": {"methods": ["password"], "password": PASSWORD},
                "scope": {"project": {"name": "p", "domain": {"name": "labs"}}},
            },
        ),
        (
            {"project_id": "p1"},
            {
                "identity": {"methods": ["password"], "password": PASSWORD},
                "scope": {"project": {"id": "p1"}},
            },
        ),
        ({"project_name": ""}, {"identity": {"methods": ["password"], "password": PASSWORD}}),
        (
            {"application_credential_id": "c", "application_credential_secret": "s"},
            {
                "identity": {
                    "methods": ["application_credential"],
                    "application_credential": {"id": "c", "secret": "s"},
                }
            },
        ),
    ],
    ids=["name", "domain", "id", "default", "application credential"],
)
async def test_keystone_is_told_who_it_is(options: dict[str, Any], asked: Any) -> None:
    with scripted_swift(lambda request: STORED) as swift:
        async with opened_swift(swift.by_keystone(region_name="here", **options)) as store:
            await put(store, KEY, b"")

    [signed_in] = [each for each in swift.server.requests if each.path == "/v3/auth/tokens"]
    assert json.loads(signed_in.body) == {"auth": asked}


async def test_no_secret_is_shown() -> None:
    with scripted_swift(lambda request: STORED) as swift:
        options = swift.options(application_credential_secret="another-secret")
        shown = repr(options) + options.place
    assert "a-password" not in shown
    assert "another-secret" not in shown
