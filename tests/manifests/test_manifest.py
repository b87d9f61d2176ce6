"""A manifest is kept in a format that anybody can read, and a damaged one is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookstore.manifests import Manifest

RNG = random.Random(5)
PLAIN, IMAGE = b"a long output\n" * 400, RNG.randbytes(5000)
PIECES = {hashlib.sha256(piece).hexdigest(): piece for piece in (PLAIN, IMAGE)}
PLAIN_SHA, IMAGE_SHA = PIECES
LITERALS = ('{"größer": '.encode(), b"\n,", b"}\n")
MANIFEST = Manifest(
    (
        *(len(LITERALS[0]), f"p:{PLAIN_SHA}", len(LITERALS[1]), f"b:{IMAGE_SHA}"),
        *(f"m:{IMAGE_SHA}", len(LITERALS[2])),
    ),
    b"".join(LITERALS),
)
LINES = base64.encodebytes(IMAGE).strip().replace(b"\n", b"\\n")
BODY = b"".join(
    [LITERALS[0], PLAIN, LITERALS[1], base64.b64encode(IMAGE), LINES, LITERALS[2]],
)
KEPT = MANIFEST.to_bytes()


def read_by_hand(kept: bytes) -> bytes:
    """Return a body with nothing but the standard library."""
    first, parts, literals = kept.split(b"\n", 2)
    assert first.split()[:2] == [b"bookstore-manifest", b"1"]
    body = b""
    for part in json.loads(parts):
        if isinstance(part, int):
            body, literals = body + literals[:part], literals[part:]
            continue
        written, digest = part.split(":")
        piece = PIECES[digest]
        if written == "b":
            piece = base64.b64encode(piece)
        elif written == "m":
            piece = base64.encodebytes(piece).rstrip().replace(b"\n", b"\\n")
        body += piece
    return body


def test_joined_it_is_the_body() -> None:
    assert MANIFEST.join(PIECES.__getitem__) == BODY
    assert Manifest.from_bytes(KEPT).join(PIECES.__getitem__) == BODY


def test_it_can_be_read_with_the_standard_library() -> None:
    assert read_by_hand(KEPT) == BODY


def test_it_names_every_piece_once() -> None:
    assert MANIFEST.references() == (PLAIN_SHA, IMAGE_SHA)


def test_the_same_manifest_is_always_the_same_bytes() -> None:
    """A changed format needs another number, and what was kept in this one to be read."""
    small = Manifest((2, f"p:{hashlib.sha256(b'piece').hexdigest()}"), b"{}")
    assert small.to_bytes() == (
        b"bookstore-manifest 1 " + hashlib.sha256(small.to_bytes()[38:]).hexdigest()[:16].encode()
        + b'\n[2,"p:' + hashlib.sha256(b"piece").hexdigest().encode() + b'"]\n{}'
    )  # fmt: skip


def test_a_piece_that_is_not_what_it_was_is_refused() -> None:
    with pytest.raises(ValueError, match=f"{PLAIN_SHA} is damaged"):
        MANIFEST.join(lambda digest: PIECES[digest] + b"x")


@settings(deadline=None)
@given(place=st.integers(0, len(KEPT) - 1), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused(place: int, flip: int) -> None:
    changed = bytearray(KEPT)
    changed[place] ^= flip
    with pytest.raises(ValueError, match=r"\bmanifest\b"):
        Manifest.from_bytes(bytes(changed))


@settings(deadline=None)
@given(start=st.integers(0, len(KEPT)), end=st.integers(0, len(KEPT)), more=st.binary(max_size=3))
def test_what_is_cut_off_or_added_is_refused(start: int, end: int, more: bytes) -> None:
    changed = KEPT[:start] + more + KEPT[end:]
    if changed != KEPT:
        with pytest.raises(ValueError, match=r"\bmanifest\b"):
            Manifest.from_bytes(changed)


@settings(deadline=None)
@given(st.binary())
def test_other_bytes_are_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="no manifest"):
        Manifest.from_bytes(kept)


def with_parts(parts: bytes, literals: bytes = b"") -> bytes:
    """Return bytes that are whole and have these parts."""
    rest = parts + b"\n" + literals
    check = hashlib.sha256(rest).hexdigest()[:16].encode()
    return b"bookstore-manifest 1 " + check + b"\n" + rest


@pytest.mark.parametrize(
    "parts",
    [
        *(b"", b"{}", b"1", b"null", b"[[1]]", b"[-1,2]", b"[0]", b"[1.0]", b"[true]", b"[null]"),
        *(b'["p:0"]', b'["x:%s"]' % PLAIN_SHA.encode(), b"[2]", b"[" * 200_000, b"[\xff]"),
        *(b'["p:%s\\n"]' % PLAIN_SHA.encode(), b"[" + b"9" * 5000 + b"]"),
    ],
)
def test_odd_parts_are_refused(parts: bytes) -> None:
    with pytest.raises(ValueError, match=r"\bmanifest\b"):
        Manifest.from_bytes(with_parts(parts, b"x"))


def test_a_later_format_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match="in format 2"):
        Manifest.from_bytes(KEPT.replace(b"bookstore-manifest 1 ", b"bookstore-manifest 2 "))
