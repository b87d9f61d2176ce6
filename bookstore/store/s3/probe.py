"""Finds out what an S3 service is like, beyond what storing needs, without writing anything.

Knows: S3's operations.  Must not know: settings, notebooks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from ...errors import StoreUnavailable
from . import endpoint
from .client import SharedClient
from .errors import Target, forbids, not_signed_in
from .options import S3Options
from .session import open_session
from .sign_in import SOURCES, SignInFailed

T = TypeVar("T")

_MOST_OF_A_PAGE = 1000


class Credentials(NamedTuple):
    """Where credentials come from; never what they are."""

    found: bool
    provider: str
    """In words."""
    are_temporary: bool


class Rules(NamedTuple):
    """A bucket's lifecycle rules, as the store tells them."""

    known: bool
    """False: the store answers as one that has no such rules at all."""
    rules: tuple[Mapping[str, Any], ...] = ()


class Page(NamedTuple):
    """One page of a listing, of which 1,000 entries were asked."""

    entries: int
    is_truncated: bool


class S3Probe:
    """Asks one bucket what it does; opened and closed in one event loop."""

    def __init__(self, bucket: str, options: S3Options) -> None:
        self.bucket = bucket
        self.options = options
        self._client = SharedClient(options)

    async def endpoint(self) -> endpoint.Endpoint:
        """Return what answers at the endpoint's address."""

        async def work(client: Any) -> str:
            return str(client.meta.endpoint_url)

        return await endpoint.examine(await self.ask(work), self.options)

    async def credentials(self) -> Credentials:
        """Return where the credentials come from; asks the provider chain, not the store."""
        if self.options.access_key_id:
            return Credentials(True, SOURCES["explicit"].words, bool(self.options.session_token))
        try:
            found = await open_session(self.options).get_credentials()
            frozen = await found.get_frozen_credentials() if found else None
        except SignInFailed as error:
            raise not_signed_in(error, Target(self.bucket)) from error
        if frozen is None:
            return Credentials(False, "", False)
        source = SOURCES.get(found.method)
        return Credentials(True, source.words if source else found.method, bool(frozen.token))

    async def clock_skew_s(self) -> float | None:
        """Return how many seconds the store's clock is ahead of ours; None when it tells none."""

        async def work(client: Any) -> Any:
            try:
                answer = await client.head_bucket(Bucket=self.bucket)
            except ClientError as error:  # a refusal has a date as well
                answer = error.response
            return answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")

        asked_at = datetime.now(timezone.utc)
        date = await self.ask(work)
        answered_at = datetime.now(timezone.utc)
        try:
            theirs = parsedate_to_datetime(date)
        except (TypeError, ValueError):
            return None
        ours = asked_at + (answered_at - asked_at) / 2
        # What it tells is cut to whole seconds.
        return (theirs.astimezone(timezone.utc) - ours).total_seconds() + 0.5

    async def rules(self) -> Rules | None:
        """Return the bucket's lifecycle rules; None where these credentials may not look."""

        async def work(client: Any) -> Rules | None:
            try:
                answer = await client.get_bucket_lifecycle_configuration(Bucket=self.bucket)
            except ClientError as error:
                return self._no_rules(error)
            # A bucket without rules has no answer (404).  A store that knows of no such question
            # may take it for another one: Swift answers 200, with nothing in it.
            found = tuple(answer.get("Rules", ()))
            return Rules(known=bool(found), rules=found)

        return await self.ask(work)

    @staticmethod
    def _no_rules(error: ClientError) -> Rules | None:
        if error.response["Error"].get("Code") == "NoSuchLifecycleConfiguration":
            return Rules(known=True)
        if is_unknown_request(error):
            return Rules(known=False)
        if forbids(error):
            return None
        raise error

    async def lock_days(self) -> float | None:
        """Return for how many days each new version is locked by itself; None: not known."""

        async def work(client: Any) -> float | None:
            try:
                answer = await client.get_object_lock_configuration(Bucket=self.bucket)
            except ClientError as error:
                return None if forbids(error) else 0.0  # no lock, or no idea of one
            rule = answer.get("ObjectLockConfiguration", {}).get("Rule", {})
            retention = rule.get("DefaultRetention", {})
            return float(retention.get("Days", 0) + 365 * retention.get("Years", 0))

        return await self.ask(work)

    async def first_page(self, prefix: str) -> Page:
        """Return how much of the thousand that were asked for is in the first page."""

        async def work(client: Any) -> Page:
            page = await client.list_object_versions(
                Bucket=self.bucket, Prefix=prefix, EncodingType="url", MaxKeys=_MOST_OF_A_PAGE
            )
            entries = len(page.get("Versions", ())) + len(page.get("DeleteMarkers", ()))
            return Page(entries, bool(page.get("IsTruncated")))

        return await self.ask(work)

    async def ask(self, work: Callable[[Any], Awaitable[T]], key: str = "") -> T:
        """Return ``await work(client)``, failures renamed to ours; never wait for ever."""
        patience_s = self.options.connect_timeout_s + self.options.read_timeout_s
        asking = self._client.call(work, Target(self.bucket, key))
        try:
            return await asyncio.wait_for(asking, patience_s)
        except asyncio.TimeoutError as error:
            raise StoreUnavailable(f"No answer within {patience_s:.0f} seconds.") from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


def is_unknown_request(error: ClientError) -> bool:
    """Did the store answer that it knows no such request?"""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status in (400, 405, 411, 501)
