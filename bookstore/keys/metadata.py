"""What travels beside a body as object metadata, and its ASCII form on the wire.

Object stores agree on little about user metadata: AWS wants ASCII and 2 KB in all, Swift takes
256 characters a value.  So every value is percent-encoded, and one longer than a store takes is
continued under numbered names (``source``, ``source-1``, ``source-2`` …).  Other S3 tools can
read it: the names start with ``bookstore-`` and plain ASCII stays as it is.

Knows: strings.  Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

PREFIX = "bookstore-"
MAX_VALUE_CHARACTERS = 255
MAX_TOTAL_BYTES = 2048
"""AWS S3: the sum of the bytes of all names and values (PUT Object, "User-defined metadata")."""

_READABLE = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")


def encode_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return *metadata* in ASCII, each value at most 255 characters, 2,048 bytes in all.

    Values that do not fit are left out whole, later names first to go: a truncated value would
    be a wrong one.
    """
    encoded: dict[str, str] = {}
    room = MAX_TOTAL_BYTES
    for name, value in metadata.items():
        pieces = {_continued(name, i): piece for i, piece in enumerate(_pieces(_ascii(value)))}
        cost = sum(len(key) + len(piece) for key, piece in pieces.items())
        if cost <= room:
            room -= cost
            encoded.update(pieces)
    return encoded


def decode_metadata(encoded: Mapping[str, str]) -> dict[str, str]:
    """Return what :func:`encode_metadata` was given; foreign names are passed over."""
    lowered = {name.lower(): value for name, value in encoded.items()}
    names = [
        name for name in lowered if name.startswith(PREFIX) and not _is_continuation(name, lowered)
    ]
    return {
        name.removeprefix(PREFIX): unquote(_joined(name, lowered), errors="surrogatepass")
        for name in names
    }


def foreign_metadata(encoded: Mapping[str, str]) -> dict[str, str]:
    """Return what is not bookstore's, by names in lower case.

    The tools that wrote it sent UTF-8 or ASCII; what is neither has marks in place of characters.
    """
    return {
        name.lower(): value.encode(errors="surrogateescape").decode(errors="replace")
        for name, value in encoded.items()
        if not name.lower().startswith(PREFIX)
    }


def _ascii(value: str) -> str:
    # Headers lose spaces at either end, so those are encoded too.
    quoted = quote(value, safe=_READABLE, errors="surrogatepass")
    if quoted != quoted.strip():
        quoted = quote(value, safe=_READABLE.replace(" ", ""), errors="surrogatepass")
    return quoted


def _pieces(text: str) -> list[str]:
    step = MAX_VALUE_CHARACTERS
    return [text[start : start + step] for start in range(0, len(text), step)] or [""]


def _continued(name: str, index: int) -> str:
    return f"{PREFIX}{name}-{index}" if index else f"{PREFIX}{name}"


def _is_continuation(name: str, names: Mapping[str, str]) -> bool:
    first, _, index = name.rpartition("-")
    return index.isdigit() and first in names


def _joined(name: str, encoded: Mapping[str, str]) -> str:
    text, index = encoded[name], 1
    while (piece := encoded.get(f"{name}-{index}")) is not None:
        text, index = text + piece, index + 1
    return text
