"""Checkpoint IDs that name versions: reversible, and of the characters that Jupyter's routes take.

Knows: strings.  Must not know: what a version is.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import NamedTuple

_MARK = "v-"


class CheckpointAddress(NamedTuple):
    """The version that a checkpoint ID names."""

    version_id: str
    path: str = ""
    """The API path it was archived under, where that is not the path of the file now."""


def to_checkpoint_id(address: CheckpointAddress) -> str:
    """Return the checkpoint ID of *address*: letters, digits, ``-`` and ``_`` only."""
    text = json.dumps(address, separators=(",", ":"))
    return _MARK + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def from_checkpoint_id(checkpoint_id: str) -> CheckpointAddress | None:
    """Return what a checkpoint ID names; None for one that :func:`to_checkpoint_id` did not make,
    such as Jupyter's own.
    """
    if not checkpoint_id.startswith(_MARK):
        return None
    try:
        fields = json.loads(base64.urlsafe_b64decode(f"{checkpoint_id.removeprefix(_MARK)}==="))
        version_id, path = fields
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
    if not (isinstance(version_id, str) and isinstance(path, str) and version_id):
        return None
    return CheckpointAddress(version_id, path)
