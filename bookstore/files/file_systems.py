"""What kind of disk a folder is on, and whether it can be used.

Knows: the operating system.  Must not know: what the folder is for.
"""

from __future__ import annotations

import os
from pathlib import Path

_ON_NETWORKS = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "9p", "lustre", "ceph", "afs", "glusterfs")
)


def network_file_system_of(folder: Path) -> str:
    """Return the kind of network file system that *folder* is on, "" for a local disk."""
    kind = file_system_of(folder)
    return kind if kind.removeprefix("fuse.") in _ON_NETWORKS else ""


def file_system_of(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the kind of file system that *folder* is on, "" where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place, kind = "", ""
    real = os.path.realpath(folder)
    for words in map(str.split, lines):
        point = words[1].replace("\\040", " ") if len(words) > 2 else ""
        is_above = real == point or real.startswith(point.rstrip("/") + "/")
        if point and is_above and len(point) >= len(place):
            place, kind = point, words[2]
    return kind


def can_be_written(folder: Path) -> bool:
    """May this process make files in *folder*, or make the folder itself?  Writes nothing."""
    for existing in (folder, *folder.parents):
        if existing.exists():
            return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    return False
