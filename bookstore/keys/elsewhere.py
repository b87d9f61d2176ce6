"""Keys that name what the server of another root folder keeps of a file of this one.

``workspace/.bookstore/roots/work-30389e1d/notebooks/work/a.ipynb`` is ``work/a.ipynb`` as it was
saved by a server whose root has the bucket ``work-30389e1d``.  Nothing is stored under such a key:
a store that knows the other root answers from there.  The path is the one that the file has here,
so a key leads to nothing but a file below this server's root.

Knows: key rules.  Must not know: folders, stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from ..s3_paths import s3_key
from .workspace import RESERVED_FOLDER, Workspace

What: TypeAlias = Literal["notebooks", "labels", "offers"]
"""Offers are versions that are only counted: they may be those of another file of that name."""
_WHATS = ("notebooks", "labels", "offers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What another root has of the file at *path*."""

    workspace: Workspace
    bucket: str
    """The other root's."""
    path: str
    """The API path that the file has here."""
    what: What = "notebooks"

    @property
    def key(self) -> str:
        """The key that stands for it here."""
        place = f"{RESERVED_FOLDER}/roots/{self.bucket}/{self.what}/{self.path}"
        return s3_key(self.workspace.prefix, place)

    @classmethod
    def of_key(cls, key: str, workspace: Workspace) -> Elsewhere | None:
        """Return what *key* stands for in *workspace*; None for any other key."""
        beginning = s3_key(workspace.prefix, f"{RESERVED_FOLDER}/roots") + "/"
        bucket, what, path = (*key.removeprefix(beginning).split("/", 2), "", "")[:3]
        is_one = key.startswith(beginning) and what in _WHATS
        # Whoever sends a key may have written it: it leads nowhere but below the root.
        if not (is_one and bucket) or {"", ".", ".."} & {*path.split("/")} or "\0" in path:
            return None
        return cls(workspace=workspace, bucket=bucket, what=cast("What", what), path=path)


def path_at(key: str, workspace: Workspace) -> str | None:
    """Return the API path here of the notebook under *key*; None where it is no file of ours."""
    if there := Elsewhere.of_key(key, workspace):
        return there.path
    return workspace.path(key) if workspace.holds(key) else None
