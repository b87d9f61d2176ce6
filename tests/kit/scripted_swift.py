"""A Swift that answers as a test says: the failures that no real one can be told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from scripted_s3 import Answer, Request, ScriptedS3, scripted_s3

from bookstore.store.swift.store import SwiftOptions, SwiftStore

CONTAINER = "notebooks"
VERSION_ID = "1795914046.57984"
KEEPS_VERSIONS = Answer(status=204, headers={"X-Versions-Enabled": "True", "X-Trans-Id": "tx"})
STORED = Answer(status=201, headers={"X-Object-Version-Id": VERSION_ID, "X-Trans-Id": "tx"})


def said(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Return an answer of Swift's."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers={"X-Trans-Id": "tx", **named}, body=body)


class ScriptedSwift:
    """Signs in whoever asks, with tokens that are numbered, and keeps the requests."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self._answer = answer
        self.server = ScriptedS3(self._say)
        self.signed_in = 0
        self.refuses: Answer | None = None
        """What it says to those who sign in, if not a token."""

    def options(self, **changed: Any) -> SwiftOptions:
        """Return how to reach it as a Swift that has users of its own."""
        values: dict[str, Any] = {
            "auth_url": f"{self.server.endpoint_url}/auth/v1.0",
            "username": "test:tester",
            "password": "a-password",
            "connect_timeout_s": 2.0,
            "read_timeout_s": 5.0,
        }
        return SwiftOptions(**values | changed)

    def by_keystone(self, **changed: Any) -> SwiftOptions:
        """Return how to reach it by Keystone."""
        url = f"{self.server.endpoint_url}/v3"
        return self.options(**{"auth_url": url, "username": "ada", "project_name": "p"} | changed)

    @property
    def asked(self) -> list[Request]:
        """The requests for the container and what is in it."""
        return [each for each in self.server.requests if f"/{CONTAINER}" in each.path]

    @property
    def catalogue(self) -> list[dict[str, Any]]:
        """What Keystone knows of this Swift: it is in the region ``here``, also inside."""
        url = f"{self.server.endpoint_url}/v1/AUTH_p"
        place = {"region": "here", "region_id": "here", "url": url}
        elsewhere = {"region": "there", "region_id": "there", "url": "http://127.0.0.1:9/v1/A"}
        endpoints = [
            {**elsewhere, "interface": "public"},
            {**place, "interface": "internal"},
            {**place, "interface": "public"},
        ]
        return [
            {"type": "identity", "endpoints": []},
            {"type": "object-store", "endpoints": endpoints},
        ]

    def _say(self, request: Request) -> Answer:
        if request.path.startswith(("/auth/", "/v3/")):
            return self.refuses or self._sign_in(request)
        return self._answer(request)

    def _sign_in(self, request: Request) -> Answer:
        self.signed_in += 1
        token = f"token-{self.signed_in}"
        if request.path.startswith("/v3/"):
            body = json.dumps({"token": {"catalog": self.catalogue}}).encode()
            return Answer(status=201, headers={"X-Subject-Token": token}, body=body)
        url = f"{self.server.endpoint_url}/v1/AUTH_test"
        return said(200, X_Storage_Url=url, X_Auth_Token=token)


@contextmanager
def scripted_swift(answer: Callable[[Request], Answer]) -> Iterator[ScriptedSwift]:
    """Run one on loopback; it says by itself that the container keeps versions."""

    def with_container(request: Request) -> Answer:
        if request.verb == "HEAD" and request.path.endswith(f"/{CONTAINER}"):
            return KEEPS_VERSIONS
        return answer(request)

    script = ScriptedSwift(with_container)
    with scripted_s3(script._say, asks_about_versioning=True) as server:
        script.server = server
        yield script


@asynccontextmanager
async def opened_swift(options: SwiftOptions) -> AsyncIterator[SwiftStore]:
    """Give a store, and close it."""
    store = SwiftStore(CONTAINER, options)
    try:
        yield store
    finally:
        await store.close()


def with_token(request: Request, token: str, answer: Answer) -> Answer:
    """Return *answer* to a request with this token; others are refused."""
    if request.headers.get("x-auth-token") == token:
        return answer
    return replace(said(401), body=b"secret words of the service")
