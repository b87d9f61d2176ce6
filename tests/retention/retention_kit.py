"""A workspace with versions of any age, and what plans and applies retention to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bookstore.history.labels import Labels
from bookstore.keys.workspace import Workspace
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Kind, Provenance, utc_now
from bookstore.retention.policy import RetentionPolicy
from bookstore.retention.retainer import Removed, Retainer, RetentionPlan
from bookstore.store.base import ObjectStore

WORKSPACE = Workspace("workspace")
PUBLISHED = "workspace/published"
"""Below the workspace, where it is in the way."""

DAILY = RetentionPolicy(keep_all_days=10, hourly_days=0, daily_days=1000)
ONE_YEAR = RetentionPolicy(keep_all_days=10, hourly_days=0, daily_days=0, weekly_days=355)


class Shelf:
    """Versions in a store, and a clock that stands 400 days after they were stored.

    A store dates what it is given itself, so the past is made by looking back from later.
    """

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.noon = utc_now().replace(hour=12, minute=0, second=0, microsecond=0)
        self.now = self.noon + timedelta(days=400)
        self.labels = Labels(store, document_key=self.document_key)

    @staticmethod
    def document_key(key: str) -> str:
        return WORKSPACE.reserved_key("labels", WORKSPACE.path(key))

    async def save(
        self,
        path: str,
        *,
        minutes: float = 0,
        kind: Kind = "save",
        body: bytes = b"0123456789",
        key: str = "",
        came_from: str = "",
    ) -> str:
        """Store a version saved so many minutes before the noon of today; return its ID."""
        source = WORKSPACE.key(came_from) if came_from else ""
        provenance = Provenance.of(body, author="ada", kind=kind, source=source)
        provenance = replace(provenance, saved_at=self.noon - timedelta(minutes=minutes))
        version = await self.store.put(
            key or WORKSPACE.key(path),
            body,
            metadata=provenance.to_metadata(),
            content_type=NOTEBOOK_CONTENT_TYPE,
        )
        return version.version_id

    async def day(self, path: str) -> list[str]:
        """Store four versions of one day, of which three go by the day; return their IDs."""
        return [await self.save(path, minutes=minutes) for minutes in (40, 30, 20, 10)]

    async def delete(self, path: str) -> str:
        """Mark a notebook deleted; return the marker's ID."""
        return (await self.store.delete(WORKSPACE.key(path))).version_id

    async def label(self, path: str, version_id: str, label: str = "final") -> None:
        """Give a version a name, by its save ID as history does."""
        head = await self.store.head(WORKSPACE.key(path), version_id=version_id)
        ref = (head.metadata or {})["save-id"]
        await self.labels.change(WORKSPACE.key(path), ref, author="ada", label=label)

    async def ids(self, path: str) -> list[str]:
        """Return the version IDs of a notebook, newest first."""
        return [v.version_id async for v in self.store.versions(WORKSPACE.key(path))]

    def retainer(self, policy: RetentionPolicy = DAILY, **changed: object) -> Retainer:
        """Return what applies *policy*."""
        values = {"workspace": WORKSPACE, "named": self.labels.named, **changed}
        return Retainer(
            self.store,
            policy=policy,
            published_prefix=PUBLISHED,
            **values,  # type: ignore[arg-type]
        )

    async def plan(
        self, policy: RetentionPolicy = DAILY, *, now: datetime | None = None
    ) -> RetentionPlan:
        """Return what *policy* would remove."""
        return await self.retainer(policy).plan(now=now or self.now)

    async def apply(self, plan: RetentionPlan) -> list[Removed]:
        """Remove what *plan* says."""
        return [removed async for removed in self.retainer().apply(plan)]


def gone(plan: RetentionPlan) -> Mapping[str, list[str]]:
    """Return the version IDs that a plan lets go, by path."""
    return {path.path: [verdict.version.version_id for verdict in path.goes] for path in plan.paths}
