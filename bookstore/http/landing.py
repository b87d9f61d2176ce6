"""The landing page: what somebody sees before a copy is saved among their files.

Shared by cloning from the store and from the file system.  Showing it changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_server.utils import url_path_join

from ..archive.user_files import free_path, open_url, save_copy
from ..errors import TooLarge
from ..notebooks.preview import MAX_BYTES, Preview, preview_of
from .base import BookstoreHandler, BookstorePageHandler


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

    def may_be_copied(self, size_bytes: int) -> None:
        """Raise TooLarge, naming the setting, when the administrator does not allow the size."""
        limit = self.bookstore.settings.clone_max_bytes
        if size_bytes > limit:
            raise TooLarge(
                f"It is {size_bytes:,} bytes large; at most {limit:,} are cloned.",
                hint="The administrator can raise BookstoreSettings.clone_max_bytes.",
            )

    async def save_copy(
        self, body: bytes, *, target_path: str, source: str, mend: bool
    ) -> dict[str, Any]:
        """Save *body* among the user's files; return its contents model and where it opens."""
        model = await save_copy(
            self.contents_manager,
            body,
            target_path=target_path,
            source=source,
            naming=self.bookstore.naming,
            mend=mend,
        )
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
        facts = {name: value for name, value in offer.facts.items() if value not in ("", None)}
        self.finish_page(
            "clone.html",
            offer=offer,
            facts=facts,
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
