"""Apply the retention policy to a workspace and the results of runs.

First a plan, which removes nothing, then that plan.

A plan asks the store for everything; what it says goes is removed later, and only what still may
go by then.  bookstore's own keys and what is published are never touched.

Knows: the store, labels, the policy.  Must not know: HTTP, Jupyter.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TypeAlias, TypeVar

from ..errors import Forbidden, StoreRefused
from ..history.entries import Entry
from ..history.metadata_cache import Facts
from ..keys.workspace import Workspace
from ..records import ObjectVersion, utc_now
from ..store.base import ObjectStore
from .policy import RetentionPolicy, Subject, Verdict, fit, judge, size_of

T = TypeVar("T")

Named: TypeAlias = Callable[[str], Awaitable[Collection[str]]]
"""Says which versions of a key have a name, by save ID or version ID; raises StoreRefused where
that cannot be known."""

_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPlan:
    """What goes of one path."""

    path: str
    key: str
    goes: tuple[Verdict, ...]
    """Newest first, each with its reason; delete markers among them."""
    stays: int
    """How many versions stay."""

    @property
    def size_bytes(self) -> int:
        """How much goes."""
        return size_of(self.goes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPlan:
    """What the policy would remove, and what it would leave."""

    made_at: datetime
    paths: tuple[PathPlan, ...]
    """Those of which something goes, in the order of their keys."""
    stay_versions: int
    stay_bytes: int
    over_bytes: int
    """By how much what stays exceeds the size budget: everything in it is protected."""
    problems: tuple[str, ...]
    """Paths that are left alone, and why."""

    @property
    def versions(self) -> int:
        """How many versions go."""
        return sum(len(path.goes) for path in self.paths)

    @property
    def size_bytes(self) -> int:
        """How much goes.  An embedded store, which keeps equal bodies once and compressed, frees
        less than that."""
        return sum(path.size_bytes for path in self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed of one path."""

    path: str
    versions: int
    size_bytes: int
    spared: int
    """So many of the plan stayed: they were given a name, or are the newest by now."""
    problem: str = ""
    """Why nothing of this path was touched."""


