"""How an account is found: the same for passwords, sessions, tokens and providers.

Knows: the tables.  Must not know: how somebody signs in.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..catalogue.words import is_text
from ..database.models import User
from .errors import NoSuchAccount


def account_named(session: Session, name: str) -> User | None:
    """Return the account that somebody means: by its name, however it is written, or e-mail.

    A name that two accounts differ in only by small and capital letters has to be exact.
    """
    if not name or not is_text(name) or len(name) > 255:
        return None
    # SQLite knows only of plain letters which are small.
    is_it = or_(User.user_name == name, func.lower(User.user_name) == name.lower())
    found = session.scalars(select(User).where(is_it)).all()
    # MySQL takes "a" with any accent for the same letter, and attempts are counted by letters.
    alike = [user for user in found if (user.user_name or "").lower() == name.lower()]
    exact = [user for user in alike if user.user_name == name]
    if exact or len(alike) == 1:
        return (exact or alike)[0]
    return account_with_email(session, name) if not alike and "@" in name else None


def account_with_email(session: Session, email: str) -> User | None:
    """Return the one account with this e-mail address, in small or capital letters.

    An address with other than plain letters is nobody's: which of them are alike, mail servers,
    providers and databases each say differently.
    """
    if not email.isascii():
        return None
    wanted = select(User).where(func.lower(User.email) == email.lower())
    found = [
        user for user in session.scalars(wanted) if (user.email or "").lower() == email.lower()
    ]
    return found[0] if len(found) == 1 else None


def account_of(session: Session, name: str) -> User:
    """Return the account with this name; raises :class:`~.errors.NoSuchAccount`."""
    user = account_named(session, name)
    if user is None:
        raise NoSuchAccount(f"There is no account {name!r}.")
    return user
