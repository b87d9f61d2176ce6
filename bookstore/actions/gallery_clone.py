"""Clone a notebook of a gallery on another server, of those that the administrator listed.

The server fetches nothing from anywhere else: what a link says is compared with the settings first.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from ..archive.user_files import ContentsManager, save_copy
from ..bookstore_config import BookstoreSettings
from ..errors import BadRequest, Forbidden
from ..wiring import Bookstore
from ..words import shown
from .fields import flag_in, target_path, text_field

if TYPE_CHECKING:
    from ..client.gallery_copies import GalleryCopy

MOST_UUID = 255
MOST_TICKET = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryCloneRequest:
    """A notebook of a gallery to clone, and where to."""

    gallery: str
    """One of the settings' URLs, with a slash at its end."""
    notebook: str
    revision: str
    """"" for the newest one."""
    ticket: str = field(repr=False)
    """By which the gallery knows that its reader has sent us; "" for what everybody may read."""
    target_path: str
    mend: bool = False

    @classmethod
    def from_json(cls, body: Mapping[str, Any], settings: BookstoreSettings) -> GalleryCloneRequest:
        """Return the request in *body*; raises BadRequest naming the field, or Forbidden."""
        gallery = _allowed(text_field(body, "gallery"), settings)
        notebook, revision = text_field(body, "notebook"), str(body.get("revision") or "")
        ticket = text_field(body, "ticket_code")
        if not notebook or len(notebook) > MOST_UUID:
            raise BadRequest(f"notebook must be the uuid of a notebook, not {shown(notebook)}.")
        if not (revision.isascii() and revision.isdigit() and len(revision) < 10) and revision:
            raise BadRequest(f"revision must be a number, not {shown(revision)}.")
        if len(ticket) > MOST_TICKET or not (ticket.isascii() and ticket.isprintable()):
            raise BadRequest("ticket_code must be as the gallery gave it.")
        return cls(
            gallery=gallery,
            notebook=notebook,
            revision=revision,
            ticket=ticket,
            target_path=text_field(body, "target_path"),
            mend=flag_in(body, "mend"),
        )


class Found(NamedTuple):
    """A notebook that the gallery gave."""

    request: GalleryCloneRequest
    copy: GalleryCopy
    body: bytes
    """As it is saved: it says where it is from."""
    target_path: str
    """API path, checked: it cannot leave the server's root."""


async def find(bookstore: Bookstore, files: ContentsManager, body: Mapping[str, Any]) -> Found:
    """Return what *body* asks for, fetched from the gallery."""
    from ..client.gallery_copies import fetch_copy  # not at a server's start

    settings = bookstore.settings
    request = GalleryCloneRequest.from_json(body, settings)
    copy = await asyncio.to_thread(
        fetch_copy,
        request.gallery,
        request.notebook,
        revision=request.revision,
        ticket=request.ticket,
        most_bytes=settings.clone_max_bytes,
    )
    name = copy.name.replace("/", " ").strip(". ")
    name = name if name.endswith(".ipynb") else "notebook.ipynb"
    hidden = files.allow_hidden
    return Found(
        request=request,
        copy=copy,
        body=await asyncio.to_thread(_with_origin, copy, request.gallery),
        target_path=target_path(request.target_path, name, allow_hidden=hidden),
    )


async def gallery_clone(
    bookstore: Bookstore, files: ContentsManager, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Clone what *body* asks for; return its contents model."""
    found = await find(bookstore, files, body)
    revision = "" if found.copy.revision is None else f"@{found.copy.revision}"
    return await save_copy(
        files,
        found.body,
        target_path=found.target_path,
        source=f"{found.request.gallery}bookstore/gallery/nb/{found.copy.uuid}{revision}",
        naming=bookstore.naming,
        mend=found.request.mend,
    )


def _allowed(url: str, settings: BookstoreSettings) -> str:
    """Return the gallery of the settings that *url* is; no other one is ever asked."""
    if not url:
        raise BadRequest("gallery must be the URL of the gallery to clone from.")
    wanted = _normal(url)
    for each in settings.galleries:
        if wanted == _normal(each):
            return wanted
    raise Forbidden(
        f"Notebooks are not cloned from {shown(url)}.",
        hint="The administrator can add the gallery to BookstoreSettings.galleries.",
    )


def _normal(url: str) -> str:
    """Return *url* as others are compared with it."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    if parts.query or parts.fragment:
        return url
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def _with_origin(copy: GalleryCopy, gallery: str) -> bytes:
    origin = {"uuid": copy.uuid, "commit": copy.commit_id, "url": gallery}
    content = {**copy.content, "metadata": {**copy.content["metadata"], "gallery": origin}}
    return json.dumps(content, ensure_ascii=False, indent=1).encode(errors="surrogatepass")
