"""``link``: an address for whoever has it."""

from __future__ import annotations

import urllib.request
from urllib.error import HTTPError

import pytest
from cli_runner import Desk, run
from s3_server import admin

ALLOWED = "--BookstoreSettings.links_most_hours=48"
PUBLIC = "--BookstoreSettings.links_public=True"


def fetched(url: str) -> bytes:
    """Return what is at an address, as a stranger gets it."""
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


@pytest.fixture
def path(s3_settings: dict[str, str], s3_endpoint: str) -> str:
    """A notebook on S3, which is published, too."""
    client, bucket = admin(s3_endpoint), s3_settings["JPYNB_S3_BUCKET"]
    client.put_object(Bucket=bucket, Key="workspace/a.ipynb", Body=b"{}")
    client.put_object(Bucket=bucket, Key="published/a.ipynb", Body=b'{"published": 1}')
    return "a.ipynb"


def test_the_shell_prints_a_link(path: str) -> None:
    """To what is there, for as long as is allowed."""
    ran = run("link", path, "--hours", "2", ALLOWED)
    assert ran.code == 0, ran.err
    assert fetched(ran.out.split()[0]) == b"{}"
    told = run("link", path, "--published", "--json", ALLOWED).json
    assert fetched(told["url"]) == b'{"published": 1}'
    assert run("link", "none.ipynb", ALLOWED).code == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 1, "BookstoreSettings.links_most_hours"),
        (("--public",), 1, "BookstoreSettings.links_public"),
        ((ALLOWED, "--hours", "49"), 1, "hours must be a number from 0.1 to 48, not 49.0"),
        ((ALLOWED, "--hours", "1000"), 2, "168"),
        ((ALLOWED, "--hours", "1", "--public"), 2, "exclude each other"),
        (("--public", "--take-back"), 2, "exclude each other"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(
    path: str, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("link", path, *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_what_is_public_can_be_taken_back(path: str) -> None:
    """Without the setting that allowed it."""
    url = run("link", path, "--public", PUBLIC).out.split()[0]
    assert fetched(url) == b"{}"
    ran = run("link", path, "--take-back")
    assert ran.code == 0, ran.err
    with pytest.raises(HTTPError, match="403"):
        fetched(url)


def test_a_store_without_addresses_has_no_links(desk: Desk) -> None:
    """Whoever answers; on S3 nothing is linked as long as nobody has allowed it."""
    path = desk.saved("1")

    ran, taken_back = run("link", path), run("link", path, "--take-back", "--json")

    said = "links_most_hours" if desk.kind == "s3" else "cannot be reached from elsewhere"
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    if desk.kind != "s3":
        assert (taken_back.code, taken_back.json["error"]["message"].count(said)) == (1, 1)
