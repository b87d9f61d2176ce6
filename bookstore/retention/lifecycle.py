"""The nearest that S3's own lifecycle rules come to a retention policy, and how far that is.

Knows: policies.  Must not know: stores, settings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .policy import RetentionPolicy

RULE_ID = "bookstore-retention"
_UNFINISHED_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What to give to PutBucketLifecycleConfiguration, and what to know before."""

    configuration: dict[str, Any]
    warnings: tuple[str, ...]
    """Whole sentences, for whoever is about to set it."""


def lifecycle_rule(policy: RetentionPolicy, prefix: str) -> Lifecycle:
    """Return the rule for the keys below *prefix* that removes the most of what *policy* lets go,
    and nothing that it keeps for its age.

    Nothing in it counts versions or looks at sizes (NewerNoncurrentVersions,
    ObjectSizeGreaterThan): Ceph drops these conditions without a word, and the rule then covers
    everything.
    """
    days = _days(policy)
    rule: dict[str, Any] = {
        "ID": RULE_ID,
        "Status": "Enabled",
        "Filter": {"Prefix": f"{prefix.strip('/')}/" if prefix.strip("/") else ""},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UNFINISHED_DAYS},
    }
    if days is not None:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    return Lifecycle(configuration={"Rules": [rule]}, warnings=_warnings(policy, prefix, days))


def _days(policy: RetentionPolicy) -> int | None:
    """Return the days after which a version that was replaced may go; S3 knows no fewer than 1."""
    ends_after = policy.ends_after
    return None if ends_after is None else max(1, math.ceil(ends_after.total_seconds() / 86400))


def _warnings(policy: RetentionPolicy, prefix: str, days: int | None) -> tuple[str, ...]:
    warnings = [
        "Setting a lifecycle configuration replaces the bucket's present one as a whole: add "
        "this rule to the rules that are there.",
    ]
    if days is None:
        warnings.append(
            "The policy keeps one version a week for ever, which no lifecycle rule can do. "
            "This rule removes no versions, only delete markers that hide nothing and uploads "
            "that were never finished."
        )
    else:
        warnings.append(
            f"The rule removes every version {days} days after it was replaced or deleted, also "
            "named, manual, restored and published ones, which the policy keeps: a lifecycle "
            "rule knows neither labels nor kinds. To keep those, use `jupyter bookstore retain` "
            "and not this rule."
        )
        warnings.append(
            "Among them are the versions made by a rename or a copy, which the policy keeps, too: "
            "where one is gone, a notebook's history no longer shows what is under the path it "
            "came from."
        )
    warnings.append(
        "A lifecycle rule cannot keep one version of an hour, a day or a week: until it removes "
        "versions, all of them are kept."
    )
    if policy.max_bytes:
        warnings.append("A lifecycle rule has no size budget.")
    if not prefix.strip("/"):
        warnings.append("Without a prefix the rule covers the whole bucket.")
    warnings.append(
        "Stores have dropped lines of a rule without a word: once it is set, `jupyter bookstore "
        "doctor` reads it back and says whether all of it is there. Ceph applies rules once a day; "
        "Swift's S3 API takes none."
    )
    return tuple(warnings)
