"""How often somebody may try to sign in: a few times at once, and then less and less.

An attempt is counted before anything is looked at, so that many at once are no way around it.
What is counted is by name, whether somebody has it or not.

Knows: the tables.  Must not know: what is tried.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..database.models import SignInAttempts, now
from .errors import TooManyAttempts

MOST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)
"""After so long without an attempt it is as if there had been none."""
_MOST_DOUBLED = 10


@dataclass(frozen=True)
class Counted:
    """What attempts are counted by."""

    what: str
    free: int
    """How many are let through before somebody has to wait: a second, two, four ..."""

    @property
    def sha256(self) -> str:
        """What it is kept by."""
        return hashlib.sha256(self.what.encode("utf-8", "surrogatepass")).hexdigest()


def counted(name: str, address: str) -> list[Counted]:
    """Return what an attempt is counted by, the narrowest first.

    Somebody elsewhere who tries a name does not keep its owner out, until it is a great many.
    """
    name, network = name.strip().lower(), network_of(address)
    return [
        Counted(f"name and address\n{name}\n{network}", 5),
        Counted(f"address\n{network}", 50),
        Counted(f"name\n{name}", 200),
    ]


def network_of(address: str) -> str:
    """Return what stands for an address: of IPv6, the network that one place has to itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def count(session: Session, counters: list[Counted]) -> None:
    """Count an attempt; raises :class:`~.errors.TooManyAttempts` where it is not to be made."""
    session.execute(delete(SignInAttempts).where(SignInAttempts.last_at < now() - FORGOTTEN))
    rows = [_row(session, each) for each in sorted(counters, key=lambda each: each.sha256)]
    at = now()  # others may have held them for a while
    waits = max(row.waits_until for row in rows)
    if waits > at:
        raise TooManyAttempts(int((waits - at).total_seconds()) + 1)
    for row in rows:
        row.count, row.last_at = row.count + 1, at
    for each in counters:
        row = next(row for row in rows if row.sha256 == each.sha256)
        beyond = row.count - each.free
        if beyond >= 0:
            row.waits_until = at + min(
                timedelta(seconds=2 ** min(beyond, _MOST_DOUBLED)), MOST_WAIT
            )


def hold(session: Session, what: str) -> None:
    """Let nobody else do the same until the transaction ends; nothing is counted."""
    _row(session, Counted(what, 0)).last_at = now()


def forget(session: Session, counters: list[Counted]) -> None:
    """Take back what was counted of an attempt that was right.

    The name from this address is free again; of the others, this one is not counted.
    """
    for index, each in enumerate(counters):
        row = session.get(SignInAttempts, each.sha256, with_for_update=True)
        if row is None:
            continue
        row.count = 0 if index == 0 else max(row.count - 1, 0)
        if index == 0 or row.count < each.free:
            row.waits_until = _not_waiting()


def _not_waiting() -> datetime:
    """Return a moment that is past for whoever looks, whatever their clock says."""
    return now() - FORGOTTEN


def _row(session: Session, each: Counted) -> SignInAttempts:
    row = session.get(SignInAttempts, each.sha256, with_for_update=True)
    if row is not None:
        return row
    with contextlib.suppress(IntegrityError), session.begin_nested():
        new = SignInAttempts(sha256=each.sha256, count=0, last_at=now(), waits_until=_not_waiting())
        session.add(new)  # unless somebody else does at this moment
    return session.get_one(SignInAttempts, each.sha256, with_for_update=True)
