"""Which versions go and which stay: the retention policy, decided without asking anyone.

All are kept for a while, then the last one of each hour, then of each day, then of each week.  The
last one, because it is what people left behind when they stopped.  Hours, days and weeks are those
of UTC, and a week begins on Monday.  An hour's last version is found among all versions, so whoever
is not the last of an hour is not the last of its day or week either: what has to go today would
have to go tomorrow.

What has a name, what was asked for (manual saves, restored and published versions) and the newest
version never go.  Nor do versions made by a rename or a copy: history finds what lies under the key
they came from through them alone, and would lose all of it, named versions too.

Knows: times, sizes, kinds.  Must not know: stores, settings.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Literal, TypeAlias

from ..records import Kind

Reason: TypeAlias = Literal[
    "newest", "named", "manual", "restore", "publish", "leads to its past",
    "last before deletion", "hides others", "recent",
    "last of its hour", "last of its day", "last of its week",
    "not the last of its hour", "not the last of its day", "not the last of its week",
    "too old", "over budget", "hides nothing",
]  # fmt: skip
"""Why a version stays, or why it goes."""

PROTECTED: frozenset[Reason] = frozenset(
    {
        "newest",
        "named",
        "manual",
        "restore",
        "publish",
        "leads to its past",
        "last before deletion",
        "hides others",
    }
)
"""What stays for one of these reasons does not go for want of room either."""

_NOTHING: tuple[bool, Reason] = (True, "hides nothing")

_KEPT_KINDS: Mapping[Kind, Reason] = {
    "manual": "manual",
    "restore": "restore",
    "publish": "publish",
    "rename": "leads to its past",
    "copy": "leads to its past",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long how much is kept; the periods follow each other."""

    keep_all_days: float = 30
    """So old is the oldest version of which all are kept."""
    hourly_days: float = 60
    """For so many days after that the last of each hour is kept."""
    daily_days: float = 275
    """For so many days after that the last of each day."""
    weekly_days: float = 0
    """For so many days after that the last of each week; 0: for ever."""
    max_bytes: int = 0
    """Size of all versions together, as notebooks; 0: no limit."""

    @property
    def ends_after(self) -> timedelta | None:
        """How long after it was replaced or deleted a version goes; None: never for its age."""
        if not self.weekly_days:
            return None
        days = self.keep_all_days + self.hourly_days + self.daily_days + self.weekly_days
        return timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One version, as far as the policy looks at it."""

    version_id: str
    saved_at: datetime
    size_bytes: int
    kind: Kind = "save"
    is_named: bool = False
    """It has a label or a note."""
    is_latest: bool = False
    is_delete_marker: bool = False
    save_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one version, and why."""

    version: Subject
    goes: bool
    reason: Reason

    @property
    def is_protected(self) -> bool:
        """Does it stay whatever room it takes?"""
        return not self.goes and self.reason in PROTECTED


def judge(
    versions: Sequence[Subject], policy: RetentionPolicy, now: datetime
) -> tuple[Verdict, ...]:
    """Return what becomes of the versions of one path, which come newest first.

    A version that was the newest for years is not old on the day it is replaced: what goes for
    its age goes by when it was replaced, or its notebook deleted.  So the last version of a
    deleted notebook stays as long as one a week does, counted from the deletion.

    A delete marker stays while it is recent, is the newest or hides something that stays, and
    goes when nothing of its path is left.
    """
    lasts = _lasts(versions)
    verdicts = []
    for place, version in enumerate(versions):
        # A clock that was set back has replaced nothing before it was there.
        replaced_at = max(versions[place - 1].saved_at, version.saved_at) if place else None
        goes, reason = _fate(version, replaced_at, lasts, policy, now)
        verdicts.append(Verdict(version=version, goes=goes, reason=reason))
    return tuple(_with_markers(_with_last_before_deletion(verdicts)))


def fit(
    lines: Mapping[str, Sequence[Verdict]], max_bytes: int
) -> tuple[dict[str, tuple[Verdict, ...]], int]:
    """Let the oldest unprotected versions go until what stays has at most *max_bytes*.

    *lines* holds the verdicts of each path.  Returns them anew, and by how many bytes the
    protected ones alone are too large: those are not touched.
    """
    fitted = {path: list(verdicts) for path, verdicts in lines.items()}
    over_bytes = sum(size_of(v for v in verdicts if not v.goes) for verdicts in fitted.values())
    over_bytes -= max_bytes
    for path, place in _oldest_first(fitted):
        if over_bytes <= 0:
            break
        verdict = fitted[path][place]
        fitted[path][place] = replace(verdict, goes=True, reason="over budget")
        over_bytes -= verdict.version.size_bytes
    return {path: tuple(_with_markers(line)) for path, line in fitted.items()}, max(0, over_bytes)


