"""What every handler shares: JSON comes in once, our errors go out once.

Verbs contain no ``try``: they hand their work to ``respond`` (JSON) or ``show`` (a page).
Each class decorates its own verbs with ``@web.authenticated`` and ``@authorized``: on a shared
base, ``@authorized`` would keep the first caller's resource.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Any, Literal, NamedTuple, TypeVar, cast

from jinja2 import Template
from jupyter_client.jsonutil import json_default
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from ..actions.fields import parse_json_object
from ..errors import BadRequest, BookstoreError, Forbidden
from ..files.contents_managers import root_of
from ..notebooks import strict_json
from ..wiring import Bookstore
from .pages import static_version, template

T = TypeVar("T")

WIRING = "bookstore_wiring"
"""Where the web application's settings keep the server's :class:`~bookstore.wiring.Bookstore`."""


_OS_PATH = re.compile(r"'(/[^']*)'")
"""A path as the operating system's errors quote it; links lead to paths outside of any folder."""


class Problem(NamedTuple):
    """An error as people and programs get to see it."""

    message: str
    reason: str
    """A word for programs that stays the same: ``"object_not_found"``."""
    hint: str = ""
    """What the user can do, where there is something."""


class BookstoreHandler(JupyterHandler):
    """The common part of API and page handlers."""

    auth_resource = "bookstore"
    answers_json = False

    @property
    def bookstore(self) -> Bookstore:
        """What this server's handlers and contents manager share."""
        return cast(Bookstore, self.settings[WIRING])

    async def may_use_contents(self, action: Literal["read", "write"]) -> None:
        """Raise Forbidden unless whoever asks may do *action* to the files themselves."""
        await self.may(action, "contents")

    async def may(self, action: str, resource: str) -> None:
        """Raise Forbidden unless whoever asks may do *action* to what is Jupyter's own.

        Bookstore's routes are no way around what the authorizer says of Jupyter's API.
        """
        if not await self.is_allowed(action, resource):
            raise Forbidden(f"User is not authorized to {action} on resource: {resource}.")

    async def is_allowed(self, action: str, resource: str) -> bool:
        """Say whether whoever asks may do *action* to what is Jupyter's own."""
        ask = self.authorizer.is_authorized(self, self.current_user, action, resource)
        return bool(await ensure_async(ask))

    def check_xsrf_cookie(self) -> None:
        """Refuse forged requests as Jupyter does, and whatever pages of another origin send.

        Early releases of jupyter_server 2 look at the mark of a form alone, which a neighbour below
        the same domain can have put into the cookie.
        """
        super().check_xsrf_cookie()
        is_known = hasattr(self, "_jupyter_current_user")  # else it is checked once more, later
        is_open = self.settings.get("disable_check_xsrf", False)
        is_read = self.request.method in ("GET", "HEAD")
        if is_known and not (is_read or is_open or self.token_authenticated or self.check_origin()):
            raise web.HTTPError(HTTPStatus.NOT_FOUND)

    # -- in ------------------------------------------------------------------------------------

    async def json_body(self) -> dict[str, Any]:
        """Return the request's body, which must be a JSON object."""
        return await asyncio.to_thread(parse_json_object, self.request.body)

    def query_fields(self) -> dict[str, str]:
        """Return the query's fields as they were sent, blanks at either end included."""
        return _text_fields(self.request.query_arguments)

    def form_fields(self) -> dict[str, str]:
        """Return the fields of a form that was sent."""
        return _text_fields(self.request.body_arguments)

    # -- out -----------------------------------------------------------------------------------

    async def respond(self, work: Awaitable[Mapping[str, Any]]) -> None:
        """Answer with the JSON of *work*, or with the HTTP form of our error."""
        answer = await self.outcome(work)
        self.set_header("Content-Type", "application/json")
        self.finish(strict_json.dumps(answer, default=json_default))

    async def outcome(self, work: Awaitable[T]) -> T:
        """Return what *work* returns; an error of ours ends the request in its HTTP form."""
        try:
            return await work
        except BookstoreError as error:
            raise _AsHTTP(error) from error

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a problem: JSON from API routes, a page from page routes."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self._verbs()))
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        problem = self._without_folders(problem_of(status_code, error))
        if not isinstance(error, _AsHTTP):  # ours quote what was asked for, and never the disk
            problem = problem._replace(message=_OS_PATH.sub(_name_of, problem.message))
        if self.answers_json:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps(problem._asdict()))
        else:
            self.finish_page("problem.html", status=status_code, problem=problem)

    def get_template(self, name: str) -> Template:
        """Return bookstore's own template *name*, into which every value goes escaped."""
        return template(name)

    def finish_page(self, template: str, **values: Any) -> None:
        """Answer with a page; text that UTF-8 cannot hold becomes ``?``."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        page = self.get_template(template).render(asset=self.asset, home=self.base_url, **values)
        self.finish(page.encode(errors="replace"))

    def asset(self, name: str) -> str:
        """Return the URL of a static file of the pages."""
        url = url_path_join(self.base_url, "bookstore/static", name)
        return f"{url}?v={static_version(name)}"

    def _verbs(self) -> list[str]:
        return [
            verb
            for verb in self.SUPPORTED_METHODS
            if getattr(type(self), verb.lower()) is not getattr(web.RequestHandler, verb.lower())
        ]

    def _without_folders(self, problem: Problem) -> Problem:
        """Return *problem* with the server's folders taken out, whoever named them."""
        folders = [root_of(self.settings.get("contents_manager"))]
        if WIRING in self.settings:
            folders.append(self.bookstore.settings.fs_cloning_basedir)
        message = problem.message
        for folder in filter(None, folders):
            for known in {str(folder), os.path.realpath(folder)} - {"/"}:
                message = message.replace(f"{known}{os.sep}", "").replace(known, "the root folder")
        return problem._replace(message=message)


