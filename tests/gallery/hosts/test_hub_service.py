"""A service of a Hub is what the Hub says in its environment; without a Hub it does not begin."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from cli_runner import run
from desks import live_in
from processes import PATIENCE_S, eventually, jupyter_environment

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


@pytest.mark.slow
def test_a_hub_that_is_away_is_told_without_where_it_is(tmp_path: Path) -> None:
    """Who brings nothing from the Hub is not asked for there."""
    with socket.socket() as free, socket.socket() as nobody:
        for each in (free, nobody):
            each.bind(("127.0.0.1", 0))
        port, away = free.getsockname()[1], nobody.getsockname()[1]
    environment = {
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/services/gallery/",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/gallery/",
        "JUPYTERHUB_SERVICE_NAME": "gallery",
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{away}/hub/api",
        "JUPYTERHUB_API_TOKEN": "the-hubs-own-secret",
        "JUPYTERHUB_CLIENT_ID": "service-gallery",
    }
    log = tmp_path / "log"
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "bookstore", "gallery", "hub"],
        env=jupyter_environment(tmp_path, **environment),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}/services/gallery"

    def is_there() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return requests.get(f"{url}/health", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False

    try:
        eventually(is_there, "the gallery answers")
        page = f"{url}/bookstore/gallery"
        answer = requests.get(page, timeout=PATIENCE_S, allow_redirects=False)
        assert answer.headers["Location"].startswith("/hub/api/oauth2/authorize?")
        for where in (page, f"{url}/api/bookstore/gallery/notebooks"):
            bearer = {"Authorization": "Bearer 0123456789"}
            answer = requests.get(where, headers=bearer, timeout=PATIENCE_S)
            assert answer.status_code == 503
            assert "The Hub, which knows who you are, did not answer." in answer.text
            assert str(away) not in answer.text
            assert socket.gethostname() not in answer.text
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
    assert "the-hubs-own-secret" not in log.read_text()
    assert "0123456789" not in log.read_text()