def size_of(verdicts: Iterable[Verdict]) -> int:
    """Return the size of these versions together."""
    return sum(verdict.version.size_bytes for verdict in verdicts)


# -- how it is decided -------------------------------------------------------------------------


def _fate(
    version: Subject,
    replaced_at: datetime | None,
    lasts: frozenset[tuple[Reason, str]],
    policy: RetentionPolicy,
    now: datetime,
) -> tuple[bool, Reason]:
    age = now - version.saved_at
    if version.is_delete_marker:
        is_recent = age < timedelta(days=policy.keep_all_days)
        return (False, "recent") if is_recent else (True, "hides nothing")
    if replaced_at is None or version.is_latest:
        return False, "newest"
    if version.is_named:
        return False, "named"
    if version.kind in _KEPT_KINDS:
        return False, _KEPT_KINDS[version.kind]
    ends_after = policy.ends_after
    if ends_after is not None and now - replaced_at >= ends_after:
        return True, "too old"
    stays, goes = _period(age, policy)
    if stays == "recent" or (stays, version.version_id) in lasts:
        return False, stays
    return True, goes


def _period(age: timedelta, policy: RetentionPolicy) -> tuple[Reason, Reason]:
    """Return for what reason a version of this age stays or goes."""
    end = timedelta(days=policy.keep_all_days)
    if age < end:
        return "recent", "recent"
    end += timedelta(days=policy.hourly_days)
    if age < end:
        return "last of its hour", "not the last of its hour"
    end += timedelta(days=policy.daily_days)
    if age < end:
        return "last of its day", "not the last of its day"
    return "last of its week", "not the last of its week"


def _lasts(versions: Sequence[Subject]) -> frozenset[tuple[Reason, str]]:
    """Return the versions that are the last of their hour, day or week."""
    lasts: dict[Hashable, tuple[Reason, str]] = {}
    for version in versions:
        if version.is_delete_marker:
            continue  # of an hour that ends with a deletion, what was deleted is kept
        at = version.saved_at.astimezone(timezone.utc)
        day = at.date()
        lasts.setdefault((day, at.hour), ("last of its hour", version.version_id))
        lasts.setdefault(day, ("last of its day", version.version_id))
        lasts.setdefault(day.isocalendar()[:2], ("last of its week", version.version_id))
    return frozenset(lasts.values())


def _with_last_before_deletion(verdicts: list[Verdict]) -> list[Verdict]:
    """Protect what would be brought back, until it is too old."""
    if verdicts and verdicts[0].version.is_delete_marker:
        for place, verdict in enumerate(verdicts):
            if not verdict.version.is_delete_marker:
                if verdict.reason != "too old" and not verdict.is_protected:
                    verdicts[place] = replace(verdict, goes=False, reason="last before deletion")
                break
    return verdicts


def _with_markers(verdicts: list[Verdict]) -> list[Verdict]:
    """Decide about delete markers, now that the versions they hide are decided about."""
    anything_stays = any(not v.goes and not v.version.is_delete_marker for v in verdicts)
    hides = False
    for place in reversed(range(len(verdicts))):  # the oldest first
        verdict = verdicts[place]
        if not verdict.version.is_delete_marker:
            hides = hides or not verdict.goes
            continue
        goes, reason = _fate_of_marker(verdict, place == 0, hides) if anything_stays else _NOTHING
        verdicts[place] = replace(verdict, goes=goes, reason=reason)
        hides = False
    return verdicts


def _fate_of_marker(verdict: Verdict, is_newest: bool, hides: bool) -> tuple[bool, Reason]:
    if is_newest:
        return False, "newest"
    if verdict.reason == "recent":
        return False, "recent"
    return (False, "hides others") if hides else _NOTHING


def _oldest_first(lines: Mapping[str, Sequence[Verdict]]) -> list[tuple[str, int]]:
    """Return the places of what may go for want of room."""
    found = [
        (verdict.version.saved_at, path, -place)
        for path, verdicts in lines.items()
        for place, verdict in enumerate(verdicts)
        if not verdict.goes and not verdict.is_protected and verdict.version.size_bytes
    ]
    return [(path, -place) for _, path, place in sorted(found)]
