"""Which keys are one user's notebooks, and where what is known beside their versions is kept.

Below the workspace prefix, ``.bookstore/labels/a/b.ipynb.json`` holds the labels of the versions
of ``a/b.ipynb``, and ``.bookstore/moves/a.json`` says where the file or folder ``a`` went.  Below
the prefix of runs, ``.bookstore/running/ID.json`` is what a run that goes on has made so far.  They
are JSON, never listed as notebooks, and no file of a user is archived over them.

Knows: key rules.  Must not know: stores, settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias

from ..s3_paths import MAX_KEY_BYTES, s3_key, to_unicode

RESERVED_FOLDER = ".bookstore"

Area: TypeAlias = Literal["labels", "moves", "running"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """What is archived under one workspace prefix, with the username filled in."""

    prefix: str

    def key(self, path: str) -> str:
        """Return the key of the notebook at API path *path*."""
        return s3_key(self.prefix, path)

    def path(self, key: str) -> str:
        """Return the API path of *key*, or *key* itself where it is not in this workspace."""
        return key.removeprefix(self.beginning) if self.holds(key) else key

    def holds(self, key: str) -> bool:
        """Is *key* that of a notebook here?  One that ends with a slash is a folder's."""
        is_below = key.startswith(self.beginning) and key != "" and not key.endswith("/")
        return is_below and not is_reserved(self.prefix, key)

    @property
    def beginning(self) -> str:
        """What the keys of this workspace begin with."""
        return f"{self.prefix}/" if self.prefix else ""

    def reserved_key(self, area: Area, path: str) -> str:
        """Return the key of what *area* knows about the API path *path*.

        Where the path makes the key longer than stores take, its SHA-256 stands for it.
        """
        folder, clean = s3_key(self.prefix, f"{RESERVED_FOLDER}/{area}"), path.strip("/")
        key = s3_key(folder, f"{clean}.json")
        if len(key.encode()) <= MAX_KEY_BYTES:
            return key
        return s3_key(folder, f"{sha256(to_unicode(clean).encode()).hexdigest()}.json")


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Finds the workspace of a key: a prefix has as many segments as its setting has."""

    segments: int
    runs: tuple[str, ...] = ()
    """The segments of the prefix of results; one with a brace in it stands for any."""

    @classmethod
    def of_setting(cls, workspace_prefix: str, runs_prefix: str = "") -> Workspaces:
        """Return the workspaces of ``BookstoreSettings.workspace_prefix``, and of ``runs_prefix``
        where that has results."""
        segments = [*filter(None, workspace_prefix.strip("/").split("/"))]
        return cls(len(segments), tuple(filter(None, runs_prefix.strip("/").split("/"))))

    def of_key(self, key: str) -> Workspace:
        """Return the workspace that *key* is in."""
        parts = key.split("/")
        pairs = list(zip(self.runs, parts, strict=False))
        is_result = all("{" in wanted or wanted == part for wanted, part in pairs)
        is_long = bool(self.runs) and len(parts) > len(self.runs)
        segments = len(self.runs) if is_long and is_result else self.segments
        return Workspace("/".join(parts[:segments]))


def is_reserved(prefix: str, key: str) -> bool:
    """Is *key* one of bookstore's own, below the workspace prefix *prefix*?

    So is what is kept of runs that go on, whose prefix may be inside of that one.
    """
    is_running = f"/{RESERVED_FOLDER}/running/" in f"/{key}"
    return is_running or key.startswith(s3_key(prefix, RESERVED_FOLDER) + "/")
