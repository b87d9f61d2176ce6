"""A service of a Hub is what the Hub says in its environment; without a Hub it does not begin."""

from __future__ import annotations

import pytest
from cli_runner import run
from desks import live_in

from bookstore.gallery.hosts.hub.service import HubServer
from bookstore.gallery.hosts.settings import GalleryServer

SAID = {
    "JUPYTERHUB_SERVICE_URL": "http://10.0.0.7:8899/services/notebooks/",
    "JUPYTERHUB_SERVICE_PREFIX": "/services/notebooks/",
}


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SAID, "JUPYTERHUB_PUBLIC_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)


def test_where_it_is_the_hub_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SAID.items():
        monkeypatch.setenv(name, value)
    server = HubServer()
    assert (server.address, server.port, server.base_url) == (
        "10.0.0.7",
        8899,
        "/services/notebooks/",
    )
    assert server.hosts is None, "whom the Hub's proxy lets through"
    assert not server.is_https


def test_a_public_url_decides_which_host_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://hub.example.org/services/notebooks/"
    for name, value in {**SAID, "JUPYTERHUB_PUBLIC_URL": url}.items():
        monkeypatch.setenv(name, value)
    server = HubServer()
    assert server.hosts is not None
    assert "hub.example.org" in server.hosts
    assert "evil.example" not in server.hosts
    assert server.is_https
    assert server.base_url == "/services/notebooks/"


def test_a_server_of_its_own_asks_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal of a user's server there is an environment of a Hub, too."""
    for name, value in SAID.items():
        monkeypatch.setenv(name, value)
    server = GalleryServer()
    assert (server.address, server.base_url) == ("127.0.0.1", "/")


def test_without_a_hub_it_says_what_is_missing(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    live_in(home, monkeypatch)
    monkeypatch.chdir(home)
    ran = run("gallery", "hub", "--GalleryServer.port=0")
    assert ran.code == 1
    assert "This is no service of a JupyterHub" in ran.err
    assert "JUPYTERHUB_API_TOKEN" in ran.err
    assert "c.JupyterHub.services" in ran.err
