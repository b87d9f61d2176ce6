"""An outbox, a store in memory and what happens between them."""

from saving_fixtures import events, make_uploader, outbox, quick_retries, store

__all__ = ["events", "make_uploader", "outbox", "quick_retries", "store"]
