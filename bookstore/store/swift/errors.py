"""Swift's failures in our words, renamed in one place.

The service's own messages are never passed on: they name projects and accounts.

Knows: HTTP's statuses, aiohttp's failures.  Must not know: requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

import aiohttp

from ...errors import BookstoreError, BucketNotFound, StoreRefused, StoreUnavailable
from ...s3_paths import s3_path

SIGN_IN_HINT = (
    "Correct the BookstoreSettings whose names begin with swift_: auth_url, username and password "
    "with their project and domains, or application_credential_id and _secret."
)
AUTH_URL_HINT = (
    "Correct BookstoreSettings.swift_auth_url: Keystone's ends in /v3, that of a Swift with users "
    "of its own in /auth/v1.0."
)
CA_HINT = (
    "Name the file of the authority that signed the service's certificate in "
    "BookstoreSettings.swift_ca_bundle."
)
CONTAINER_HINT = (
    'Make the container with the header "X-Versions-Enabled: true", or correct '
    "BookstoreSettings.swift_container."
)
VERSIONING_HINT = (
    'Post the header "X-Versions-Enabled: true" to the container; the Swift has to allow it '
    "(allow_object_versioning)."
)
_KEY_HINT = "Give the notebook a shorter name, or put it into a folder nearer to the root."
_ROOM_HINT = "Ask the administrator for more room, or make the notebook smaller: clear outputs."

_PASSING = {408, 425, 429, 498, 499}

FAILURES: tuple[type[Exception], ...] = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""All that a request fails with before an answer is whole; anything else is a bug."""


class Answer(NamedTuple):
    """What a service said to one request."""

    status: int
    headers: Mapping[str, str]
    """By names in any case."""
    body: bytes


def named(container: str, key: str = "") -> str:
    """Return what a message calls a container or an object in it."""
    return f"swift://{s3_path(container, key)}"


def passes(status: int) -> bool:
    """May the same request succeed later without anyone changing anything?"""
    return status in _PASSING or (status >= 500 and status != 501)


def unanswered(error: Exception, host: str) -> BookstoreError:
    """Return what it means that no whole answer came from *host*."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return StoreRefused(f"The certificate of {host} is not trusted.", hint=CA_HINT)
    if isinstance(error, aiohttp.ClientSSLError):
        return StoreRefused(
            f"What answers at {host} does not speak TLS as it must.",
            hint="Begin the address with http:// if it is not encrypted, or correct its port.",
        )
    if isinstance(error, aiohttp.InvalidURL):
        return StoreRefused(f"The address of {host} is not one.", hint=AUTH_URL_HINT)
    if isinstance(error, asyncio.TimeoutError):
        return StoreUnavailable(f"{host} did not answer in time.")
    return StoreUnavailable(f"{host} cannot be reached ({type(error).__name__}).")


def refused(what: str, answer: Answer) -> BookstoreError:
    """Return what an answer means that is not the one that was asked for."""
    status = answer.status
    if status == 422:
        return StoreUnavailable(f"{what}: the body was damaged on its way.")
    if status == 507:
        return StoreUnavailable(f"{what}: the store has no room left ({status}).")
    if passes(status):
        return StoreUnavailable(f"{what}: the store cannot do it just now ({status}).")
    if status == 400 and answer.body.startswith(b"Object name length"):
        return StoreRefused(f"{what}: the key is longer than the store takes.", hint=_KEY_HINT)
    if status == 403:
        return StoreRefused(f"{what}: the store does not allow it (403).")
    if status == 413:
        return StoreRefused(
            f"{what}: the body is larger than the store takes, or its quota is used up (413).",
            hint=_ROOM_HINT,
        )
    return StoreRefused(f"{what}: the store refused ({status}).")


def no_container(container: str) -> BucketNotFound:
    """Return that there is no such container."""
    return BucketNotFound(f"The container {container!r} does not exist.", hint=CONTAINER_HINT)


def signs_no_links(container: str) -> StoreRefused:
    """Return that there is nothing to sign a temporary URL with."""
    return StoreRefused(
        f"The container {container!r} has no key for links.",
        hint='Post the header "X-Container-Meta-Temp-URL-Key", with a secret of your own, to it.',
    )


def is_not_open(container: str) -> StoreRefused:
    """Return that not everybody may read a container."""
    return StoreRefused(
        f"The container {container!r} is not open to everybody, and Swift opens no single file.",
        hint='Make a link that ends. Or post the header "X-Container-Read: .r:*" to the container,'
        " if everybody may read all that is in it.",
    )


def opens_whole_containers(container: str) -> StoreRefused:
    """Return that a file of an open container cannot be closed."""
    return StoreRefused(
        f"Swift opens whole containers: nothing in {container!r} is public, or all of it.",
        hint='Post the header "X-Container-Read", without .r:*, to close it.',
    )


def keeps_no_versions(container: str) -> StoreRefused:
    """Return that versions would be lost in this container."""
    message = f"The container {container!r} keeps no versions."
    return StoreRefused(message, hint=VERSIONING_HINT)
