"""What accounts may be called.

New names are of plain letters, kept small: no two of them look alike, whoever makes them and
however they are typed.  Names that nbgallery or a provider of identity has given stay as they are.

Knows: texts.  Must not know: which names there are.
"""

from __future__ import annotations

import re

from ..catalogue.words import is_text, readable
from .errors import AccountRefused

MOST_NAME = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
ALLOWED = (
    f"A user name has up to {MOST_NAME} letters a to z, digits, dots, hyphens and underscores, "
    "and begins with a letter or digit."
)


def checked_name(name: str) -> str:
    """Return the name as it is kept; raises :class:`~.errors.AccountRefused`."""
    kept = name.strip(" ").lower() if name.isascii() else name
    if len(kept) > MOST_NAME or not _NAME.fullmatch(kept):
        raise AccountRefused("name", readable(name), ALLOWED)
    return kept


def checked_email(email: str) -> str | None:
    """Return an e-mail address as it is kept, None for none; raises as the names do."""
    kept = email.strip()
    if not kept:
        return None
    local, at, domain = kept.rpartition("@")
    is_one = bool(local and at and "." in domain) and not re.search(r"[\s<>,;]", kept)
    if len(kept) > 255 or not is_text(kept) or not is_one:
        raise AccountRefused("email", readable(email), "An e-mail address is like ada@example.org.")
    return kept.lower()
