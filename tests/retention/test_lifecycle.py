"""The S3 lifecycle rule that comes nearest to a policy, and what is said about it."""

from __future__ import annotations

import pytest

from bookstore.retention.lifecycle import lifecycle_rule
from bookstore.retention.policy import RetentionPolicy

ONE_YEAR = RetentionPolicy(keep_all_days=30, hourly_days=30, daily_days=30, weekly_days=275)


def test_versions_expire_when_the_policy_would_let_the_last_of_a_week_go() -> None:
    lifecycle = lifecycle_rule(ONE_YEAR, "workspace/ada/")

    [rule] = lifecycle.configuration["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 365}
    assert rule["Filter"] == {"Prefix": "workspace/ada/"}
    assert rule["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    assert "named" in " ".join(lifecycle.warnings)
    assert "a rename or a copy" in " ".join(lifecycle.warnings)


def test_where_one_a_week_stays_for_ever_no_version_expires() -> None:
    """No rule can thin; one that removes too much is not printed."""
    lifecycle = lifecycle_rule(RetentionPolicy(), "workspace")

    [rule] = lifecycle.configuration["Rules"]
    assert "NoncurrentVersionExpiration" not in rule
    assert "removes no versions" in " ".join(lifecycle.warnings)


@pytest.mark.parametrize("policy", [ONE_YEAR, RetentionPolicy(max_bytes=10**9)])
def test_nothing_relies_on_conditions_that_a_store_may_drop(policy: RetentionPolicy) -> None:
    """Ceph drops them without a word, and the rule then covers everything."""
    text = str(lifecycle_rule(policy, "workspace").configuration)
    assert "NewerNoncurrentVersions" not in text
    assert "ObjectSize" not in text


def test_half_a_day_is_rounded_up() -> None:
    policy = RetentionPolicy(keep_all_days=0, hourly_days=0, daily_days=0, weekly_days=0.5)
    [rule] = lifecycle_rule(policy, "workspace").configuration["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_what_cannot_be_said_in_a_rule_is_said_in_words() -> None:
    warnings = " ".join(lifecycle_rule(RetentionPolicy(max_bytes=5), "").warnings)
    for word in ("replaces", "size budget", "whole bucket", "Swift", "Ceph"):
        assert word in warnings
