"""The gallery on a server of its own: the same pages and routes, and nothing of Jupyter's."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from gallery_web import API, ipynb
from hosted_gallery import GALLERY, PASSWORD, Hosted, hosted
from processes import PATIENCE_S, eventually, jupyter_environment
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets import TraitError

from bookstore.bookstore_config import BookstoreSettings
from bookstore.errors import BookstoreError
from bookstore.gallery.hosts.application import MOST_LARGE_OF_ONE
from bookstore.gallery.hosts.own import application
from bookstore.gallery.hosts.serving import serving
from bookstore.gallery.hosts.settings import GalleryServer
from bookstore.gallery.service import GalleryService
from bookstore.gallery.settings import GallerySettings
from bookstore.store.memory import MemoryStore


def test_a_notebook_is_published_found_and_read(gallery: Hosted) -> None:
    author = gallery.visitor(gallery.member())
    uuid = author.publish("# High tide", "print('the moon')", public=True)
    reader = gallery.visitor()
    assert reader.get("/").headers["Location"] == GALLERY
    assert uuid in reader.get(f"{GALLERY}/search?q=moon").text
    page = reader.get(f"{GALLERY}/nb/{uuid}")
    assert page.status_code == 200
    assert "High tide" in page.text
    assert "Sign in" in page.text
    assert reader.get(f"{API}/{uuid}").json()["title"].startswith("Tides")
    assert reader.get(f"{GALLERY}/nb/{uuid}/download").json()["cells"]


def test_only_so_many_large_requests_are_held_in_memory(gallery: Hosted) -> None:
    """And of who shows nothing of themselves, none; who sends a notebook meanwhile is told."""

    def begin(address: str, **headers: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(urlsplit(gallery.url).netloc, timeout=30)
        connection.putrequest("POST", API)
        sent = {"X-Forwarded-For": address, "Content-Length": "5000000", **headers}
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(b"{" * 1000)
        return connection

    def is_taken(connection: http.client.HTTPConnection) -> bool:
        """Whether the server waits for the rest of it."""
        assert connection.sock
        connection.sock.settimeout(0.3)
        try:
            return not connection.sock.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return True

    cookie = {"Cookie": "bookstore_gallery=guessed"}
    here, elsewhere = "198.51.100.7", "198.51.100.8"
    assert begin(here).getresponse().status == 400
    held = [begin(here, **cookie) for _ in range(MOST_LARGE_OF_ONE)]
    assert all(map(is_taken, held))
    refused = begin(here, **cookie).getresponse()
    assert (refused.status, refused.getheader("Retry-After")) == (503, "10")
    other = begin(elsewhere, **cookie)
    assert is_taken(other)
    for each in (*held, other):
        each.close()
    eventually(lambda: is_taken(begin(here, **cookie)), "there is room again")


def test_what_is_private_is_its_owners(gallery: Hosted) -> None:
    uuid = gallery.visitor(gallery.member()).publish("secret = 1")
    for other in (gallery.visitor(), gallery.visitor(gallery.member())):
        for path in (f"{GALLERY}/nb/{uuid}", f"{API}/{uuid}", f"{GALLERY}/nb/{uuid}/download"):
            assert other.get(path).status_code == 404
        assert uuid not in other.get(f"{GALLERY}/search?q=secret").text


def test_a_notebook_is_sent_with_the_form(gallery: Hosted) -> None:
    name = gallery.member()
    author = gallery.visitor(name)
    page = author.get(f"{GALLERY}/publish").text
    assert 'type="file" name="path"' in page
    form = {"_xsrf": author.mark(), "title": "By a form", "description": "With a file."}
    sent = {"path": ("tides.ipynb", json.dumps(ipynb("print('sent')")))}
    answer = author.send("POST", f"{GALLERY}/publish", data=form, files=sent)
    assert answer.status_code == 303
    shown = author.get(answer.headers["Location"]).text
    assert "By a form" in shown
    assert "Clone into Jupyter" not in shown
    for nothing in ({}, {"path": ("", b"")}, {"path": ("a.ipynb", b"no notebook")}):
        files = {**nothing, "other": ("x", b"x")}
        refused = author.send("POST", f"{GALLERY}/publish", data=form, files=files)
        assert refused.status_code == 422
        assert "Nothing was published yet." in refused.text


def test_files_of_the_server_are_out_of_reach(gallery: Hosted) -> None:
    author = gallery.visitor(gallery.member())
    told = {"title": "T", "description": "D", "path": "/etc/passwd.ipynb"}
    answer = author.send("POST", API, json=told, headers={"X-XSRFToken": author.mark()})
    assert answer.status_code == 403
    page = author.get(f"{GALLERY}/publish?path=/etc/passwd.ipynb")
    assert page.status_code == 200
    uuid = author.publish()
    clone = author.send(
        "POST", f"{API}/{uuid}/clone", json={}, headers={"X-XSRFToken": author.mark()}
    )
    assert clone.status_code == 405


@pytest.mark.parametrize(
    "path", ["/api/contents", "/api/kernels", "/login", "/lab", "/api/bookstore/versions/a.ipynb"]
)
def test_nothing_of_a_jupyter_server_is_there(gallery: Hosted, path: str) -> None:
    assert gallery.visitor(gallery.member()).get(path).status_code == 404


# -- whose name a request gives ------------------------------------------------------------------


@contextmanager
def raw(gallery: Hosted) -> Iterator[socket.socket]:
    """A connection on which anything may be sent."""
    url = urlsplit(gallery.url)
    with socket.create_connection((url.hostname, url.port), timeout=60) as connection:
        yield connection


def status_of(gallery: Hosted, *lines: str) -> int:
    with raw(gallery) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        return int(connection.makefile("rb").readline().split()[1])


def test_a_request_for_another_host_is_not_looked_at(gallery: Hosted) -> None:
    """Else a name that an attacker points to this server would be as good as ours."""
    for name in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2"):
        assert status_of(gallery, f"GET {GALLERY} HTTP/1.1", f"Host: {name}") == 421
    assert status_of(
        gallery, f"GET http://evil.example{GALLERY} HTTP/1.1", "Host: evil.example"
    ) in (400, 404, 421)
    assert status_of(gallery, f"GET {GALLERY} HTTP/1.1", "Host: localhost:99") == 200
    assert status_of(gallery, f"GET {GALLERY} HTTP/1.1", "Host: a", "Host: localhost") in (400, 421)
    assert status_of(gallery, "GET /health HTTP/1.1", "Host: 10.0.0.9") == 200
    assert status_of(gallery, f"GET {GALLERY}/tag/health HTTP/1.1", "Host: 10.0.0.9") == 421


def test_only_whether_it_is_well_is_told_to_everybody(gallery: Hosted) -> None:
    answer = gallery.visitor().get("/health")
    assert answer.json() == {"status": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


async def test_it_is_not_well_without_its_database() -> None:
    """And what is wrong is for the log alone."""
    nowhere = GallerySettings(database="postgresql://gallery:secret@127.0.0.1:1/gallery")
    server = GalleryServer(port=0)
    service = GalleryService(nowhere, MemoryStore(), "published/")
    [listening] = bind_sockets(0, "127.0.0.1")
    http = HTTPServer(application(server, service))
    http.add_socket(listening)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/health"
    client = AsyncHTTPClient()
    answer = await client.fetch(url, raise_error=False)
    assert (answer.code, json.loads(answer.body)) == (503, {"status": "unavailable"})
    signed_in = {"Cookie": "bookstore_gallery=x"}
    page = await client.fetch(url.replace("/health", GALLERY), headers=signed_in, raise_error=False)
    assert page.code == 503
    assert b"<h1" in page.body
    assert b"secret" not in page.body
    http.stop()
    await http.close_all_connections()


# -- https and paths -----------------------------------------------------------------------------


def test_by_https_cookies_are_for_this_host_alone(tmp_path: Path) -> None:
    told = {"public_url": "https://gallery.example.org/notebooks"}
    with hosted(tmp_path, GalleryServer=told) as gallery:
        name = gallery.member()
        visitor = gallery.visitor()
        named = {"Host": "gallery.example.org"}
        page = visitor.get(f"/notebooks{GALLERY}/sign-in", headers=named)
        assert page.status_code == 200
        mark = page.headers["Set-Cookie"]
        assert mark.startswith("__Host-bookstore_gallery_form=")
        value = page.text.split('name="_xsrf" value="')[1].split('"')[0]
        form = {"_xsrf": value, "name": name, "password": PASSWORD}
        # What a proxy calls the server, and what a browser says of where the form is from.
        headers = {"Cookie": mark.split(";")[0], "Origin": "https://gallery.example.org"}
        answer = visitor.send("POST", f"/notebooks{GALLERY}/sign-in", headers=headers, data=form)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/notebooks{GALLERY}"
        [kept] = [each for each in answer.raw.headers.getlist("Set-Cookie") if "_form" not in each]
        assert kept.startswith("__Host-bookstore_gallery=")
        parts = {part.strip().lower() for part in kept.split(";")[1:]}
        assert {"httponly", "secure", "path=/", "samesite=lax"} <= parts
        assert not any(part.startswith("domain") for part in parts)


def test_what_leads_to_a_gallery_behind_a_proxy_has_its_public_address(tmp_path: Path) -> None:
    told = {"public_url": "https://gallery.example.org/"}
    reading = {"anonymous_may_read": True}
    with hosted(tmp_path, GalleryServer=told, GallerySettings=reading) as gallery:
        visitor, named = gallery.visitor(), {"Host": "gallery.example.org"}
        feed = visitor.get(f"{GALLERY}/feed", headers=named)
        assert f"https://gallery.example.org{GALLERY}" in feed.text
        assert "http://gallery" not in feed.text
        held = visitor.get(f"{GALLERY}/link?key={'a' * 43}", headers=named)
        assert "; secure" in held.headers["Set-Cookie"].lower()


@pytest.mark.parametrize(
    "wrong",
    [
        {"public_url": "gallery.example.org"},
        {"public_url": "ftp://gallery.example.org"},
        {"public_url": "https://gallery.example.org/?a=b"},
        {"trusted_proxies": ["proxy.example.org"]},
        {"trusted_proxies": ["10.0.0.1/8"]},
        {"certificate_file": "/nowhere/at-all.pem"},
    ],
)
def test_a_setting_that_cannot_be_right_is_told(wrong: dict[str, object]) -> None:
    with pytest.raises(TraitError, match=f"GalleryServer.{next(iter(wrong))}"):
        GalleryServer(**wrong)


# -- the process ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_server_that_is_stopped_finishes_what_is_under_way(tmp_path: Path) -> None:
    """It tells what it does in its log, where no query of a URL is, and ends well."""
    log = tmp_path / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "bookstore", "gallery", "serve", f"--port={port}"],
        env=jupyter_environment(tmp_path),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        url = f"http://127.0.0.1:{port}"

        def is_there() -> bool:
            assert process.poll() is None, log.read_text()
            try:
                return bool(urllib.request.urlopen(f"{url}/health", timeout=PATIENCE_S).read())
            except OSError:
                return False

        eventually(is_there, "the gallery answers")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{url}/api/bookstore/gallery/notebooks?token=my-secret")
        under_way = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        under_way.putrequest("POST", f"{GALLERY}/sign-in?next=my-secret")
        under_way.putheader("Content-Type", "application/x-www-form-urlencoded")
        under_way.putheader("Content-Length", "9")
        under_way.endheaders()
        under_way.send(b"name")
        process.send_signal(signal.SIGTERM)
        eventually(lambda: "The gallery stops." in log.read_text(), "it says that it stops")
        under_way.send(b"=ada1")
        assert under_way.getresponse().status == 403, "a form without its mark"
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
    told = log.read_text()
    assert "POST /bookstore/gallery/sign-in" in told
    assert "my-secret" not in told


def test_two_cannot_listen_at_one_port(gallery: Hosted, tmp_path: Path) -> None:
    port = urlsplit(gallery.url).port

    async def begin() -> None:
        server = GalleryServer(port=port)
        settings = GallerySettings(database=f"sqlite:///{tmp_path}/gallery.db")
        async with serving(server, settings, BookstoreSettings(), MemoryStore(), application):
            pytest.fail("it listens")

    with pytest.raises(BookstoreError, match=f"cannot listen at 127.0.0.1, port {port}"):
        asyncio.run(begin())


def test_the_gallery_lets_go_of_its_threads(tmp_path: Path) -> None:
    before = {each.name for each in threading.enumerate()}
    with hosted(tmp_path) as gallery:
        assert gallery.visitor().get("/health").status_code == 200
    left = {each.name for each in threading.enumerate()} - before
    assert not {name for name in left if name.startswith("bookstore-gallery")}
