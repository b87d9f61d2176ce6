"""Administrators see and change who has an account, invite people, and make groups; nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hosted_gallery import GALLERY, PASSWORD, Hosted, Visitor, hosted

PAGE = f"{GALLERY}/administration"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery to which people are invited."""
    settings = {"sign_up": "invitation"}
    with hosted(tmp_path_factory.mktemp("administration"), GalleryServer=settings) as served:
        yield served


@pytest.fixture
def root(gallery: Hosted) -> Visitor:
    return gallery.visitor(gallery.member(administrator=True))


def rows(page: str) -> dict[str, str]:
    """Return what is said of each account."""
    listed = page.partition('id="accounts"')[2].partition("</section>")[0]
    found = {}
    for row in listed.split("<li>")[1:]:
        text = " ".join(re.sub("<[^>]*>", " ", row).split())
        name, _, rest = text.partition(" ")
        found[name] = rest
    return found


def test_the_page_is_for_administrators(gallery: Hosted, root: Visitor) -> None:
    member = gallery.visitor(gallery.member())
    assert PAGE in root.get(f"{GALLERY}/account").text
    assert PAGE not in member.get(f"{GALLERY}/account").text
    assert gallery.visitor().get(PAGE).status_code == 302
    assert member.get(PAGE).status_code == 403
    name = gallery.member()
    for part, form in {
        "accounts": {"name": name, "do": "promote"},
        "invitations": {"days": "3"},
        "groups": {"group": "forbidden-one", "do": "make"},
    }.items():
        assert member.post(f"{PAGE}/{part}", **form).status_code == 403
        without_mark = root.send("POST", f"{PAGE}/{part}", data=form)
        assert without_mark.status_code == 403
    page = root.get(PAGE).text
    assert "administrator" not in rows(page)[name].partition("Make")[0]
    assert "forbidden-one" not in page


def test_an_account_is_disabled_and_enabled(gallery: Hosted, root: Visitor) -> None:
    name = gallery.member()
    visitor = gallery.visitor(name)
    assert root.post(f"{PAGE}/accounts", name=name, do="disable").status_code == 303
    assert not visitor.is_signed_in
    assert gallery.visitor().sign_in(name).status_code == 401
    assert "may not sign in" in rows(root.get(PAGE).text)[name]
    root.post(f"{PAGE}/accounts", name=name, do="enable")
    assert gallery.visitor().sign_in(name).status_code == 303


def test_an_administrator_makes_others_and_not_themselves_none(
    gallery: Hosted, root: Visitor
) -> None:
    name = gallery.member()
    other = gallery.visitor(name)
    root.post(f"{PAGE}/accounts", name=name, do="promote")
    page = other.get(PAGE)
    assert page.status_code == 200
    for do in ("disable", "demote"):
        refused = other.post(f"{PAGE}/accounts", name=name, do=do)
        assert refused.status_code == 403
        assert "Another administrator" in refused.text
    root.post(f"{PAGE}/accounts", name=name, do="demote")
    assert other.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("part", "form", "status", "words"),
    [
        ("accounts", {"name": "nobody", "do": "disable"}, 404, "There is no account"),
        ("accounts", {"name": "x", "do": "become"}, 400, "do must be one of"),
        ("invitations", {"days": "365000"}, 400, "days must be one of"),
        ("groups", {"group": "A B", "do": "make"}, 422, "A group is called by"),
        ("groups", {"group": "none", "member": "x", "role": "owner", "do": "put"}, 404, "no group"),
        ("groups", {"do": "dance"}, 400, "do must be one of"),
    ],
)
def test_what_cannot_be_done_is_said_beside_it(
    root: Visitor, part: str, form: dict[str, str], status: int, words: str
) -> None:
    answer = root.post(f"{PAGE}/{part}", **form)
    assert answer.status_code == status
    assert words in answer.text
    assert "<h1>Administration</h1>" in answer.text


def test_who_is_invited_makes_an_account(gallery: Hosted, root: Visitor) -> None:
    page = root.post(f"{PAGE}/invitations", days="3").text
    [link] = re.findall(r"<code>([^<]*invitation=[^<]*)</code>", page)
    assert link.startswith(f"{gallery.url}{GALLERY}/sign-up?")
    assert link not in root.get(PAGE).text
    invitation = link.rpartition("=")[2]
    visitor = gallery.visitor()
    form = {"name": "invited", "password": PASSWORD, "invitation": invitation}
    assert visitor.post(f"{GALLERY}/sign-up", **form).status_code == 303
    assert "invited" in rows(root.get(PAGE).text)


def test_groups_are_made_filled_and_emptied(gallery: Hosted, root: Visitor) -> None:
    name = gallery.member()
    root.post(f"{PAGE}/groups", group="Oceans", name="Ocean <models>", do="make")
    answer = root.post(f"{PAGE}/groups", group="oceans", member="nobody", role="owner", do="put")
    assert answer.status_code == 404
    assert 'value="nobody"' in answer.text, "what was typed is still there"
    root.post(f"{PAGE}/groups", group="oceans", member=name, role="owner", do="put")
    page = root.get(PAGE).text
    assert "Ocean &lt;models&gt;" in page
    assert f"Take {name} out of Ocean" in page
    assert gallery.visitor(name).publish(owner="group:oceans")
    root.post(f"{PAGE}/groups", group="oceans", member=name, do="remove")
    assert f"Take {name} out of Ocean" not in root.get(PAGE).text


def test_of_very_many_accounts_some_are_shown_and_all_are_found(
    gallery: Hosted, root: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookstore.gallery.hosts.pages.administration.MOST_SHOWN", 3)
    names = [gallery.member() for _ in range(4)]
    page = root.get(PAGE).text
    assert len(rows(page)) == 3
    assert "There are more" in page
    found = root.get(PAGE, params={"q": names[0].upper()[:-1]}).text
    assert names[0] in rows(found)
    for wrong in ("%", "_", "<script>", "\\", "nobody-at-all"):
        page = root.get(PAGE, params={"q": wrong}).text
        assert not rows(page), wrong
        assert "Nobody is called so." in page
        assert "<script>" not in page.partition("<main")[2].replace("<script src", "")
    kept = root.post(f"{PAGE}/accounts?q={names[0]}", name=names[0], do="disable")
    assert f"q={names[0]}" in kept.headers["Location"]
