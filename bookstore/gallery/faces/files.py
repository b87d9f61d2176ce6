"""Between the gallery and the user's files: copies of notebooks, and notebooks to publish.

Knows: contents managers, the catalogue.  Must not know: pages.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from ...actions.fields import api_path, target_path
from ...archive.user_files import save_copy, saved_bytes
from ...errors import BadRequest
from ...http.landing import CopyingHandler
from ..catalogue.counting import RAN
from ..catalogue.reading import kept, notebook
from ..catalogue.usage import record
from .fields import address_of, revision_named
from .handlers import GalleryHandler

MOST_NAME = 60
_NOT_IN_NAMES = re.compile(r"[^\w .,()+-]+")
MOST_TIMES = 4
"""How many times larger a notebook may be before its outputs are taken out of it."""


class CloningHandler(GalleryHandler, CopyingHandler):
    """Base of what saves a copy among the user's files."""

    async def clone(self, body_: Mapping[str, Any]) -> dict[str, Any]:
        """Save what *body_* asks for; return its contents model, and where it opens."""
        await self.may_use_contents("write")
        gallery, actor, uuid = await self.gallery(), await self.actor(), str(body_["uuid"])
        revision_id = revision_named(str(body_.get("revision") or "") or None)
        about = await notebook(gallery.catalogue, actor, uuid)
        copied = await kept(gallery.catalogue, actor, uuid, revision_id=revision_id)
        name = file_name(about.notebook.title)
        hidden = self.contents_manager.allow_hidden
        model = await save_copy(
            self.contents_manager,
            await asyncio.to_thread(with_origin, copied.body, uuid=uuid, commit=copied.commit_id),
            target_path=target_path(str(body_.get("target_path") or ""), name, allow_hidden=hidden),
            source=f"gallery/{address_of(uuid, revision_id)}",
            naming=self.bookstore.naming,
        )
        await record(gallery.catalogue, actor, uuid, RAN)
        return self.opening(model)


class NotebookFiles(GalleryHandler):
    """Base of what publishes notebooks of the server."""

    async def notebook_at(self, path: str) -> bytes:
        """Return the notebook that is saved at *path*, as it is."""
        if not self.has_files:
            raise BadRequest("path names a file of a Jupyter server, which this is not.")
        if not path.strip("/ "):
            raise BadRequest("Choose the notebook to publish.")
        hidden = self.contents_manager.allow_hidden
        path = api_path(path, field="path", allow_hidden=hidden)
        if not path.endswith(".ipynb"):
            raise BadRequest("path has to end in .ipynb: only notebooks are published.")
        most = MOST_TIMES * self.service.most_bytes
        return await saved_bytes(self.contents_manager, path, allow_hidden=hidden, max_bytes=most)


def file_name(title: str) -> str:
    """Return a name for the file of a notebook: its title without what files cannot be called."""
    words = _NOT_IN_NAMES.sub(" ", title)[:MOST_NAME]
    return f"{' '.join(words.split()).lstrip('. ') or 'notebook'}.ipynb"


def with_origin(content: bytes, *, uuid: str, commit: str) -> bytes:
    """Return a notebook that says where it is from, as nbgallery's say."""
    told = json.loads(content)
    told.setdefault("metadata", {})["gallery"] = {"uuid": uuid, "commit": commit}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
