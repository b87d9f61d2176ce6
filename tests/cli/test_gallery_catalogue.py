"""The gallery from the shell: notebooks are published, found, changed, shared and deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from catalogues import ipynb
from cli_runner import Ran, run
from desks import live_in


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Ada, who has two notebooks."""
    live_in(tmp_path, monkeypatch)
    monkeypatch.delenv("BOOKSTORE_GALLERY_DATABASE", raising=False)
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tides.ipynb").write_bytes(ipynb("import matplotlib", "x = 1"))
    (tmp_path / "waves.ipynb").write_bytes(ipynb("y = 2"))
    return tmp_path


def gallery(*words: str) -> Ran:
    return run("gallery", *words)


def publish(file: str, *words: str) -> str:
    told = gallery("publish", file, "--description", "When.", "--json", *words)
    assert told.code == 0, told.err
    return str(told.json["uuid"])


def test_a_notebook_is_published_found_read_and_revised(home: Path) -> None:
    told = gallery("publish", "tides.ipynb", "--description", "*When* the sea comes.", "--public")
    assert told.code == 0, told.err
    assert "tides.ipynb is published: " in told.out
    assert "Tags that would fit: visualization." in told.err
    [listed] = gallery("list", "--mine", "--json").json["notebooks"]
    uuid = listed["uuid"]
    assert (listed["title"], listed["owner"], listed["public"]) == ("tides", "ada", True)
    assert listed["updated_at"].endswith("+00:00")
    assert "tides" in gallery("list").out
    (home / "tides.ipynb").write_bytes(ipynb("x = 3"))
    again = gallery("publish", "tides.ipynb", "--notebook", uuid, "--summary", "Better")
    assert again.code == 0, again.err
    shown = gallery("show", uuid)
    assert "*When* the sea comes." in shown.out
    assert "Better" in shown.out
    facts = gallery("show", uuid, "--json").json
    assert [each["summary"] for each in facts["revisions"]] == ["Better", ""]
    kept = json.loads(gallery("show", uuid, "--body").body)
    assert kept["cells"][0]["outputs"] == []
    oldest = facts["revisions"][-1]["id"]
    assert "matplotlib" in gallery("show", uuid, "--revision", str(oldest)).out


def test_all_that_is_wrong_is_told_and_nothing_is_published(home: Path) -> None:
    told = gallery("publish", "tides.ipynb", "--title", "a:b", "--label", "x" * 20)
    assert told.code == 1
    for field in ("title:", "description:", "label:"):
        assert field in told.err
    assert gallery("publish", "nowhere.ipynb").code == 1
    assert gallery("publish").code == gallery("change", "x").code == gallery("sing").code == 2
    assert gallery("list").out == "There is no such notebook that you may read.\n"


def test_words_change_and_people_read_what_is_shared_with_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = publish("tides.ipynb")
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    assert gallery("list", "--json").json == {"notebooks": []}
    assert gallery("show", uuid).code == 1
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert gallery("change", uuid, "--title", "Moon", "--tags", "sea").code == 0
    told = gallery("share", uuid, "--view", "bob, nobody-here")
    assert (told.code, "nobody-here" in told.err or "shares" in told.err) == (1, True)
    assert gallery("share", uuid, "--view", "bob").out.startswith("May read it: bob.")
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    [seen] = gallery("list", "--shelf", "shared", "--tag", "sea", "--json").json["notebooks"]
    assert seen["title"] == "Moon"
    refused = gallery("publish", "waves.ipynb", "--notebook", uuid)
    assert (refused.code, "You can ask for the change." in refused.err) == (1, True)
    asked = gallery("publish", "waves.ipynb", "--notebook", uuid, "--ask")
    assert asked.out.startswith(f"Asked for the change of {uuid}")
    assert gallery("share", uuid, "--view", "").code == 1
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert gallery("share", uuid, "--view", "", "--json").json["viewers"] == []
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    assert gallery("show", uuid).code == 1


def test_a_link_is_shown_once_and_revoked(home: Path) -> None:
    uuid = publish("tides.ipynb")
    made = gallery("share", uuid, "--link", "30", "--json").json
    assert made["token"]
    there = gallery("share", uuid)
    assert "Link " in there.out
    assert made["token"] not in there.out
    [link] = gallery("share", uuid, "--json").json["links"]
    assert gallery("share", uuid, "--revoke", str(link["number"]), "--json").json["links"] == []
    assert gallery("share", uuid, "--link", "9000").code == 1
    assert gallery("share", uuid, "--link", "-1").code == 2
    assert gallery("share", uuid, "--link", "1", "--view", "bob").code == 2


def test_a_notebook_is_deprecated_deleted_and_restored(home: Path) -> None:
    uuid, other = publish("tides.ipynb"), publish("waves.ipynb")
    assert gallery("deprecate", uuid).code == 1
    told = gallery("deprecate", uuid, "--reason", "Old", "--instead", other)
    assert told.out == f"{uuid} is deprecated.\n"
    assert [row["uuid"] for row in gallery("list", "--json").json["notebooks"]] == [other]
    assert f"To be used instead: {other}" in gallery("show", uuid).out
    assert "tides (deprecated)" in gallery("list", "--deprecated").out
    assert gallery("deprecate", uuid, "--undo").code == 0
    assert gallery("delete", uuid).code == 0
    assert gallery("show", uuid).code == 1
    assert "tides" in gallery("list", "--deleted").out
    assert gallery("restore", uuid).out == f"{uuid} is as it was.\n"
    assert gallery("list", "--deleted", "--json").json == {"deleted": []}
    assert len(gallery("list", "--json").json["notebooks"]) == 2
