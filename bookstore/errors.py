"""Every failure in our own words, drawn as a tree.

Each error knows its name for programs, the HTTP status it becomes where it goes out and, where
there is something the user can do, a hint that says so.  Messages may be shown to anyone who can
use the server: they never hold credentials, account or role names, or paths of the server's disk.
"""

from __future__ import annotations

import re


class BookstoreError(Exception):
    """Something bookstore was asked to do did not happen."""

    status = 500
    reason = "bookstore_error"
    """A word for programs that stays the same: ``"object_not_found"``."""
    hint = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.reason = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint


# -- what the caller got wrong -------------------------------------------------------------


class BadRequest(BookstoreError):
    """The request cannot be understood; the message names the field and the value."""

    status = 400


class Forbidden(BookstoreError):
    """Understood, and not allowed by the administrator's settings."""

    status = 403


class NotFound(BookstoreError):
    """What was asked for is not there."""

    status = 404


class Conflict(BookstoreError):
    """Something else is in the place where this was to go."""

    status = 409


class TooLarge(BookstoreError):
    """Larger than the administrator allows."""

    status = 413


class NotANotebook(BookstoreError):
    """Only notebooks can be published."""

    status = 415


class InvalidNotebook(BookstoreError):
    """The JSON is not a notebook; the message is the validation error in words."""

    status = 422


class TooManyRuns(BookstoreError):
    """As many runs go on as the administrator allows at once."""

    status = 429
    hint = "Try again when one of them has ended, or cancel one."


# -- the gallery, an extra -------------------------------------------------------------------


class ExtraMissing(BookstoreError, ImportError):
    """What was asked for needs packages that were not installed with bookstore."""

    status = 501

    def __init__(self, purpose: str, extra: str) -> None:
        command = f'pip install "bookstore[{extra}]"'
        super().__init__(f"{purpose} needs packages that are not installed: {command}")


# -- the store -----------------------------------------------------------------------------


class StoreError(BookstoreError):
    """The store did not do what it was asked."""

    status = 502


class ObjectNotFound(StoreError, NotFound):
    """No object has this key, or its newest version is a delete marker."""

    status = 404


class VersionNotFound(StoreError, NotFound):
    """The key has no version with this version ID."""

    status = 404


class StoreUnavailable(StoreError):
    """The store could not be reached, timed out, or asked us to come back later.

    The same request may succeed later without anyone changing anything.
    """

    status = 503
    hint = "The store cannot be reached right now. Saves wait in the outbox; try again later."


class StoreRefused(StoreError):
    """The store answered, and the answer is no: it stays no until somebody changes something."""

    status = 502
    hint = "Ask the administrator to check the store's permissions and the settings of bookstore."


class NoAddresses(StoreRefused):
    """What is in the store cannot be reached from elsewhere, so that there are no links to it."""

    status = 403
    hint = "The administrator can have versions kept on S3 or Swift, which have addresses."

    def __init__(self, store: str) -> None:
        super().__init__(f"What is in {store} cannot be reached from elsewhere, by a link neither.")


class BucketNotFound(StoreRefused):
    """The configured bucket does not exist."""

    hint = "Create the bucket with versioning enabled, or correct BookstoreSettings.s3_bucket."


# -- the outbox ----------------------------------------------------------------------------


class OutboxError(BookstoreError):
    """A save could not be written down for delivery."""

    status = 503


class OutboxUnavailable(OutboxError):
    """The outbox on local disk cannot be read or written."""

    hint = "Check that the disk that holds the outbox has room and can be written."


class SaveLost(OutboxError):
    """The body of a waiting save is gone from the outbox; it can never be delivered."""

    status = 500
    hint = "Save the notebook again. Something removed a file from the outbox's folder."


class OutboxFull(OutboxError):
    """The outbox has reached its size limit; nothing already in it is dropped."""

    status = 507
    hint = "Bring the store back, or raise BookstoreSettings.outbox_max_bytes."


class SaveTooLarge(OutboxError):
    """One save alone is larger than the whole outbox may be."""

    status = 507
    hint = "Raise BookstoreSettings.outbox_max_bytes."
