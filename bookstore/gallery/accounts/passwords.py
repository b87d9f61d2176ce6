"""Passwords: new ones are kept as argon2, and nbgallery's, of bcrypt, are understood.

Knows: hashes.  Must not know: whose they are.
"""

from __future__ import annotations

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .errors import AccountRefused

LEAST_LETTERS, MOST_LETTERS = 10, 256
MOST_AT_ONCE = 2
"""Each takes 64 MiB for a moment."""
_BCRYPT_BYTES = 72
"""What is behind them never counted."""
_BCRYPT_ROUNDS = 11
"""As nbgallery's."""
_BCRYPT = re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}")
_ALLOWED = f"A password has {LEAST_LETTERS} to {MOST_LETTERS} letters, and is not the user name."
_hasher = PasswordHasher()
hashing = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="bookstore-passwords")
"""Where passwords are hashed: not on the event loop, and few at a time."""


class Checked(NamedTuple):
    """What became of looking at a password."""

    is_right: bool
    is_old: bool
    """Whether what is kept of it is not what would be kept today."""


def check_new(password: str, name: str) -> None:
    """Raise :class:`~.errors.AccountRefused` for a password that nobody should take."""
    is_short = not LEAST_LETTERS <= len(password) <= MOST_LETTERS
    if is_short or "\0" in password or password.lower() == name.lower():
        raise AccountRefused("password", "", _ALLOWED)


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(_as_typed(password))


def checked(password: str, kept: str | None, *, with_bcrypt: bool) -> Checked:
    """Return whether *kept* is of this password.  It takes as long where nothing is kept.

    *with_bcrypt*: whether there are accounts whose passwords are bcrypt's.  Then one of each kind
    is tried every time, so that the time does not say of which kind an account is.
    """
    if len(password) > MOST_LETTERS:
        password, kept = "", None  # nobody has such a one, and it takes no longer
    argon2 = _is_argon2(password, kept if kept and not is_bcrypt(kept) else None)
    if not with_bcrypt and not (kept and is_bcrypt(kept)):
        return argon2
    old = _is_bcrypt(password, kept if kept and is_bcrypt(kept) else None)
    return argon2 if argon2.is_right else old


def is_bcrypt(kept: str) -> bool:
    """Whether bcrypt has made what is kept."""
    return kept.startswith("$2")


def _is_argon2(password: str, kept: str | None) -> Checked:
    try:
        _hasher.verify(kept or _nobodys(), _as_typed(password))
    except (VerificationError, InvalidHashError):
        return Checked(is_right=False, is_old=False)
    if kept is None:
        return Checked(is_right=False, is_old=False)
    return Checked(is_right=True, is_old=_hasher.check_needs_rehash(kept))


def _is_bcrypt(password: str, kept: str | None) -> Checked:
    typed = password.encode("utf-8", "surrogatepass")
    has_end = b"\0" in typed  # behind which bcrypt would not look
    if kept is not None and not _BCRYPT.fullmatch(kept):  # at which some releases of bcrypt panic
        kept = None
    try:
        is_same = bcrypt.checkpw(
            typed.replace(b"\0", b"")[:_BCRYPT_BYTES], (kept or _nobodys_bcrypt()).encode()
        )
    except ValueError:  # no hash
        return Checked(is_right=False, is_old=False)
    is_right = is_same and kept is not None and not has_end
    return Checked(is_right=is_right, is_old=is_right)


def _as_typed(password: str) -> bytes:
    """Return a password however a keyboard writes its accents."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _nobodys_bcrypt() -> str:
    return bcrypt.hashpw(b"nobody has this password", bcrypt.gensalt(_BCRYPT_ROUNDS)).decode()
