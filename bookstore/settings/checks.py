"""What must be true of a setting beyond its type: each check returns "" or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .links import hours_problem

# Amazon's naming rule without its bans of special prefixes, and with the upper case, underscores
# and length that S3-compatible servers allow.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")

_REGION = re.compile(r"(?![0-9]+$)[A-Za-z0-9]([A-Za-z0-9-]{,61}[A-Za-z0-9])?")
"""What can be a label of a host name, which a region becomes."""
_UNSENDABLE = re.compile(r"[\s\x00-\x1f\x7f]")
"""No line of a request may hold it."""

_LINE_END = re.compile(r"[\r\n\x00]")
_NAME_OF_CONTAINER = "a container's name, of 3 or more letters, digits, dots, dashes, underscores"
_MOST_DAYS = 100_000


def _prefix_problem(value: str) -> str:
    segments = value.strip("/").split("/")
    if any(segment in (".", "..") for segment in segments) or "" in segments[1:]:
        return "must be names with single slashes between them, without . and .."
    if set(re.findall(r"{[^}]*}", value)) - {"{username}"}:
        return "may hold no placeholder but {username}"
    return ""


def is_bucket_name(value: str) -> bool:
    """May *value* be the name of a bucket?  Then it is also safe as the name of a folder."""
    return _BUCKET.fullmatch(value) is not None


def _bucket_problem(value: str) -> str:
    if value.startswith("arn:"):
        # An access point cannot be asked whether its bucket keeps versions.
        return "must be the name of the bucket itself, not of an access point to it"
    return "" if not value or is_bucket_name(value) else "must be a bucket's name"


def _container_problem(value: str) -> str:
    return "" if not value or is_bucket_name(value) else f"must be {_NAME_OF_CONTAINER}"


def _buckets_problem(value: list[str]) -> str:
    bad = [name for name in value if name != "*" and not is_bucket_name(name)]
    return "must hold names of buckets, or *" if bad else ""


def _url_problem(value: str) -> str:
    url = urlsplit(value)
    if _UNSENDABLE.search(value):
        return "must be a URL without white space"
    if value and (url.scheme not in ("http", "https") or not url.hostname):
        return "must be a URL that starts with http:// or https://"
    if url.username or url.password:
        return "must hold no user name or password"
    return ""


def _galleries_problem(value: list[str]) -> str:
    for each in value:
        if not each:
            return "must hold URLs"
        if problem := _url_problem(each):
            return problem
        if urlsplit(each).query or urlsplit(each).fragment:
            return "must hold URLs without a query"
    return ""


def _region_problem(value: str) -> str:
    return "" if _REGION.fullmatch(value) else "must be the name of a region, such as eu-central-1"


def _header_problem(value: str) -> str:
    return "must be one word" if _UNSENDABLE.search(value) else ""


def _line_problem(value: str) -> str:
    return "must be one line" if _LINE_END.search(value) else ""


def _folder_problem(value: str) -> str:
    return "" if not value or Path(value).expanduser().is_absolute() else "must be an absolute path"


def _file_problem(value: str) -> str:
    return "" if not value or Path(value).expanduser().is_file() else "must be a file that exists"


def _at_least(minimum: float) -> Callable[[float], str]:
    return lambda value: "" if value >= minimum else f"must be at least {minimum}"


def _days_problem(value: float) -> str:
    # Four periods of so many still are a timedelta.
    return "" if 0 <= value <= _MOST_DAYS else f"must be a number of days from 0 to {_MOST_DAYS}"


CHECKS: dict[str, Callable[[Any], str]] = {
    "workspace_prefix": _prefix_problem,
    "published_prefix": _prefix_problem,
    "runs_prefix": _prefix_problem,
    "s3_bucket": _bucket_problem,
    "local_bucket": _bucket_problem,
    "clone_buckets": _buckets_problem,
    "galleries": _galleries_problem,
    "s3_endpoint_url": _url_problem,
    "s3_region_name": _region_problem,
    "s3_access_key_id": _header_problem,
    "s3_session_token": _header_problem,
    "s3_sse_kms_key_id": _header_problem,
    "s3_ca_bundle": _file_problem,
    "swift_container": _container_problem,
    "swift_auth_url": _url_problem,
    "swift_storage_url": _url_problem,
    "swift_username": _line_problem,
    "swift_password": _line_problem,
    "swift_ca_bundle": _file_problem,
    "local_store_dir": _folder_problem,
    "outbox_dir": _folder_problem,
    "fs_cloning_basedir": _folder_problem,
    "s3_connect_timeout_s": _at_least(0.1),
    "s3_read_timeout_s": _at_least(0.1),
    "store_timeout_s": _at_least(0.1),
    "max_threads": _at_least(1),
    "outbox_max_bytes": _at_least(1),
    "clone_max_bytes": _at_least(1),
    "links_most_hours": hours_problem,
    "runs_at_once": _at_least(0),
    "run_timeout_s": _at_least(0),
    "run_max_bytes": _at_least(1),
    "coalesce_s": _at_least(0),
    "drain_deadline_s": _at_least(0),
    "retention_interval_h": _at_least(0.1),
    "retention_keep_all_days": _days_problem,
    "retention_hourly_days": _days_problem,
    "retention_daily_days": _days_problem,
    "retention_weekly_days": _days_problem,
    "retention_max_bytes": _at_least(0),
}
"""What must be true of a trait's value beyond its type: "" or what is wrong, in words."""


def shown(value: Any) -> Any:
    """Return *value* as a message may show it: a password that stands in a URL is not repeated."""
    return re.sub(r"//[^/@]*@", "//…@", value) if isinstance(value, str) else value
