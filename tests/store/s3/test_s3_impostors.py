"""What answers at the endpoint and is no S3 is told as that, with the endpoint."""

from __future__ import annotations

import asyncio

import pytest
from s3_server import opened
from scripted_s3 import Answer, Request, error, scripted_s3
from test_s3 import kept, put
from test_s3_errors import failure_of

from bookstore.errors import StoreRefused

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_aws_configuration")]


def page(body: str, status: int = 200, kind: str = "text/html") -> Answer:
    return Answer(status=status, headers={"Content-Type": kind}, body=body.encode())


IMPOSTORS = {
    "console": error("AccessDenied", 403, "S3 API Request made to Console port."),
    "another console": error("InvalidArgument", 400, "S3 API Requests must be made to API port."),
    "page": page("<!doctype html><html><head><meta charset=utf-8></head><body></body></html>"),
    "well-formed page": page("<html><head><title>200</title></head><body></body></html>"),
    "xhtml": page('<?xml version="1.0"?><html xmlns="x"><body/></html>', kind="text/xml"),
    "missing page": page("<html><h1>404 Not Found</h1></html>", 404),
    "forbidden page": page("<html><h1>403 Forbidden</h1></html>", 403),
    "sign-in page": page("<html>Found</html>", 302),
    "another API": page('{"detail":"Not Found"}', 404, "application/json"),
    "text": page("hello", 200, "text/plain"),
}


@pytest.mark.parametrize("answer", IMPOSTORS.values(), ids=IMPOSTORS)
async def test_what_is_no_s3_is_told_with_the_endpoint(answer: Answer) -> None:
    with scripted_s3(lambda _: answer, asks_about_versioning=True) as script:
        async with opened(script.endpoint_url) as store:
            check = await store.check()
            failures = await asyncio.gather(
                failure_of(put(store)),
                failure_of(store.delete("a.ipynb")),
                failure_of(anext(store.versions("a.ipynb"))),
                failure_of(anext(store.list())),
            )
    [problem] = check.problems
    for told in (problem, *(raised.message for raised in failures)):
        assert f"{script.endpoint_url} does not answer as S3" in told
    for raised in failures:
        assert type(raised) is StoreRefused
        assert "s3_endpoint_url" in raised.hint
    assert [sent for sent in script.requests if sent.verb == "PUT"] == []


@pytest.mark.parametrize("name", ["page", "well-formed page"])
async def test_a_page_is_not_read_as_a_notebook(name: str) -> None:
    with scripted_s3(lambda _: IMPOSTORS[name]) as script:
        async with opened(script.endpoint_url) as store:
            raised = await failure_of(store.get("a.ipynb"))
    assert "does not answer as S3, but as a web page (200)" in raised.message


async def test_a_page_that_somebody_keeps_in_the_bucket_is_an_object() -> None:
    kept_page = page("<html></html>")
    kept_page.headers["ETag"] = '"e"'
    with scripted_s3(lambda _: kept_page) as script:
        async with opened(script.endpoint_url) as store:
            assert (await store.get("a.html")).body == b"<html></html>"


async def test_a_proxy_that_takes_no_large_bodies_is_told_as_that() -> None:
    """In a page, but the store behind it is S3."""
    too_large = page("<html><body><h1>413 Request Entity Too Large</h1></body></html>", 413)

    def answer(request: Request) -> Answer:
        return too_large if len(request.body) > 200_000 else kept(request)

    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url) as store:
            assert await put(store) == "v1"
            raised = await failure_of(put(store, body=bytes(300_000)))
    assert type(raised) is StoreRefused
    assert "the body is larger than the store, or a proxy before it, takes" in raised.message
    assert "proxy" in raised.hint


async def test_the_requester_pays_for_every_request_where_that_is_set() -> None:
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, requester_pays=True) as store:
            await put(store)
            await store.head("a.ipynb")
            await store.delete("a.ipynb")
        async with opened(script.endpoint_url) as store:
            await store.head("a.ipynb")
    *paying, last = script.requests
    assert {sent.headers.get("x-amz-request-payer") for sent in paying} == {"requester"}
    for sent in paying:
        assert "x-amz-request-payer" in sent.headers["authorization"]  # among what is signed
    assert "x-amz-request-payer" not in last.headers
