"""``gallery user``: the accounts of a gallery that is served by itself.

Knows: the command line.  Must not know: how passwords are kept.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta

from traitlets import Bool, Int, Unicode

from ...errors import BadRequest
from ...gallery.accounts.accounts import Accounts
from ..command_line import UsageError
from .gallery_base import GalleryVerb

Do = Callable[[Accounts, str], Awaitable[None]]


class GalleryUserCommand(GalleryVerb):
    """``jupyter bookstore gallery user``."""

    name = "gallery user"
    description = (
        "See to the accounts of a gallery that is served by itself: make one, list them, let one "
        "do nothing more or something again, give one a new password, make somebody an "
        "administrator or no longer, invite somebody. Passwords are asked for, or read from "
        "standard input; none is an argument, where others can read it."
    )
    usage = "add | list | disable | enable | password | promote | demote | invite [NAME]"
    most_arguments = 2
    examples = """
        jupyter bookstore gallery user add ada --admin
        jupyter bookstore gallery user invite --days 3
        jupyter bookstore gallery user disable bob
    """

    admin = Bool(False, help="Make the new account an administrator's.").tag(config=True)
    no_password = Bool(
        False, help="Give the new account no password: nobody signs in with one."
    ).tag(config=True)
    email = Unicode(help="E-mail address of the new account.").tag(config=True)
    days = Int(7, help="How many days an invitation can be used.").tag(config=True)
    aliases = {  # noqa: RUF012
        **GalleryVerb.aliases,
        "email": "GalleryUserCommand.email",
        "days": "GalleryUserCommand.days",
    }
    flags = {  # noqa: RUF012
        **{name: flag for name, flag in GalleryVerb.flags.items() if name != "dry-run"},
        "admin": (
            {"GalleryUserCommand": {"admin": True}},
            "Make the new account an administrator's.",
        ),
        "no-password": (
            {"GalleryUserCommand": {"no_password": True}},
            "Give the new account no password: nobody signs in with one.",
        ),
    }

    def work(self, verb: str = "", name: str = "") -> int:
        """Do it."""
        alone: dict[str, Callable[[Accounts], Awaitable[None]]] = {
            "list": self._list,
            "invite": self._invite,
        }
        named: dict[str, Do] = {
            "add": self._add,
            "disable": self._disable,
            "enable": self._enable,
            "password": self._password,
            "promote": self._promote,
            "demote": self._demote,
        }
        if verb in alone and not name:
            return self._with_accounts(alone[verb])
        if verb in named and name:
            return self._with_accounts(lambda accounts: named[verb](accounts, name))
        if verb in alone:
            raise UsageError(f"{verb} is about no account: {name}")
        if verb in named:
            raise UsageError(f"Say whose account to {verb}.")
        raise UsageError(f"Say what to do: {', '.join([*named, *alone])}.")

    def _with_accounts(self, work: Callable[[Accounts], Awaitable[None]]) -> int:
        return self.on_database(lambda database: work(Accounts(database)))

    # -- what there is to do ---------------------------------------------------------------------

    async def _add(self, accounts: Accounts, name: str) -> None:
        password = None if self.no_password else self._asked()
        kept = await accounts.add(name, password, email=self.email, administrator=self.admin)
        self.output.say(f"{kept} has an account.")

    async def _disable(self, accounts: Accounts, name: str) -> None:
        await accounts.disable(name)
        self.output.say(f"{name} is signed out, and cannot sign in; the tokens are revoked.")

    async def _enable(self, accounts: Accounts, name: str) -> None:
        await accounts.enable(name)
        self.output.say(f"{name} can sign in.")

    async def _password(self, accounts: Accounts, name: str) -> None:
        await accounts.set_password(name, self._asked())
        self.output.say(f"{name} has a new password, and has to sign in with it.")

    async def _promote(self, accounts: Accounts, name: str) -> None:
        await accounts.set_administrator(name, is_one=True)
        self.output.say(f"{name} is an administrator.")

    async def _demote(self, accounts: Accounts, name: str) -> None:
        await accounts.set_administrator(name, is_one=False)
        self.output.say(f"{name} is no administrator.")

    async def _invite(self, accounts: Accounts) -> None:
        if self.days < 1:
            raise BadRequest(f"--days is {self.days}, and has to be 1 or more.")
        token = await accounts.invite(timedelta(days=self.days))
        if self.as_json:
            self.output.json({"invitation": token, "path": _path(token)})
            return
        self.output.say(_path(token))
        self.output.note(
            f"Behind the URL of the gallery; for one account, within {self.days} days."
        )

    async def _list(self, accounts: Accounts) -> None:
        found = await accounts.all()
        if self.as_json:
            self.output.json([*map(asdict, found)])
            return
        rows = [
            [
                each.name,
                each.email,
                ", ".join(
                    word
                    for word, is_so in (
                        ("administrator", each.is_administrator),
                        ("disabled", not each.may_sign_in),
                        ("no password", not each.has_password),
                    )
                    if is_so
                ),
                each.last_seen.date().isoformat() if each.last_seen else "never",
            ]
            for each in found
        ]
        columns = {"name": "left", "e-mail": "left", "": "left", "signed in": "left"}
        self.output.table(columns, rows, empty="There are no accounts.")

    def _asked(self) -> str:
        """Return a password: typed twice at a terminal, else the first line of the input."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise BadRequest("These are two passwords. Nothing was changed.")
        return password


def _path(token: str) -> str:
    return f"bookstore/gallery/sign-up?invitation={token}"