class BookstoreAPIHandler(BookstoreHandler, APIHandler):
    """Base of what answers with JSON."""

    answers_json = True


class BookstorePageHandler(BookstoreHandler):
    """Base of what answers with a page, which loads nothing from elsewhere."""

    @property
    def content_security_policy(self) -> str:
        """Only our own scripts and styles run, and only forms to this server are sent."""
        rules = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
        return f"{super().content_security_policy}; {rules}"


def problem_of(status_code: int, error: BaseException | None) -> Problem:
    """Return what to tell of *error*: nothing of its inside when it is not one of ours."""
    if isinstance(error, _AsHTTP):
        ours = error.error
        return Problem(ours.message, ours.reason, ours.hint)
    phrase = HTTPStatus(status_code).phrase if status_code in set(HTTPStatus) else "Unknown error"
    reason = re.sub(r"\W+", "_", phrase).lower()
    if isinstance(error, web.HTTPError):
        return Problem(_message_of(error) or f"{phrase}.", reason)
    return Problem("Something went wrong in the server; its log has the details.", reason)


def _message_of(error: web.HTTPError) -> str:
    message = error.log_message or ""
    try:
        return message % error.args if error.args else message.replace("%%", "%")
    except (TypeError, ValueError):  # whoever raised it gave too few values, or too many
        return message


def _name_of(os_path: re.Match[str]) -> str:
    return repr(os_path[1].rpartition("/")[2])


class _AsHTTP(web.HTTPError):
    """One of our errors on its way out through tornado."""

    def __init__(self, error: BookstoreError) -> None:
        super().__init__(error.status, error.message)
        self.error = error


def _text_fields(arguments: Mapping[str, list[bytes]]) -> dict[str, str]:
    try:
        return {name: values[-1].decode() for name, values in arguments.items()}
    except UnicodeDecodeError as error:
        raise _AsHTTP(BadRequest("The fields must be text in UTF-8.")) from error
