"""Fetches a notebook from a gallery on another server, for a copy of it.

Knows: HTTP, the gallery's route for copies.  Must not know: which galleries are allowed, files.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from ..errors import BookstoreError, Forbidden, NotFound, TooLarge
from .connection import ServerUnreachable, proxies_for

TICKET = "X-Bookstore-Ticket"
"""The header with which a gallery is shown that somebody may read one notebook for some minutes."""
CONNECT_S, SILENCE_S, AT_MOST_S = 10.0, 30.0, 120.0
_PIECE = 2**16
_AGAIN = "Open the notebook from the gallery again: its link is for some minutes."


class GalleryFailed(BookstoreError):
    """The gallery did not answer as one does."""

    status = 502


@dataclass(frozen=True, kw_only=True)
class GalleryCopy:
    """A notebook as a gallery gives it."""

    uuid: str
    commit_id: str
    revision: int | None
    title: str
    owner: str
    name: str
    """What its file may be called."""
    updated_at: str
    content: dict[str, Any] = field(repr=False)
    size_bytes: int


def fetch_copy(
    gallery: str, uuid: str, *, revision: str = "", ticket: str = "", most_bytes: int
) -> GalleryCopy:
    """Return the notebook *uuid* of the gallery at the URL *gallery*, which ends with a slash.

    Follows no redirect, reads no more than *most_bytes*, and no longer than :data:`AT_MOST_S`.  Not
    for an event loop.  Raises :class:`~bookstore.errors.NotFound`,
    :class:`~bookstore.errors.Forbidden`, :class:`~bookstore.errors.TooLarge`,
    :class:`~.connection.ServerUnreachable` and :class:`GalleryFailed`.
    """
    url = f"{gallery}api/bookstore/gallery/notebooks/{quote(uuid, safe='')}/copy"
    try:
        with requests.Session() as session:
            session.auth = _as_nobody
            with session.get(
                url,
                params={"revision": revision} if revision else None,
                headers={TICKET: ticket} if ticket else None,
                timeout=(CONNECT_S, SILENCE_S),
                allow_redirects=False,
                stream=True,
                proxies=proxies_for(url),
            ) as response:
                _check(response, gallery)
                body = _read(response, most_bytes)
    except requests.RequestException as error:
        raise ServerUnreachable(f"The gallery at {gallery} cannot be reached.") from error
    return _copy_of(body, gallery)


def _as_nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: what ``~/.netrc`` says is for others."""
    return request


def _check(response: requests.Response, gallery: str) -> None:
    status = response.status_code
    if status == 404:
        raise NotFound("The gallery has no such notebook that you may read.", hint=_AGAIN)
    if status in (302, 401, 403):  # redirects lead to a sign-in page
        raise Forbidden("The gallery does not let this notebook be read.", hint=_AGAIN)
    if status != 200:
        raise GalleryFailed(f"The gallery at {gallery} answered with an error ({status}).")


def _read(response: requests.Response, most_bytes: int) -> bytes:
    body, deadline = bytearray(), time.monotonic() + AT_MOST_S
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > most_bytes:
            raise TooLarge(
                f"The notebook is larger than {most_bytes:,} bytes.",
                hint="The administrator can raise BookstoreSettings.clone_max_bytes.",
            )
        if time.monotonic() > deadline:
            raise ServerUnreachable("The gallery takes too long.")
    return bytes(body)


def _copy_of(body: bytes, gallery: str) -> GalleryCopy:
    try:
        told = json.loads(body)
        texts = {
            name: str(told[name] or "")
            for name in ("uuid", "commit_id", "title", "owner", "name", "updated_at")
        }
        content, revision = told["content"], told["revision"]
        if not isinstance(content, dict) or not isinstance(revision, int | None):
            raise TypeError
        metadata = content.setdefault("metadata", {})
        if not isinstance(metadata, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GalleryFailed(f"What is at {gallery} does not answer as a gallery does.") from error
    return GalleryCopy(**texts, revision=revision, content=content, size_bytes=len(body))
