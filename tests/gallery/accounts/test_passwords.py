"""Passwords are kept as argon2, and understood however they are typed."""

from __future__ import annotations

import bcrypt
import pytest
from argon2 import PasswordHasher

from bookstore.gallery.accounts import passwords

RECOMMENDED = passwords._hasher
"""What hashes where no test makes it cheap."""


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    passwords._nobodys.cache_clear()


def test_the_same_password_is_kept_differently_each_time() -> None:
    kept = {passwords.hashed("correct horse") for _ in range(3)}
    assert len(kept) == 3
    assert all(each.startswith("$argon2id$") for each in kept)


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [("caf\u00e9 au lait", "cafe\u0301 au lait"), ("\uff21bcdefghij", "Abcdefghij")],
)
def test_a_keyboard_that_writes_accents_in_another_way_does_as_well(
    chosen: str, typed: str
) -> None:
    found = passwords.checked(typed, passwords.hashed(chosen), with_bcrypt=False)
    assert (found.is_right, found.is_old) == (True, False)


@pytest.mark.parametrize("password", ["", "x", "correct hors", "correct horse ", "Correct horse"])
@pytest.mark.parametrize("with_bcrypt", [True, False])
def test_another_password_is_wrong(password: str, with_bcrypt: bool) -> None:
    kept = passwords.hashed("correct horse")
    assert not passwords.checked(password, kept, with_bcrypt=with_bcrypt).is_right


@pytest.mark.parametrize("with_bcrypt", [True, False])
def test_nobody_has_the_password_that_stands_for_nobodys(with_bcrypt: bool) -> None:
    for kept in (None, "", passwords._nobodys()[:-3]):
        found = passwords.checked("nobody has this password", kept, with_bcrypt=with_bcrypt)
        assert not found.is_right


def test_what_took_less_work_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = passwords.hashed("correct horse")
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16))
    assert passwords.checked("correct horse", kept, with_bcrypt=False).is_old


@pytest.mark.parametrize("mark", ["$2a$", "$2b$", "$2y$"])
def test_bcrypt_is_understood_in_each_form(mark: str) -> None:
    kept = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4)).decode().replace("$2b$", mark)
    found = passwords.checked("correct horse", kept, with_bcrypt=True)
    assert (found.is_right, found.is_old) == (True, True)
    for wrong in ("correct hors", "correct horse\0", "correct horse\0x", "\0", "\ud800"):
        assert not passwords.checked(wrong, kept, with_bcrypt=True).is_right


def test_the_work_for_a_password_is_what_is_recommended() -> None:
    """RFC 9106 for machines with little memory: 64 MiB, three passes."""
    assert (RECOMMENDED.memory_cost, RECOMMENDED.time_cost) == (65536, 3)