class Retainer:
    """Plans and applies retention for the notebooks of one workspace."""

    def __init__(
        self,
        store: ObjectStore,
        *,
        workspace: Workspace,
        results: Workspace | None = None,
        policy: RetentionPolicy,
        named: Named,
        published_prefix: str,
    ) -> None:
        """*results*: where those of runs are, which are thinned out by the same rules."""
        self._store = store
        self._workspace = workspace
        self._areas = [area for area in (workspace, results) if area is not None]
        self._policy = policy
        self._named = named
        self._published = f"{published_prefix}/"
        self._facts = Facts(store)
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def plan(
        self, *, now: datetime | None = None, tell: Callable[[str], None] = lambda path: None
    ) -> RetentionPlan:
        """Return what the policy would remove *now*; removes nothing.

        *tell* is called with each path that is looked at.  Raises
        :class:`~bookstore.errors.Forbidden` where the workspace is the whole bucket.
        """
        now = now or utc_now()
        keys, max_bytes, over_bytes = await self._keys(), self._policy.max_bytes, 0
        judged = await self._judged(keys, now, tell=tell)
        lines = {each.key: each.verdicts for each in judged}
        if max_bytes and sum(map(_stay_bytes, lines.values())) > max_bytes:
            judged = await self._judged(keys, now, everything=True)
            lines, over_bytes = fit({each.key: each.verdicts for each in judged}, max_bytes)
        return RetentionPlan(
            made_at=now,
            paths=tuple(self._path_plan(key, line) for key, line in lines.items() if _goes(line)),
            stay_versions=sum(len(line) - len(_goes(line)) for line in lines.values()),
            stay_bytes=sum(map(_stay_bytes, lines.values())),
            over_bytes=over_bytes,
            problems=tuple(each.problem for each in judged if each.problem),
        )

    async def apply(self, plan: RetentionPlan) -> AsyncIterator[Removed]:
        """Remove what *plan* said, path by path; yield what was removed of each.

        Right before, its versions are looked at again: what has a name or is the newest by now
        stays.  A store's error ends it; what was not removed by then stays.
        """
        for path in plan.paths:
            yield await self._remove(path)

    # -- planning ------------------------------------------------------------------------------

    async def _keys(self) -> list[str]:
        if not self._workspace.prefix:
            raise Forbidden(
                "Retention does not work on a whole bucket.",
                hint="Set BookstoreSettings.workspace_prefix.",
            )
        keys: list[str] = []
        for area in self._areas:
            keys += [version.key async for version in self._store.list(area.beginning)]
            keys += [deleted.key async for deleted in self._store.deleted(area.beginning)]
        return sorted({key for key in keys if self._may_touch(key)})

    def _may_touch(self, key: str) -> bool:
        is_ours = any(area.prefix and area.holds(key) for area in self._areas)
        return is_ours and not key.startswith(self._published)

    async def _judged(
        self,
        keys: Sequence[str],
        now: datetime,
        *,
        everything: bool = False,
        tell: Callable[[str], None] = lambda path: None,
    ) -> list[_Judged]:
        """Return the verdicts about each key.

        Where a listing tells no metadata, it is asked for where it may change a verdict: not of
        what is kept because it is recent, unless *everything* counts.
        """
        recent_since = now - timedelta(days=self._policy.keep_all_days)
        before = datetime.max.replace(tzinfo=timezone.utc) if everything else recent_since

        async def judged(key: str) -> _Judged:
            tell(self._workspace.path(key))
            versions = await self._subjects(key, before)
            verdicts, problem = judge(versions, self._policy, now), ""
            if everything or _goes(verdicts):
                versions, problem = await self._with_names(key, versions)
                verdicts = judge(versions, self._policy, now)
            return _Judged(key=key, verdicts=verdicts, problem=problem)

        return await _few_at_once(judged, keys)

    async def _subjects(self, key: str, before: datetime) -> list[Subject]:
        """Return the versions of *key*, newest first, with what is known of those made *before*."""
        listed = [version async for version in self._store.versions(key)]
        described = await asyncio.gather(
            *(self._described(version, before) for version in listed[1:])
        )
        return [_subject(version) for version in (*listed[:1], *described) if version is not None]

    async def _described(self, version: ObjectVersion, before: datetime) -> ObjectVersion | None:
        if version.modified_at >= before:
            return version
        async with self._free:
            found = await self._facts.describe([version])
        return found[0] if found else None

    async def _with_names(self, key: str, versions: list[Subject]) -> tuple[list[Subject], str]:
        """Return *versions* with those marked that have a name: all, where that is not known."""
        try:
            names = await self._named(key)
        except StoreRefused as error:
            problem = f"{self._workspace.path(key)}: left alone. {error.message}"
            return [replace(version, is_named=True) for version in versions], problem
        return [replace(each, is_named=_has_name(each, names)) for each in versions], ""

    def _path_plan(self, key: str, line: Sequence[Verdict]) -> PathPlan:
        goes = _goes(line)
        path = self._workspace.path(key)
        return PathPlan(path=path, key=key, goes=goes, stays=len(line) - len(goes))

    # -- applying ------------------------------------------------------------------------------

    async def _remove(self, plan: PathPlan) -> Removed:
        planned = {verdict.version.version_id: verdict.version for verdict in plan.goes}
        try:
            names = await self._named(plan.key)
        except StoreRefused as error:
            return _removed(plan, [], spared=len(planned), problem=error.message)
        there = [version async for version in self._store.versions(plan.key)]
        wanted = [version for version in there if version.version_id in planned]
        bodies = [
            version.version_id
            for version in wanted
            if not version.is_delete_marker
            and version is not there[0]
            and not _has_name(planned[version.version_id], names)
        ]
        await self._store.remove(plan.key, bodies)
        # Only now, lest what they hide comes to light when this is interrupted.
        markers = _removable_markers(there, planned, bodies)
        await self._store.remove(plan.key, markers)
        gone = [planned[version_id] for version_id in (*bodies, *markers)]
        return _removed(plan, gone, spared=len(wanted) - len(gone))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """The verdicts about the versions of one key, newest first."""

    key: str
    verdicts: tuple[Verdict, ...]
    problem: str


def _subject(version: ObjectVersion) -> Subject:
    entry = Entry.of_version(version)
    return Subject(
        version_id=entry.version_id,
        saved_at=entry.saved_at,
        size_bytes=entry.size_bytes,
        kind=entry.kind,
        is_latest=version.is_latest,
        is_delete_marker=version.is_delete_marker,
        save_id=entry.save_id,
    )


def _has_name(version: Subject, names: Collection[str]) -> bool:
    return version.version_id in names or version.save_id in names


def _goes(line: Sequence[Verdict]) -> tuple[Verdict, ...]:
    return tuple(verdict for verdict in line if verdict.goes)


def _stay_bytes(line: Sequence[Verdict]) -> int:
    return size_of(verdict for verdict in line if not verdict.goes)


def _removable_markers(
    there: Sequence[ObjectVersion], planned: Mapping[str, Subject], bodies: Sequence[str]
) -> list[str]:
    """Return the planned delete markers, if everything that they hide was removed."""
    wanted = [version for version in there if version.version_id in planned]
    if sum(not version.is_delete_marker for version in wanted) > len(bodies):
        return []
    is_anything_left = len(wanted) < len(there)
    return [
        version.version_id
        for version in wanted
        if version.is_delete_marker and not (version is there[0] and is_anything_left)
    ]


def _removed(plan: PathPlan, gone: Sequence[Subject], *, spared: int, problem: str = "") -> Removed:
    return Removed(
        path=plan.path,
        versions=len(gone),
        size_bytes=sum(version.size_bytes for version in gone),
        spared=spared,
        problem=problem,
    )


async def _few_at_once(work: Callable[[str], Awaitable[T]], keys: Sequence[str]) -> list[T]:
    done: list[T] = []
    for start in range(0, len(keys), _AT_ONCE):
        tasks = [asyncio.ensure_future(work(key)) for key in keys[start : start + _AT_ONCE]]
        try:
            done += await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # one failed, or nobody wants them any more
                task.cancel()
    return done
