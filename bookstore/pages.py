"""The pages' templates: a Jinja2 environment of our own, so that every value is escaped.

Knows: templates and static files.  Must not know: handlers, stores.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

PACKAGE_DIR = Path(__file__).parent
TEMPLATES_DIR = PACKAGE_DIR / "templates"
STATIC_DIR = PACKAGE_DIR / "static"


def template(name: str) -> Template:
    """Return the template *name*."""
    return _environment().get_template(name)


@cache
def static_version(name: str) -> str:
    """Return what changes in a static file's URL when the file does."""
    return hashlib.sha256((STATIC_DIR / name).read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["size"] = size_in_words
    environment.filters["moment"] = moment_in_words
    return environment


def size_in_words(size_bytes: int) -> str:
    """Return ``"12.3 MB"`` and the like."""
    if size_bytes < 1000:
        return "1 byte" if size_bytes == 1 else f"{size_bytes} bytes"
    size, unit = size_bytes / 1000, "kB"
    for larger in ("MB", "GB"):
        if size >= 999.95:
            size, unit = size / 1000, larger
    return f"{size:.1f} {unit}"


def moment_in_words(moment: datetime) -> str:
    """Return ``"5 March 2026, 14:07 UTC"`` and the like."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"
