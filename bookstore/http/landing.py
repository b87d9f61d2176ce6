"""The landing page: what somebody sees before a copy is saved among their files.

Shared by cloning from the store and from the file system.  Showing it changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from jupyter_server.utils import url_path_join

from ..archive.user_files import free_path
from ..notebooks.preview import MAX_BYTES, Preview, preview_of
from .base import BookstoreHandler, BookstorePageHandler

_PLACE = ("Bucket", "Version", "Key")
"""Facts that only those who keep the store ask for: they are folded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be cloned, and the facts known about it."""

    name: str
    origin: str
    """Where it lies, in words: ``s3://bucket``."""
    facts: Mapping[str, object]
    """Shown in this order; empty ones are left out."""
    size_bytes: int
    body: bytes | None
    """For the preview; None when it is too large for one."""
    fields: Mapping[str, str]
    """What the form sends, beside the target path."""
    target_path: str


class CopyingHandler(BookstoreHandler):
    """Base of everything that saves copies."""

    async def clone(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Save the copy that *body* asks for; return its contents model, and where it opens."""
        raise NotImplementedError

    async def clone_json(self) -> dict[str, Any]:
        """Save the copy that the request's JSON asks for."""
        return await self.clone(await self.json_body())

    async def clone_form(self) -> dict[str, Any]:
        """Save the copy that the page's form asks for."""
        return await self.clone(self.form_fields())

    def opening(self, model: dict[str, Any]) -> dict[str, Any]:
        """Return the contents *model* of a copy with where it opens."""
        is_notebook = model["type"] == "notebook"
        return {**model, "open_url": self._open_url(model["path"], is_notebook=is_notebook)}

    def _open_url(self, path: str, *, is_notebook: bool) -> str:
        installed = getattr(self.serverapp, "extension_manager", None)
        extensions = getattr(installed, "extensions", {})
        return open_url(
            path,
            is_notebook=is_notebook,
            base_url=self.base_url,
            default_url=self.default_url,
            extensions={name for name, extension in extensions.items() if extension.enabled},
        )


class LandingHandler(CopyingHandler, BookstorePageHandler):
    """Base of the landing pages."""

    api_route = ""
    """Where the page's script sends the request."""
    form_route = ""
    """Where the form goes without a script."""

    async def show_offer(self, offer: Offer) -> None:
        """Answer with the page of *offer*."""
        preview = await self.outcome(asyncio.to_thread(_preview, offer))
        target = await free_path(self.contents_manager, offer.target_path)
        known = {name: value for name, value in offer.facts.items() if value not in ("", None)}
        place = {name: known.pop(name) for name in _PLACE if name in known}
        self.finish_page(
            "clone.html",
            offer=offer,
            facts=known,
            place=place,
            preview=preview,
            target_path=target,
            wanted_path=offer.target_path,
            kind="notebook" if target.endswith(".ipynb") else "file",
            api_url=url_path_join(self.base_url, self.api_route),
            form_url=url_path_join(self.base_url, self.form_route),
            xsrf_token=self.xsrf_token.decode(),
        )

    def go_to(self, answer: Mapping[str, Any]) -> None:
        """Send the browser to the copy that was saved."""
        self.redirect(answer["open_url"], status=303)


def _preview(offer: Offer) -> Preview:
    if offer.body is None:
        return Preview(note=f"No preview: larger than {MAX_BYTES // 2**20} MiB.")
    return preview_of(offer.body, offer.name)


def open_url(
    path: str, *, is_notebook: bool, base_url: str, default_url: str, extensions: Collection[str]
) -> str:
    """Return where the file at API path *path* opens, in the front end that this server is for.

    That is the front end of *default_url*; where it names none, the first one that is enabled
    among *extensions*, the names of the server's extensions.  A server without a front end serves
    the file itself.
    """
    place = "notebooks" if is_notebook else "edit"
    places = {
        "lab": "lab/tree",
        "nbclassic": f"nbclassic/{place}",
        "notebook": place,
        "": "files",
    }
    front_end = _front_end(default_url, extensions)
    return url_path_join(base_url, places[front_end], quote(path))


def _front_end(default_url: str, extensions: Collection[str]) -> str:
    segments = default_url.split("?")[0].strip("/").split("/")
    if "lab" in segments:
        return "lab"
    if "nbclassic" in segments:
        return "nbclassic"
    if {"tree", "notebooks"} & set(segments):
        return "notebook" if "notebook" in extensions else "nbclassic"
    packages = {"jupyterlab": "lab", "notebook": "notebook", "nbclassic": "nbclassic"}
    return next((name for package, name in packages.items() if package in extensions), "")
