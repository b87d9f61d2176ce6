"""One S3 client, shared by everything that runs in the store's thread.

Knows: aiobotocore, options.  Must not know: keys, versions.  Imported only in the store's own
thread: aiobotocore takes half a second to import, and a client up to 140 ms to make.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from aiobotocore import __version__ as aiobotocore_version  # type: ignore[import-untyped]
from aiobotocore.config import AioConfig  # type: ignore[import-untyped]
from botocore.exceptions import InvalidRegionError  # type: ignore[import-untyped]
from botocore.handlers import add_expect_header  # type: ignore[import-untyped]
from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]
from botocore.utils import parse_timestamp  # type: ignore[import-untyped]

from ..._version import __version__
from ...errors import BookstoreError, StoreRefused
from .answers import note_order
from .data import LeanFiles
from .errors import FAILURES, Target, concerns_credentials, refused_to_open, renamed
from .impostors import must_be_s3
from .links import sign_links_by_v4
from .options import S3Options
from .session import open_session, region_of, trusted_authorities

T = TypeVar("T")
ATTEMPTS = 3
"""How often botocore tries a request before we hear of its failure."""


class _Opened:
    """A client and how many calls use it; one that is no longer wanted closes after the last."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._users = 0
        self._retired = False

    async def use(self, work: Callable[[Any], Awaitable[T]]) -> T:
        self._users += 1
        try:
            return await work(self.client)
        finally:
            self._users -= 1
            if self._retired and not self._users:
                await self.client.close()

    async def retire(self) -> None:
        self._retired = True
        if not self._users:
            await self.client.close()


class SharedClient:
    """Opens the client at the first call; lives in one event loop.

    A client that could not be opened is tried again at the next call, and one whose credentials
    the store no longer takes is replaced: whoever renews a credentials file need not restart.
    """

    def __init__(self, options: S3Options) -> None:
        self._options = options
        self._opening: asyncio.Task[_Opened] | None = None

    async def call(self, work: Callable[[Any], Awaitable[T]], target: Target) -> T:
        """Return ``await work(client)``, its failures renamed to ours."""
        opening = self._open_once()
        try:
            opened = await asyncio.shield(opening)
        except BookstoreError:
            raise
        except Exception as error:  # of many libraries, which read settings wherever they are
            raise refused_to_open(error, target) from error
        try:
            return await opened.use(work)
        except FAILURES as error:
            if concerns_credentials(error) and self._opening is opening:
                self._opening = None
                await opened.retire()
            raise renamed(error, target) from error

    async def close(self) -> None:
        """Let go of the client's connections."""
        opening, self._opening = self._opening, None
        if opening is not None and not _failed(opening):
            await (await opening).client.close()

    def _open_once(self) -> asyncio.Task[_Opened]:
        # One task for all who wait: a slow failure is waited for once, not once by each in turn.
        if self._opening is None or _failed(self._opening):
            self._opening = asyncio.create_task(self._open())
        return self._opening

    async def _open(self) -> _Opened:
        options = self._options
        session = open_session(options)
        session.get_component("data_loader").file_loader = LeanFiles()
        parsers = session.get_component("response_parser_factory")
        parsers.set_parser_defaults(timestamp_parser=moment)
        region, namer = region_of(session, options)
        opening = session.create_client(
            "s3",
            region_name=region,
            endpoint_url=options.endpoint_url,
            verify=options.ca_bundle,
            aws_access_key_id=options.access_key_id,
            aws_secret_access_key=options.secret_access_key,
            aws_session_token=options.session_token,
            config=_config(options),
        )
        async with AsyncExitStack() as until_opened:
            try:
                client = await until_opened.enter_async_context(opening)
            except InvalidRegionError as error:
                message = f"{region!r} is not the name of a region."
                raise StoreRefused(message, hint=f"Correct {namer}.") from error
            if client.meta.endpoint_url.startswith("https:") or options.ca_bundle:
                # Else the file is read at each connection, and its lack looks like a bad network.
                trusted_authorities(session, options)
            _listen(client, options)
            until_opened.pop_all()
        return _Opened(client)


def _listen(client: Any, options: S3Options) -> None:
    """Change what botocore makes of requests and answers."""
    events = client.meta.events
    events.register("before-parse.s3.ListObjectVersions", note_order)
    # By this name before botocore's own, which takes a page that answers 200 for a failing store.
    must_be = partial(must_be_s3, endpoint_url=client.meta.endpoint_url)
    events.register("before-parse.*", must_be)
    # "Expect: 100-continue" costs a round trip a put, and while aiohttp waits for the
    # go-ahead no timeout runs: a hung store would hold a put for ever.
    events.unregister("before-call.s3", add_expect_header)
    for operation in ("DeleteObjects", "PutObjectAcl"):
        events.register_last(f"before-call.s3.{operation}", use_md5)
    events.register_first("choose-signer.s3", sign_links_by_v4)
    if options.requester_pays:
        events.register("before-call.s3", pay_as_requester)


def pay_as_requester(*, params: dict[str, Any], **_: Any) -> None:
    """Say that the request's costs are ours.  A listener of botocore's ``before-call`` event."""
    params["headers"]["x-amz-request-payer"] = "requester"


def moment(text: Any) -> datetime:
    """Return the moment that an answer names.

    botocore's own way takes half of the time that the parsing of a listing takes.
    """
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if found.tzinfo is not None:
            return found
    except (AttributeError, ValueError):
        pass
    try:
        told: datetime = parse_timestamp(text)
    except (ValueError, RuntimeError) as error:  # unlike the rest that botocore cannot parse
        raise ResponseParserError(f"no moment: {text!r}") from error
    return told


def use_md5(*, params: dict[str, Any], **_: Any) -> None:
    """Send a body with its MD5, which every store understands, and not with a checksum of
    botocore's choice: some requests must have one, whatever is configured.

    A listener of botocore's ``before-call`` event.
    """
    md5 = hashlib.md5(params["body"], usedforsecurity=False)
    params["headers"]["Content-MD5"] = base64.b64encode(md5.digest()).decode()
    params["context"].pop("checksum", None)


def _config(options: S3Options) -> Any:
    style = options.addressing_style
    if style == "auto" and options.endpoint_url is not None:
        style = "path"
    return AioConfig(
        connect_timeout=options.connect_timeout_s,
        read_timeout=options.read_timeout_s,
        max_pool_connections=options.max_connections,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        # botocore's own is put together anew for each request, and takes a tenth of its time.
        user_agent=f"bookstore/{__version__} aiobotocore/{aiobotocore_version}",
        parameter_validation=False,  # whatever we send has been looked at
        # Compatible stores fail on botocore's own checksums.  Content-MD5, which every store
        # understands, goes with each put instead, so nothing is lost on Amazon's either; and the
        # endpoint may come from the AWS configuration, where we do not see it.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Left out for "auto", so that the AWS configuration's own choice stands.
        **({} if style == "auto" else {"s3": {"addressing_style": style}}),
    )


def _failed(task: asyncio.Task[_Opened]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
