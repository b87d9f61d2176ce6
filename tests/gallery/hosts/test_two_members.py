"""Two members of one gallery, on each database: what one publishes the other finds, or does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gallery_web import API
from hosted_gallery import GALLERY, Hosted, Visitor, hosted
from processes import eventually

from bookstore.gallery.accounts.groups import Groups


@pytest.fixture
def gallery(url: str, tmp_path: Path) -> Iterator[Hosted]:
    """A gallery on a database of its own."""
    with hosted(tmp_path, GallerySettings={"database": url}) as served:
        yield served


def is_found(visitor: Visitor, words: str, uuid: str) -> bool:
    """Whether a notebook is among what somebody finds."""
    return uuid in visitor.get(f"{GALLERY}/search", params={"q": words}).text


def finds(visitor: Visitor, words: str, uuid: str) -> bool:
    """Whether somebody finds a notebook, and may read it; one is so where the other is."""
    found = is_found(visitor, words, uuid)
    for path in (f"{GALLERY}/nb/{uuid}", f"{API}/{uuid}", f"{GALLERY}/nb/{uuid}/download"):
        assert visitor.get(path).status_code == (200 if found else 404), path
    return found


def test_each_finds_what_they_may_read(gallery: Hosted) -> None:
    names = gallery.member(administrator=True), gallery.member()
    gallery.do(lambda database: Groups(database).add("oceans"))
    gallery.do(lambda database: Groups(database).put("oceans", names[0], "owner"))
    ada, bob = map(gallery.visitor, names)
    private = ada.publish("high = 'springtide'")
    public = ada.publish("low = 'neaptide'", public=True)
    shared = ada.publish("ebb = 'groundswell'", owner="group:oceans")
    told = {"springtide": private, "neaptide": public, "groundswell": shared}
    for each in told.items():  # an index beside the database follows it
        eventually(lambda each=each: is_found(ada, *each), each)
    assert [finds(ada, *each) for each in told.items()] == [True, True, True]
    assert [finds(bob, *each) for each in told.items()] == [False, True, False]
    gallery.do(lambda database: Groups(database).put("oceans", names[1], "editor"))
    assert finds(bob, "groundswell", shared)
    form = {"title": "A better title", "description": "Bob's words."}
    assert bob.post(f"{GALLERY}/nb/{shared}/edit", **form).status_code == 303
    assert bob.post(f"{GALLERY}/nb/{public}/edit", **form).status_code == 403
    eventually(lambda: is_found(ada, "better", shared), "it has another title")
    gallery.do(lambda database: Groups(database).remove("oceans", names[1]))
    assert not finds(bob, "groundswell", shared)
    asked = {"use_admin": "true"}
    assert ada.get(f"{API}/{private}", params=asked).status_code == 200
    assert bob.get(f"{API}/{private}", params=asked).status_code == 404
