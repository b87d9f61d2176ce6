"""The routes that clone from the store, and the page of a link to something there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.clone import CloneRequest, body_of, clone, find
from ..notebooks.preview import MAX_BYTES
from ..records import ObjectVersion
from .base import BookstoreAPIHandler
from .landing import CopyingHandler, LandingHandler, Offer


class S3CopyingHandler(CopyingHandler):
    """Base of what clones from the store."""

    async def clone(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Clone what *body* asks for; return its contents model, where it came from and opens."""
        await self.may_use_contents("write")
        return self.opening(await clone(self.bookstore, self.contents_manager, body))


class BookstoreCloneAPIHandler(S3CopyingHandler, BookstoreAPIHandler):
    """``POST /api/bookstore/clone``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone an object; answer with the contents model of the copy."""
        await self.respond(self.clone_json())


class BookstoreCloneHandler(S3CopyingHandler, LandingHandler):
    """``/bookstore/clone``: the landing page, and its form."""

    api_route = "api/bookstore/clone"
    form_route = "bookstore/clone"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show what would be cloned."""
        await self.show_offer(await self.outcome(self.offer()))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone, and go to the copy: the form without a script."""
        self.go_to(await self.outcome(self.clone_form()))

    async def offer(self) -> Offer:
        """Return what the query asks for.  The version shown is the one that will be cloned."""
        await self.may_use_contents("read")
        found = await find(self.bookstore, self.contents_manager, self.query_fields())
        request, version = found.request, found.version
        is_small = version.size_bytes <= MAX_BYTES
        return Offer(
            **self.construct_template_params(request.s3_bucket, request.s3_key, version.version_id),
            facts=_facts(request, version),
            size_bytes=version.size_bytes,
            body=await body_of(self.bookstore, found) if is_small else None,
            target_path=request.target_path,
        )

    def construct_template_params(
        self, s3_bucket: str, s3_object_key: str, s3_version_id: str = ""
    ) -> dict[str, Any]:
        """Return what the page says of an object whatever is in it: its name, where it lies, and
        what the form sends."""
        return {
            "name": s3_object_key.rpartition("/")[2],
            "origin": self.bookstore.store_for(s3_bucket).display,
            "fields": {
                "s3_bucket": s3_bucket,
                "s3_key": s3_object_key,
                "s3_version_id": s3_version_id,
            },
        }


class BookstoreClonedHandler(BookstoreCloneHandler):
    """``/api/bookstore/cloned``: the landing page and the API under one route."""

    @property
    def answers_json(self) -> bool:  # type: ignore[override]
        """People get the page, programs post."""
        return self.request.method != "GET"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show what would be cloned."""
        await self.show_offer(await self.outcome(self.offer()))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone an object; answer with the contents model of the copy."""
        await self.respond(self.clone_json())


def _facts(request: CloneRequest, version: ObjectVersion) -> dict[str, object]:
    known = version.metadata or {}
    return {
        "Author": known.get("author", ""),
        "Saved": version.modified_at,
        "Size": version.size_bytes,
        "Bucket": request.s3_bucket,
        "Version": version.version_id,
        "Key": request.s3_key,
    }
