"""Requests to one Jupyter server: a verb and a path in, JSON or an error in words out.

The token travels in a header of each request and stands nowhere else: not in URLs, errors, logs
or representations.

Knows: HTTP.  Must not know: routes, kernels, what an answer means.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from .._version import __version__
from ..errors import BadRequest, BookstoreError

_SIGN_IN_HINT = (
    "If signing in failed: `jupyter server list` shows a server's token. One that has only a "
    "password needs a token as well (IdentityProvider.token)."
)
_NOT_JSON = "Check that the URL is the server's base URL, as `jupyter server list` shows it."


class BookstoreServerError(BookstoreError):
    """The server answered that it did not do what was asked; the words are the server's."""

    def __init__(self, message: str, *, status: int, reason: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ServerUnreachable(BookstoreError):
    """No answer: the server is not there, or took too long."""

    status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """How long to wait for a server, and whom to trust."""

    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    """Seconds without a byte of the answer; publishing and cloning wait for the store."""
    verify: bool | str = True
    """Of an https server's certificate: True, False, or a file with certificate authorities."""


class _TokenAuth(AuthBase):
    """Signs requests with a token, which then also comes before what ``~/.netrc`` says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"token {self._token}"
        return request


class ServerConnection:
    """One server, by its base URL; connects at the first request."""

    def __init__(self, url: str, token: str = "", options: RequestOptions | None = None) -> None:
        self.url = url.rstrip("/")
        self.options = options or RequestOptions()
        self._token = token

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @cached_property
    def req_session(self) -> requests.Session:
        """The session that all requests share."""
        session = requests.Session()
        session.auth = _TokenAuth(self._token)
        session.verify = self.options.verify
        session.headers["User-Agent"] = f"bookstore/{__version__}"
        if agent := os.environ.get("BOOKSTORE_AGENT", "").strip():
            session.headers["Bookstore-Agent"] = quote(agent, safe=" -_.@+:")
        if not self._token:  # without one, Jupyter wants a cookie and a header that are the same
            xsrf = secrets.token_hex(16)
            session.cookies.set("_xsrf", xsrf)
            session.headers["X-XSRFToken"] = xsrf
        return session

    def request(
        self,
        verb: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the JSON that the server answers, None when it answers with nothing.

        *path* is quoted already.  Raises :class:`BookstoreServerError` or
        :class:`ServerUnreachable`.
        """
        response = self._answer(verb, path, body, query)
        if response.status_code >= 300:  # redirects lead to a login page
            raise self._error_of(response)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            kind = response.headers.get("Content-Type", "something")
            raise BookstoreServerError(
                f"{self.url}{path} answered with {kind} instead of JSON.",
                status=response.status_code,
                hint=_NOT_JSON,
            ) from None

    def _answer(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str] | None,
    ) -> requests.Response:
        try:
            return self.req_session.request(
                verb,
                self.url + path,
                json=body,
                params=query,
                timeout=(self.options.connect_timeout_s, self.options.read_timeout_s),
                allow_redirects=False,
                proxies=proxies_for(self.url),
            )
        except requests.Timeout as error:
            raise ServerUnreachable(f"{self.url} did not answer in time.") from error
        except requests.RequestException as error:
            problem = _innermost(error)
            raise ServerUnreachable(f"{self.url} cannot be reached: {problem}") from error

    def _error_of(self, response: requests.Response) -> BookstoreServerError:
        status = response.status_code
        told = _json_object(response)
        message = str(told.get("message") or f"{response.reason or 'Error'} ({status})")
        hint = str(told.get("hint") or "")
        if not hint and (status in (401, 403) or status < 400):
            hint = _SIGN_IN_HINT
        return BookstoreServerError(
            self._without_token(message),
            status=status,
            reason=str(told.get("reason") or ""),
            hint=self._without_token(hint),
        )

    def _without_token(self, text: str) -> str:
        return text.replace(self._token, "…") if self._token else text


def quoted(path: str) -> str:
    """Return API path *path* as it stands in a URL, each segment percent-encoded."""
    segments = path.strip("/").split("/")
    if any(segment in ("", ".", "..") for segment in segments):
        raise BadRequest(
            f"path must be names with single slashes between them, without . and .., not {path!r}."
        )
    return "/".join(quote(segment, safe="") for segment in segments)


def proxies_for(url: str) -> dict[str, Any] | None:
    """Return by which proxies *url* is reached, as requests takes them."""
    # A proxy of the environment cannot reach this machine's loopback; None means "as configured".
    host = urlsplit(url).hostname or ""
    here = host in ("localhost", "::1", socket.gethostname()) or host.startswith("127.")
    return {"http": None, "https": None, "all": None} if here else None


def _innermost(error: BaseException) -> str:
    # requests wraps urllib3's wrapping of the socket's error, which is the one people understand.
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(getattr(error, "strerror", None) or error)


def _json_object(response: requests.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
