"""One gallery for the tests of a file, each of which has members and addresses of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from hosted_gallery import Hosted, hosted

from bookstore.gallery.accounts import passwords


@pytest.fixture(scope="package", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash with as little work as there may be: what takes long is not what is tried here."""
    patched = pytest.MonkeyPatch()
    patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    patched.setattr(passwords, "_BCRYPT_ROUNDS", 4)
    for nobodys in (passwords._nobodys, passwords._nobodys_bcrypt):
        nobodys.cache_clear()
    yield
    patched.undo()
    for nobodys in (passwords._nobodys, passwords._nobodys_bcrypt):
        nobodys.cache_clear()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery in which everybody may make an account, and read what is public."""
    settings = {
        "GalleryServer": {"sign_up": "open"},
        "GallerySettings": {"anonymous_may_read": True},
    }
    with hosted(tmp_path_factory.mktemp("gallery"), **settings) as served:
        yield served
