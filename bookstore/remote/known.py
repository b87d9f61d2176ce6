"""What this server last told of each file, so that nothing that nobody has seen is saved over.

Knows: versions.  Must not know: stores.
"""

from __future__ import annotations

from collections import OrderedDict

from ..records import ObjectVersion

MOST = 10_000


class Known:
    """The newest version of each path when somebody was told of it last; the last told are kept."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, ObjectVersion | None] = OrderedDict()
        self._tried: OrderedDict[str, set[str]] = OrderedDict()

    def tell(self, path: str, version: ObjectVersion | None) -> None:
        """Note what was told of *path*; None: that there is no file."""
        self._told[path] = version
        self._told.move_to_end(path)
        if len(self._told) > MOST:
            self._told.popitem(last=False)

    def tried(self, path: str, save_id: str) -> None:
        """Note that this server tries to put a version with *save_id*, whatever becomes of it."""
        self._tried.setdefault(path, set()).add(save_id)
        self._tried.move_to_end(path)
        if len(self._tried) > MOST:
            self._tried.popitem(last=False)

    def own(self, path: str) -> frozenset[str]:
        """Return the save IDs that were tried since :meth:`settle`: they are nobody else's."""
        return frozenset(self._tried.get(path, ()))

    def settle(self, path: str) -> None:
        """Note that what is at *path* is known to be what was put last."""
        self._tried.pop(path, None)

    def is_told(self, path: str) -> bool:
        """Was anything told of *path*?"""
        return path in self._told

    def of(self, path: str) -> ObjectVersion | None:
        """Return what was told of *path* last; None also where nothing was."""
        return self._told.get(path)

    def forget(self, path: str) -> None:
        """Forget what was told of *path*, and of all that is below it."""
        for told in [told for told in self._told if f"{told}/".startswith(f"{path}/")]:
            del self._told[told]
            self._tried.pop(told, None)
