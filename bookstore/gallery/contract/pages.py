"""Links of nbgallery's: the extensions open them, and people have kept them.

Each leads to a page of the gallery.  What a browser keeps behind the ``#`` of an address goes with
it, and nobody here sees it: one form asks for a revision or for a change, by what somebody may.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from jupyter_server.utils import url_path_join
from tornado import web

from ..faces.handlers import reading
from .base import PLACE, ContractHandler, said

PASSED_ON = ("staged", "parent_uuid", "tags")


class StartHandler(ContractHandler):
    """``/``: the first page, or with ``?staged=`` the form of what was uploaded."""

    @reading
    async def get(self) -> None:
        """Go there."""
        start(self, self.query_fields())


class LinkHandler(ContractHandler):
    """``/notebook/{id}``, ``/nb/{id}`` and what follows them in links."""

    @reading
    async def get(self, name: str, title: str = "") -> None:
        """Go to the notebook, or with ``?staged=`` to the form of its revision."""
        uuid = await self.outcome(self.uuid_of(name))
        start(self, self.query_fields(), uuid)


class NowhereHandler(ContractHandler):
    """Whatever else is asked for below the contract's address."""

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler has it
        """Say that there is no such route, whoever asks and by whatever verb."""
        self.current_user = self._jupyter_current_user = None
        raise web.HTTPError(404)


def start(handler: ContractHandler, query: Mapping[str, str], uuid: str = "") -> None:
    """Send somebody to the form of an upload, or else to the page of a notebook, or the first."""
    told = {name: said(query.get(name)) or "" for name in PASSED_ON}
    if not told["staged"]:
        handler.redirect(handler.place("nb", uuid) if uuid else handler.place())
        return
    asked = {name: value for name, value in {**told, "uuid": uuid}.items() if value}
    handler.redirect(f"{url_path_join(handler.base_url, PLACE, 'form')}?{urlencode(asked)}")
