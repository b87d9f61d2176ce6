"""Retain: what the configured retention policy keeps and removes of a server's notebooks."""

from __future__ import annotations

from ..bookstore_config import BookstoreSettings
from ..retention.policy import RetentionPolicy
from ..retention.retainer import Retainer
from ..wiring import Bookstore


def policy_of(settings: BookstoreSettings) -> RetentionPolicy:
    """Return what *settings* say is kept, and for how long."""
    return RetentionPolicy(
        keep_all_days=settings.retention_keep_all_days,
        hourly_days=settings.retention_hourly_days,
        daily_days=settings.retention_daily_days,
        weekly_days=settings.retention_weekly_days,
        max_bytes=settings.retention_max_bytes,
    )


def retainer_of(bookstore: Bookstore) -> Retainer:
    """Return what plans and applies the configured policy to the server's notebooks."""
    return Retainer(
        bookstore.store,
        workspace=bookstore.workspace,
        results=bookstore.runs if bookstore.runs.prefix else None,
        policy=policy_of(bookstore.settings),
        named=bookstore.history.labels.named,
        published_prefix=bookstore.published_key(""),
    )
