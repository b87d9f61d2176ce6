"""Addresses of versions: ``bookstore://reports/daily.ipynb?label=production``.

An address says in one line, to a program or in a schedule, which notebook is meant and which
version of it.  This is the one place where addresses are read and written.

Knows: names and paths as text.  Must not know: stores, HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args
from urllib.parse import quote, unquote

from ..errors import BadRequest
from ..s3_paths import MAX_KEY_BYTES
from ..words import shown
from .fields import MAX_VERSION_ID_CHARACTERS, api_path

SCHEME = "bookstore://"
HOW = (
    "An ADDRESS is bookstore://PATH, with the path of a notebook below the server's root, or "
    "bookstore:///KEY, with a key of the store; then ?version=ID, ?label=NAME, ?at=TIME, or "
    "nothing for the newest version. %20 is a space in it."
)

Which: TypeAlias = Literal["latest", "version", "label", "at"]

_PLAIN_IN_PLACES = "/!$&'()*+,:;=@~"
_PLAIN_IN_VALUES = "/:@!$'()*,;~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Which notebook, and which version of it."""

    place: str
    """An API path below the server's root, or a key of the store."""
    is_key: bool = False
    which: Which = "latest"
    value: str = ""
    """A version ID, a label or a time, as *which* says."""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that *text* is.

        Raises :class:`~bookstore.errors.BadRequest`, which says what is wrong with it.
        """
        if not text.startswith(SCHEME):
            raise BadRequest(f"An address begins with {SCHEME}, unlike {shown(text)}.", hint=HOW)
        written, _, query = text.removeprefix(SCHEME).partition("?")
        is_key = written.startswith("/")
        place = unquote(written).strip("/")
        if not place:
            raise BadRequest(f"The address {shown(text)} names no notebook.", hint=HOW)
        if is_key and len(place.encode(errors="replace")) > MAX_KEY_BYTES:
            raise BadRequest(f"The key in the address is longer than {MAX_KEY_BYTES} bytes.")
        if not is_key:
            place = api_path(place, field="The path in the address")
        which, value = _which(query, text)
        return cls(place=place, is_key=is_key, which=which, value=value)

    def __str__(self) -> str:
        slash, place = "/" if self.is_key else "", quoted(self.place)
        if self.which == "latest":
            return f"{SCHEME}{slash}{place}"
        return f"{SCHEME}{slash}{place}?{self.which}={quote(self.value, safe=_PLAIN_IN_VALUES)}"


def quoted(place: str) -> str:
    """Return *place* as it stands in an address."""
    return quote(place, safe=_PLAIN_IN_PLACES)


def _which(query: str, text: str) -> tuple[Which, str]:
    """Return which version the part of an address after its ``?`` names."""
    if not query:
        return "latest", ""
    name, equals, written = query.partition("=")
    value = unquote(written)  # and a + is a +, as in 2026-11-28T14:00+01:00
    if name not in get_args(Which) or bool(equals) == (name == "latest"):
        raise BadRequest(f"{shown(query)} names no version in {shown(text)}.", hint=HOW)
    if equals and not value.strip():
        raise BadRequest(f"{name} is empty in the address {shown(text)}.", hint=HOW)
    if len(value) > MAX_VERSION_ID_CHARACTERS:
        raise BadRequest(f"{name} is too long in the address: {shown(value)}.")
    return cast("Which", name), value
