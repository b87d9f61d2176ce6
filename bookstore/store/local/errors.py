"""The embedded store's failures in our words, renamed in one place.

Knows: what the operating system and SQLite raise.  Must not know: what was being done.
"""

from __future__ import annotations

import errno

from ...databases.owned import reason_of
from ...errors import StoreError, StoreRefused, StoreUnavailable
from ...files.os_lock import NoFileLocksError

_NOT_PERMITTED = (errno.EACCES, errno.EPERM)
_DISK_HINT = (
    "Check that the disk that holds BookstoreSettings.local_store_dir has room and can be written."
)
_LOCK_HINT = "Set BookstoreSettings.local_store_dir to a folder on a local disk."


def closed() -> StoreError:
    """Return what every request to a closed store raises."""
    return StoreUnavailable("The embedded store was closed.")


def renamed(error: BaseException) -> StoreError:
    """Return *error* in our words, without a path."""
    # An OSError's own text holds the path; its reason alone does not.  SQLite's names no file.
    if not isinstance(error, OSError):
        return StoreUnavailable(
            f"The file of the embedded store cannot be used: {reason_of(error)}."
        )
    if isinstance(error, NoFileLocksError):
        return StoreRefused(
            "The folder of the embedded store is on a file system without locks.", hint=_LOCK_HINT
        )
    kind = StoreRefused if error.errno in _NOT_PERMITTED else StoreUnavailable
    reason = error.strerror or "input/output error"
    return kind(f"The folder of the embedded store cannot be used: {reason}.", hint=_DISK_HINT)
