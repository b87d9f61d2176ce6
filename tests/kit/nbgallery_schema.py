"""nbgallery's own schema: what its Rails code makes and needs, as facts in a file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")
NEWER = {"parent_uuid", "verified", "unapproved"}
"""Columns of notebooks that old databases lack."""


@cache
def schema() -> dict[str, Any]:
    """Return the 43 tables: columns, indexes and foreign keys."""
    tables: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return tables
