"""The list of parts that a body is made of, in memory and as bytes.

As bytes it is two lines of ASCII, then all literals, one after the other::

    bookstore-manifest 1 0123456789abcdef
    [120,"b:<sha256>",47,"p:<sha256>",3]

The first line has the number of the format, and the first 16 hexadecimal digits of the SHA-256 of
all that follows that line.  The second has the parts in order: a number is the length of a literal,
a text is how a piece is written and the SHA-256 of the piece as it is kept.

Knows: bytes, hashes.  Must not know: where a body is cut, and where pieces are kept.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Written: TypeAlias = Literal["p", "b", "m"]
"""How the body has a piece: as it is (``p``), as base64 (``b``), or as base64 in lines of 76
characters, between which JSON has ``\\n``, a backslash and a letter (``m``)."""

Part: TypeAlias = "int | str"
"""The length of a literal, or a :data:`Written`, a colon and a SHA-256 in hexadecimal digits."""

FORMAT = 1
_FIRST_LINE = re.compile(rb"bookstore-manifest ([1-9][0-9]{0,8}) ([0-9a-f]{16})\n")
_REFERENCE = re.compile(r"[pbm]:[0-9a-f]{64}")
MIME_COLUMNS = 76


def write_piece(piece: bytes, written: str) -> bytes:
    """Return *piece* as the body has it."""
    if written == "p":
        return piece
    text = binascii.b2a_base64(piece, newline=False)
    if written == "b":
        return text
    starts = range(0, len(text), MIME_COLUMNS)
    return b"\\n".join([text[start : start + MIME_COLUMNS] for start in starts])


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a body is made of: joined, its parts are exactly the body."""

    parts: tuple[Part, ...]
    literals: bytes
    """What is kept in the manifest itself, one after the other."""

    def references(self) -> tuple[str, ...]:
        """Return the SHA-256 of every piece, each once, in the order of their first use."""
        return tuple(dict.fromkeys(part[2:] for part in self.parts if isinstance(part, str)))

    def join(self, fetch: Callable[[str], bytes]) -> bytes:
        """Return the body.  *fetch* returns the piece that has a SHA-256.

        Raises ValueError when a piece is not what its SHA-256 says, and what *fetch* raises.
        """
        return b"".join(self._written(fetch))

    def _written(self, fetch: Callable[[str], bytes]) -> Iterator[bytes]:
        start = 0
        for part in self.parts:
            if isinstance(part, int):
                yield self.literals[start : start + part]
                start += part
                continue
            piece = fetch(part[2:])
            if hashlib.sha256(piece).hexdigest() != part[2:]:
                raise ValueError(f"The piece {part[2:]} is damaged.")
            yield write_piece(piece, part[0])

    def to_bytes(self) -> bytes:
        """Return the manifest as it is kept; the same one gives the same bytes."""
        parts = json.dumps(self.parts, separators=(",", ":")).encode()
        rest = b"%s\n%s" % (parts, self.literals)
        return b"bookstore-manifest %d %s\n%s" % (FORMAT, _check_of(rest), rest)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Manifest:
        """Return the manifest that :meth:`to_bytes` made *kept* of.

        Raises ValueError for anything else.
        """
        first = _FIRST_LINE.match(kept)
        if first is None:
            raise ValueError("This is no manifest.")
        if int(first[1]) != FORMAT:
            raise ValueError(f"A later release wrote this manifest, in format {int(first[1])}.")
        rest = kept[first.end() :]
        if _check_of(rest) != first[2]:
            raise ValueError("The manifest is damaged.")
        line, _, literals = rest.partition(b"\n")
        return cls(_parts_of(line, len(literals)), literals)


def _check_of(rest: bytes) -> bytes:
    return hashlib.sha256(rest).hexdigest()[:16].encode()


def _parts_of(line: bytes, literals_bytes: int) -> tuple[Part, ...]:
    try:
        parts = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("The manifest's list of parts is no JSON.") from error
    if not isinstance(parts, list) or not all(map(_is_part, parts)):
        raise ValueError("The manifest's list of parts is odd.")
    if sum(part for part in parts if isinstance(part, int)) != literals_bytes:
        raise ValueError("The manifest's literals do not have the length that its parts say.")
    return tuple(parts)


def _is_part(part: object) -> bool:
    if isinstance(part, str):
        return _REFERENCE.fullmatch(part) is not None
    return type(part) is int and part > 0
