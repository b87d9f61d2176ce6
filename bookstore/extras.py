"""What has to be installed for an extra; looking for it imports nothing.

Knows: names of packages.  Must not know: what is done with them.
"""

from __future__ import annotations

import importlib.util

from .errors import ExtraMissing

GALLERY = (
    "sqlalchemy",
    "alembic",
    "argon2",
    "bcrypt",
    "latex2mathml",
    "markdown_it",
    "nh3",
    "pygments",
)
"""What the gallery is made with."""


def has(*modules: str) -> bool:
    """Whether all these modules could be imported."""
    return all(importlib.util.find_spec(module) is not None for module in modules)


def require(purpose: str, extra: str, *modules: str) -> None:
    """Raise :class:`ExtraMissing` unless the modules of an extra are there; none is imported."""
    if not has(*modules):
        raise ExtraMissing(purpose, extra)
