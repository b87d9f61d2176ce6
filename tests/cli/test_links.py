"""``link``: an address for whoever has it."""

from __future__ import annotations

import urllib.request

from cli_runner import Desk, run
from s3_server import admin


def fetched(url: str) -> bytes:
    """Return what is at an address, as a stranger gets it."""
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


def test_the_shell_prints_a_link(s3_settings: dict[str, str], s3_endpoint: str) -> None:
    """To what is there."""
    bucket = s3_settings["JPYNB_S3_BUCKET"]
    admin(s3_endpoint).put_object(Bucket=bucket, Key="workspace/a.ipynb", Body=b"{}")

    ran = run("link", "a.ipynb", "--hours", "2")
    assert ran.code == 0, ran.err
    assert fetched(ran.out.split()[0]) == b"{}"
    told = run("link", "a.ipynb", "--json").json
    assert fetched(told["url"]) == b"{}"
    assert run("link", "none.ipynb").code == 1
    assert run("link", "a.ipynb", "--hours", "1000").code == 2


def test_the_embedded_store_has_no_links(embedded: Desk) -> None:
    """Nobody could reach it."""
    path = embedded.saved("1")

    ran = run("link", path)

    assert ran.code == 1
    assert "cannot be reached from elsewhere" in ran.err
