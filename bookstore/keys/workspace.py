"""Which keys are one user's notebooks, and where what is known beside their versions is kept.

Knows: key rules.  Must not know: stores, settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..s3_paths import s3_key
from .reserved_keys import Area, is_reserved, reserved_key


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
        """Is *key* that of a notebook here?"""
        is_below = key.startswith(self.beginning) and key != self.beginning
        return is_below and not is_reserved(self.prefix, key)

    @property
    def beginning(self) -> str:
        """What the keys of this workspace begin with."""
        return f"{self.prefix}/" if self.prefix else ""

    def reserved_key(self, area: Area, path: str) -> str:
        """Return the key of what *area* knows about *path*."""
        return reserved_key(self.prefix, area, path)


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Finds the workspace of a key: a prefix has as many segments as its setting has."""

    segments: int

    @classmethod
    def of_setting(cls, workspace_prefix: str) -> Workspaces:
        """Return the workspaces of ``BookstoreSettings.workspace_prefix``."""
        stripped = workspace_prefix.strip("/")
        return cls(len(stripped.split("/")) if stripped else 0)

    def of_key(self, key: str) -> Workspace:
        """Return the workspace that *key* is in."""
        return Workspace("/".join(key.split("/")[: self.segments]))
