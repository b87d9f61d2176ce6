"""What one may do with a notebook."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """Each includes those before it."""

    READ = 1
    EDIT = 2
    """Make revisions, change words and tags, share, make public or private."""
    ADMINISTER = 3
    """Delete, restore, give to somebody else."""
