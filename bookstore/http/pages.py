"""The pages' templates: a Jinja2 environment of our own, so that every value is escaped.

Knows: templates and static files.  Must not know: handlers, stores.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ..words import moment_in_words, size

_HERE = Path(__file__).parent
TEMPLATES_DIR = _HERE / "templates"
STATIC_DIR = _HERE / "static"


def template(name: str) -> Template:
    """Return the template *name*."""
    return _own().get_template(name)


@cache
def static_version(name: str, folder: Path = STATIC_DIR) -> str:
    """Return what changes in a static file's URL when the file does."""
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]


def environment(*folders: Path) -> Environment:
    """Return templates from *folders*, and after these from our own."""
    environment = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES_DIR]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["size"] = size
    environment.filters["moment"] = moment_in_words
    return environment


_own = cache(environment)
