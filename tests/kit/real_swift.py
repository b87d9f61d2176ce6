"""A real Swift for tests, by its own API: with users of its own (TempAuth), and with Keystone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from implementations import Implementation
from real_stores import RealStore, how_to_reach, real_store
from s3_server import free_port

from bookstore.store.base import ObjectStore
from bookstore.store.swift.client import SwiftClient
from bookstore.store.swift.errors import Answer
from bookstore.store.swift.store import SwiftOptions, SwiftStore

REAL_SWIFTS = ("swift-tempauth", "swift-keystone")
VERSIONED = {"X-Versions-Enabled": "true"}


def swift_options(name: str, **changed: Any) -> SwiftOptions:
    """Return how to reach a Swift by its name."""
    return SwiftOptions(**how_to_reach(name) | changed)


async def ask_swift(
    options: SwiftOptions, method: str, path: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return the answer to a plain request: another tool, beside the store under test."""
    client = SwiftClient(options)
    try:
        return await client.ask(method, path, headers=headers)
    finally:
        await client.close()


async def new_container(options: SwiftOptions, headers: Mapping[str, str] | None = None) -> str:
    """Make a container with a name of its own, that keeps versions unless *headers* differ."""
    container = f"test {secrets.token_hex(6)} é+"
    path = container.replace(" ", "%20").replace("é", "%C3%A9")
    answer = await ask_swift(options, "PUT", path, VERSIONED if headers is None else headers)
    assert answer.status == 201
    return container


async def container_for_servers(options: SwiftOptions) -> str:
    """Make a container that keeps versions, with a name that the settings take."""
    container = f"notebooks-{secrets.token_hex(6)}"
    answer = await ask_swift(options, "PUT", container, VERSIONED)
    assert answer.status == 201
    return container


def swift_implementation(name: str) -> Implementation:
    """Stores in new containers of a real Swift; an unreachable one has nothing on its port."""
    options = swift_options(name)

    async def fresh() -> ObjectStore:
        return SwiftStore(await new_container(options), options)

    async def unreachable() -> ObjectStore:
        path = "v3" if options.is_keystone else "auth/v1.0"
        nowhere = f"http://127.0.0.1:{free_port()}/{path}"
        return SwiftStore("container", swift_options(name, auth_url=nowhere))

    return Implementation(fresh=fresh, unreachable=unreachable, longest_key_characters=1006)


def swift_environment(name: str, container: str) -> dict[str, str]:
    """Return the environment of a server that keeps its versions in *container*."""
    options = swift_options(name)
    said = {
        "JPYNB_SWIFT_CONTAINER": container,
        "OS_AUTH_URL": options.auth_url,
        "OS_USERNAME": options.username,
        "OS_PASSWORD": options.password,
        "OS_PROJECT_NAME": options.project_name,
        "OS_REGION_NAME": options.region_name,
    }
    return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, kw_only=True)
class NativeSwift(RealStore):
    """A Swift that servers reach by its own API, and tests with a tool for S3."""

    def environment(self, bucket: str) -> dict[str, str]:
        """Return the environment of a server that keeps its versions in *bucket*."""
        return swift_environment("swift-tempauth", bucket)


def native_swift() -> NativeSwift:
    """Return the one that has users of its own."""
    return NativeSwift(**vars(real_store("swift")))
