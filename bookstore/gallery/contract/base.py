"""Who may ask by nbgallery's contract, and how its requests and answers are written.

A browser sends them from pages of another origin, with the user's session.  The origin is all that
says whether the user's own Jupyter asks, so only those that an administrator listed are answered,
and only by what the extensions call.  The rest of the contract is for programs with tokens.

Knows: HTTP.  Must not know: use cases.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.utils import url_path_join
from tornado import web

from ...actions.fields import parse_json_object
from ...errors import BadRequest, Forbidden
from ...http.base import problem_of
from ...words import shown
from ..api.base import GalleryAPIHandler
from ..catalogue import PublicationRefused
from ..catalogue.naming import uuid_named
from ..faces.handlers import PAGES, Verb
from ..origins import origin_in
from ..permissions import Actor

PLACE = "bookstore/nbgallery"
"""Below this, and where the gallery is by itself at the root as well, is what the extensions call:
it is the address that they are told."""
_YES = {"yes", "y", "true", "on"}
_SECONDS = 600


class ContractHandler(GalleryAPIHandler):
    """Base of what answers nbgallery's extensions."""

    shared: ClassVar[frozenset[str]] = frozenset()
    """The verbs that pages of the listed origins may use."""

    # -- who asks ------------------------------------------------------------------------------

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler has it
        """Answer nobody where the contract is switched off."""
        if not self.service.origins:
            self.current_user = self._jupyter_current_user = None
            raise web.HTTPError(404)
        await super().prepare()

    @property
    def is_listed(self) -> bool:
        """Whether a page of a listed origin asks, by a verb that it may use."""
        verb = self.request.method
        if verb == "OPTIONS":
            verb = self.request.headers.get("Access-Control-Request-Method", "")
        origin = origin_in(self.request.headers.get("Origin", ""))
        return verb in self.shared and origin is not None and origin in self.service.origins

    def set_default_headers(self) -> None:
        """Let pages of a listed origin read the answer, whatever it will be; and no others."""
        super().set_default_headers()
        if not self.service.origins:
            return
        self.set_header("Vary", "Origin")
        self.set_header("Cache-Control", "no-store")
        if self.is_listed:
            self.set_header("Access-Control-Allow-Origin", self.request.headers["Origin"])
            self.set_header("Access-Control-Allow-Credentials", "true")

    def set_cors_headers(self) -> None:
        """Do nothing: what the server says of other origins is not said of the gallery."""

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """Whether the page that asks may; raises where it may not."""
        if "Origin" in self.request.headers and not (self.is_listed or self.token_authenticated):
            raise web.HTTPError(403, "Pages of this origin are not listed by the gallery.")
        return True

    def check_xsrf_cookie(self) -> None:
        """Take the origin for the mark of a form: no page of another one can say that it is it."""
        if not hasattr(self, "_jupyter_current_user"):
            return  # tornado asks before it is known who asks; Jupyter asks again
        if not (self.is_listed or self.token_authenticated):
            raise web.HTTPError(
                403, "This takes a token, or a page of an origin that the gallery has listed."
            )

    def get_login_url(self) -> str:
        """Say that somebody has to sign in: people are sent to a page, programs are not."""
        if is_for_people(self.request.headers.get("Accept", "")):
            return str(web.RequestHandler.get_login_url(self))
        raise web.HTTPError(HTTPStatus.UNAUTHORIZED, "Sign in to the gallery first.")

    @allow_unauthenticated
    def options(self, *_: str) -> None:
        """Say what pages of a listed origin may send."""
        self.set_status(HTTPStatus.NO_CONTENT)
        if self.is_listed:
            verbs = ", ".join(sorted(self.shared))
            self.set_header("Access-Control-Allow-Methods", verbs)
            self.set_header("Access-Control-Allow-Headers", "accept, content-type")
            self.set_header("Access-Control-Max-Age", str(_SECONDS))
        self.finish()

    async def actor(self) -> Actor:
        """Return who asks; only a token acts as an administrator, no page of another origin."""
        if self.get_argument("use_admin", "") and not self.token_authenticated:
            raise Forbidden("Here only a token acts as an administrator.")
        return await super().actor()

    async def uuid_of(self, name: str) -> str:
        """Return the UUID of the notebook that a link of nbgallery's names."""
        return await uuid_named((await self.gallery()).catalogue, await self.actor(), name)

    # -- in ------------------------------------------------------------------------------------

    def fields(self) -> dict[str, str]:
        """Return what was sent: in the URL, in a form, or as JSON; the later wins."""
        told = {**self.query_fields(), **self.form_fields()}
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            told |= {name: _text(value) for name, value in self._json().items()}
        return told

    def _json(self) -> dict[str, Any]:
        return parse_json_object(self.request.body) if self.request.body.strip() else {}

    def agreed(self) -> None:
        """Raise :class:`~bookstore.errors.BadRequest` unless whoever asks agrees, as they must."""
        if not is_yes(self.fields().get("agree", "")):
            raise BadRequest("agree is missing: say agree=yes, as nbgallery wants it.")

    # -- out -----------------------------------------------------------------------------------

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with ``message``, and ``errors`` by their fields where there are any."""
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        refused = getattr(error, "error", None)
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED or not isinstance(
            refused, PublicationRefused
        ):
            super().write_error(status_code, **kwargs)
            return
        errors: dict[str, list[str]] = {}
        for each in refused.problems:
            errors.setdefault(each.field, []).append(each.allowed)
        self.finish(json.dumps({**problem_of(status_code, error)._asdict(), "errors": errors}))

    async def nothing(self, work: Awaitable[Any]) -> None:
        """Do *work*, and answer that it was done."""
        await self.outcome(work)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()

    async def list_all(self, work: Awaitable[list[Any]]) -> None:
        """Answer with a list: nbgallery has them without anything around."""
        answer = await self.outcome(work)
        self.finish(json.dumps(answer, default=str))

    # -- addresses -----------------------------------------------------------------------------

    @property
    def home(self) -> str:
        """The address of the contract, as whoever asks has it."""
        below = url_path_join(self.base_url, PLACE)
        is_below = self.request.path.startswith(f"{below}/")
        return f"{self.origin}{below if is_below else self.base_url}".rstrip("/")

    def whole_url(self, path: str) -> str:
        """Return the whole address of a page of the gallery."""
        return f"{self.origin}{path}"

    def place(self, *parts: str) -> str:
        """Return the path of a page of the gallery."""
        return url_path_join(self.base_url, PAGES, *(quote(part, safe="") for part in parts))


def signed_in(verb: Verb) -> Verb:
    """Let *verb* be asked for by those who signed in; others are told to, with 401."""
    may = authorized(verb)

    @allow_unauthenticated
    @wraps(verb)
    async def asked(self: ContractHandler, *args: Any, **kwargs: Any) -> None:
        if self.current_user is None:
            self.get_login_url()
        await may(self, *args, **kwargs)

    return asked


def is_for_people(accept: str) -> bool:
    """Whether somebody follows a link, and no program asks."""
    return "text/html" in accept


def is_yes(text: str) -> bool:
    """Whether nbgallery takes *text* for a yes."""
    told = text.strip().lower()
    is_number = told.isascii() and told.isdigit() and len(told) < 10
    return told in _YES or (is_number and int(told) != 0)


def said(text: str | None) -> str | None:
    """Return what a field of the extensions says: they write what they do not know as its name."""
    return None if text in (None, "", "null", "undefined") else text


def _text(value: Any) -> str:
    """Return a field that came as JSON as a form would have it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    raise BadRequest(
        f"A field is text, a number, a list of texts, or true or false, not {shown(value)}."
    )
