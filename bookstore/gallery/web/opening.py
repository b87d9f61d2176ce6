"""Open in Jupyter: from the page of a notebook to the reader's own server, which fetches it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import BadRequest, NotFound
from ..accounts.tickets import Tickets
from ..catalogue import PublicationRefused
from ..catalogue.counting import RAN
from ..catalogue.listing import Listed
from ..catalogue.reading import notebook, place_in
from ..catalogue.usage import record
from ..environments import Told, change, environments, register
from ..extensions import Problem
from ..faces.fields import revision_named
from ..faces.handlers import reading
from .base import GalleryPageHandler

OURS = 0
"""The number of the Jupyter that the settings name."""
OWN_NAME = "my-jupyter"
_PAGE = re.compile(r"(?<=[^:/])/+(?:lab|tree|notebooks|doc|edit|login)(?:/.*)?$")
"""Where the front ends of Jupyter are, below the base URL."""


@dataclass(frozen=True, kw_only=True)
class Jupyter:
    """A Jupyter server that notebooks are opened in."""

    number: int
    url: str
    reads_bucket: bool
    is_default: bool = False


class OpenHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/open``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Send the browser to the reader's Jupyter, or let them choose or say where that is."""
        query = self.query_fields()
        known = await self.outcome(self._known())
        chosen = _chosen(known, query.get("at", ""), choose="choose" in query)
        if chosen is None:
            await self._show(uuid, known, {})
        else:
            self.redirect(await self.outcome(self._url(uuid, chosen)), status=303)

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Write down where the reader's Jupyter is, and lead there."""
        told = await self.tried(self._registered(self.form_fields().get("url", "")))
        if isinstance(told, PublicationRefused):
            problems = {each.field: each for each in told.problems}
            await self._show(uuid, await self.outcome(self._known()), problems)
        else:
            # Browsers follow no redirect from a form to another server: a link does it.
            await self._show(uuid, await self.outcome(self._known()), {})

    async def _registered(self, url: str) -> None:
        if not self.service.members_have_jupyter:
            raise BadRequest("Members of this gallery open notebooks where its settings say.")
        database, actor = (await self.gallery()).database, await self.actor()
        told = Told(name=OWN_NAME, url=base_url_of(url))
        known = await register(database, actor, told)
        await change(database, actor, known.number, Told(is_default=True))

    async def _known(self) -> list[Jupyter]:
        """Return where the reader can open notebooks, their own servers first."""
        found: list[Jupyter] = []
        actor, service = await self.actor(), self.service
        if service.members_have_jupyter and actor.user_id is not None:
            found += [
                Jupyter(
                    number=each.number,
                    url=f"{each.url.rstrip('/')}/",
                    reads_bucket=False,
                    is_default=each.is_default,
                )
                for each in await environments((await self.gallery()).database, actor)
            ]
        if service.jupyter_url:
            reads_bucket = service.jupyter_reads_bucket
            url = service.jupyter_url
            found.append(Jupyter(number=OURS, url=url, reads_bucket=reads_bucket))
        if not found and not service.members_have_jupyter:
            raise BadRequest("This gallery knows no Jupyter to open notebooks in. Download it.")
        return found

    async def _show(
        self, uuid: str, known: Sequence[Jupyter], problems: dict[str, Problem]
    ) -> None:
        revision = self.query_fields().get("revision", "")
        self.finish_page(
            "open.html",
            notebook=await self.outcome(self._notebook(uuid)),
            known=known,
            revision=revision,
            problems=problems,
            own_url=self._own_url,
            may_add=self.service.members_have_jupyter and bool(self.reader),
        )

    async def _notebook(self, uuid: str) -> Listed:
        return (await notebook((await self.gallery()).catalogue, await self.actor(), uuid)).notebook

    @property
    def _own_url(self) -> str:
        """Where this gallery is, as browsers and other servers reach it."""
        return f"{self.origin}{self.base_url}"

    async def _url(self, uuid: str, jupyter: Jupyter) -> str:
        gallery, actor = await self.gallery(), await self.actor()
        revision_id = revision_named(self.query_fields().get("revision") or None)
        place = await place_in(gallery.catalogue, actor, uuid, revision_id=revision_id)
        asked: dict[str, Any]
        if jupyter.reads_bucket:
            page = "bookstore/clone"
            if not place.version_id:
                raise NotFound(
                    "This notebook is not in the bucket, where your Jupyter could find it."
                )
            asked = {
                "s3_bucket": gallery.catalogue.store.bucket,
                "s3_key": place.key,
                "s3_version_id": place.version_id,
            }
        else:
            page, asked = "bookstore/gallery-clone", {"gallery": self._own_url, "notebook": uuid}
            if revision_id is not None:
                asked["revision"] = revision_id
            if actor.user_id is not None:
                # Jupyter's logs write no value of a name with "code" in it.
                asked["ticket_code"] = await Tickets(gallery.database).make(actor, uuid)
        await record(gallery.catalogue, actor, uuid, RAN)
        return f"{jupyter.url}{page}?{urlencode(asked)}"


def base_url_of(address: str) -> str:
    """Return the base URL of the Jupyter that *address* is a page of, as people copy it.

    What stands behind its question mark may be a token, and is nobody else's business.
    """
    address = address.strip().partition("#")[0].partition("?")[0]
    return f"{_PAGE.sub('', address).rstrip('/')}/"


def _chosen(known: Sequence[Jupyter], at: str, *, choose: bool) -> Jupyter | None:
    """Return the Jupyter to go to, None where the reader is to say."""
    if at:
        for each in known:
            if str(each.number) == at:
                return each
        return None
    if choose:
        return None
    default = next((each for each in known if each.is_default), None)
    return default or (known[0] if len(known) == 1 else None)
