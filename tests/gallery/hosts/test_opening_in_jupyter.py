"""A notebook opens in the reader's own Jupyter, which finds it in the bucket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from hosted_gallery import GALLERY, Hosted, hosted
from sqlalchemy import select
from traitlets import TraitError

from bookstore.gallery.database.models import Click, User
from bookstore.gallery.settings import GallerySettings

HUB = "https://hub.example.org/hub/user-redirect/"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery whose readers have a JupyterHub."""
    settings = {"jupyter_url": HUB.rstrip("/")}
    with hosted(tmp_path_factory.mktemp("opening"), GallerySettings=settings) as served:
        yield served


def clicks(gallery: Hosted, name: str) -> list[str]:
    """What *name* did, as nbgallery counts it."""
    mine = select(Click.action).join(User, User.id == Click.user_id).where(User.user_name == name)
    return gallery.do(lambda each: each.run(lambda session: [*session.scalars(mine)]))


def test_a_link_leads_to_what_is_cloned_there(gallery: Hosted) -> None:
    name = gallery.member()
    visitor = gallery.visitor(name)
    uuid = visitor.publish("print('first')")
    page = visitor.get(f"{GALLERY}/nb/{uuid}").text
    assert f'href="{GALLERY}/nb/{uuid}/open">Open in Jupyter</a>' in page
    answer = visitor.get(f"{GALLERY}/nb/{uuid}/open")
    assert answer.status_code == 303
    sent = urlsplit(answer.headers["Location"])
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{HUB}bookstore/clone"
    asked = {key: values[0] for key, values in parse_qs(sent.query).items()}
    assert asked["s3_bucket"] == gallery.store.bucket
    kept = gallery.store.get(asked["s3_key"], version_id=asked["s3_version_id"])
    assert b"print('first')" in asyncio.run(kept).body
    assert clicks(gallery, name).count("ran notebook") == 1


def test_nobody_learns_where_a_notebook_is_that_they_may_not_read(gallery: Hosted) -> None:
    uuid = gallery.visitor(gallery.member()).publish(public=False)
    answer = gallery.visitor(gallery.member()).get(f"{GALLERY}/nb/{uuid}/open")
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert gallery.visitor().get(f"{GALLERY}/nb/{uuid}/open").status_code == 302, "to sign in"


@pytest.mark.parametrize("url", ["hub.example.org", "javascript:alert(1)", "https://h/?a=b"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TraitError, match=r"GallerySettings\.jupyter_url is"):
        GallerySettings(jupyter_url=url)
