"""Requests to one account of a Swift, signed in as often as need be.

Knows: HTTP over aiohttp, signing in.  Must not know: keys, versions.  Imported only in the store's
own thread: aiohttp takes its time to import.
"""

from __future__ import annotations

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Callable, Mapping

import aiohttp
from yarl import URL

from ..._version import __version__
from ...errors import StoreRefused
from ..base import FileBody, size_of
from .errors import CA_HINT, FAILURES, SIGN_IN_HINT, Answer, passes, unanswered
from .options import SwiftOptions
from .sign_in import SignedIn, sign_in

ATTEMPTS = 3
"""How often a request is sent before its failure is told."""
_PAUSE_S = 0.2
_SLOWEST_BYTES_PER_S = 256 * 1024
_PIECE_BYTES = 2**20
_FROM_A_PROXY = {407, 408, 413, 425, 429}
"""Said before the store is reached."""

Look = Callable[[Answer], None]
"""Sees an answer before its body is read, and raises where it must not be."""


class SwiftClient:
    """Lives in one event loop; makes its connections at the first request."""

    def __init__(self, options: SwiftOptions) -> None:
        self._options = options
        self._http: aiohttp.ClientSession | None = None
        self._signing_in: asyncio.Task[SignedIn] | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | FileBody = b"",
        look: Look | None = None,
        moved_bytes: int = 0,
    ) -> Answer:
        """Return the answer to a request for *path*, encoded, below the account's address.

        *moved_bytes*: how much the store has to move by itself before it answers.
        A token that is no longer taken is replaced, once.  What gets no answer, or one that
        passes, is sent again.
        """
        signed_in = await self._signed_in()
        asked = (method, path, headers or {}, body, look, moved_bytes)
        answer = await self._as(signed_in, *asked)
        if answer.status == 401:
            signed_in = await self._signed_in(instead_of=signed_in)
            answer = await self._as(signed_in, *asked)
        if answer.status == 401:
            message = "The store does not take the token that signing in gave."
            raise StoreRefused(message, hint=SIGN_IN_HINT)
        if answer.status < 500 and "X-Trans-Id" not in answer.headers:
            _must_be_swift(answer, signed_in)
        return answer

    async def signed_in(self) -> SignedIn:
        """Return a token that was good when it was last used, and the account's address."""
        return await self._signed_in()

    async def close(self) -> None:
        """Let go of connections."""
        if self._signing_in is not None:
            self._signing_in.cancel()
        if self._http is not None:
            await self._http.close()

    # -- signing in ------------------------------------------------------------------------------

    async def _signed_in(self, *, instead_of: SignedIn | None = None) -> SignedIn:
        # One task for all who wait, so that a token that ends is replaced by one, not by many.
        task = self._signing_in
        if task is None or _is_of_no_use(task, instead_of):
            task = self._signing_in = asyncio.create_task(sign_in(self._options, self._send))
        return await asyncio.shield(task)

    # -- requests --------------------------------------------------------------------------------

    async def _as(
        self,
        signed_in: SignedIn,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | FileBody,
        look: Look | None,
        moved_bytes: int,
    ) -> Answer:
        url = f"{signed_in.storage_url}/{path}"
        with_token = {**headers, "X-Auth-Token": signed_in.token}
        return await self._send(method, url, with_token, body, look, moved_bytes)

    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | FileBody,
        look: Look | None = None,
        moved_bytes: int = 0,
    ) -> Answer:
        for attempt in range(1, ATTEMPTS):
            try:
                answer = await self._once(method, url, headers, body, look, moved_bytes)
            except FAILURES as error:
                if isinstance(error, aiohttp.ClientSSLError | aiohttp.InvalidURL):
                    break  # it stays so
            else:
                if not passes(answer.status):
                    return answer
            await asyncio.sleep(_PAUSE_S * attempt)
        try:
            return await self._once(method, url, headers, body, look, moved_bytes)
        except FAILURES as error:
            raise unanswered(error, _host(url)) from error

    async def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | FileBody,
        look: Look | None,
        moved_bytes: int,
    ) -> Answer:
        options = self._options
        # No timeout of aiohttp's runs while a body is sent to a store that does not read it.
        patience_s = options.connect_timeout_s + options.read_timeout_s
        size_bytes = size_of(body)
        patience_s += (size_bytes + moved_bytes) / _SLOWEST_BYTES_PER_S
        sending = self._session().request(
            method,
            URL(url, encoded=True),
            headers={**headers, "Content-Length": str(size_bytes)} if size_bytes else headers,
            data=_pieces(body) if size_bytes > _PIECE_BYTES or isinstance(body, FileBody) else body,
            allow_redirects=False,
            timeout=self._timeout(moved_bytes),
        )
        response = await asyncio.wait_for(sending, patience_s)
        async with response:
            answer = Answer(response.status, response.headers, b"")
            if look is not None:
                look(answer)
            return answer._replace(body=await response.read())

    def _timeout(self, moved_bytes: int) -> aiohttp.ClientTimeout:
        silent_s = self._options.read_timeout_s + moved_bytes / _SLOWEST_BYTES_PER_S
        return aiohttp.ClientTimeout(
            total=None, sock_connect=self._options.connect_timeout_s, sock_read=silent_s
        )

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            options = self._options
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=options.max_connections, ssl=_context(options)
                ),
                headers={"User-Agent": f"bookstore/{__version__}", "Accept-Encoding": "identity"},
                skip_auto_headers=["Content-Type"],
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=True,
            )
        return self._http


async def _pieces(body: bytes | FileBody) -> AsyncIterator[bytes]:
    """Yield what is sent, a piece at a time, so that others go on meanwhile."""
    file = io.BytesIO(body) if isinstance(body, bytes) else body.file
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):  # this thread is the store's own
        yield piece


def _context(options: SwiftOptions) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=options.ca_bundle)
    except OSError as error:  # ssl.SSLError is one
        message = "The file of certificate authorities cannot be read."
        raise StoreRefused(message, hint=CA_HINT) from error


def _is_of_no_use(task: asyncio.Task[SignedIn], refused: SignedIn | None) -> bool:
    if not task.done():
        return False
    failed = task.cancelled() or task.exception() is not None
    return failed or task.result() == refused


def _must_be_swift(answer: Answer, signed_in: SignedIn) -> None:
    """Every answer of Swift's has the number of the request; a web page's or a proxy's has none."""
    if answer.status not in _FROM_A_PROXY:
        raise StoreRefused(
            f"What answers at {_host(signed_in.storage_url)} is no Swift.",
            hint="Correct BookstoreSettings.swift_storage_url, or the service's catalogue.",
        )


def _host(url: str) -> str:
    return URL(url).authority.rpartition("@")[2] or "the service"
