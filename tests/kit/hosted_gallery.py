"""A gallery that is served by itself, in a thread of the test's process, and its visitors."""

from __future__ import annotations

import asyncio
import re
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import requests
from gallery_web import API, ipynb
from traitlets.config import Config

from bookstore.bookstore_config import BookstoreSettings
from bookstore.gallery.accounts.accounts import Accounts
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.hosts.openid_settings import GalleryOpenID
from bookstore.gallery.hosts.own import application
from bookstore.gallery.hosts.serving import serving
from bookstore.gallery.hosts.settings import GalleryServer
from bookstore.gallery.settings import GallerySettings
from bookstore.store.memory import MemoryStore

T = TypeVar("T")
PASSWORD = "correct horse battery"
GALLERY = "/bookstore/gallery"
_MARK = re.compile(r'name="_xsrf" value="([^"]+)"')


@dataclass(kw_only=True)
class Hosted:
    """A gallery that is served."""

    url: str
    database: str
    store: MemoryStore

    def accounts(self, work: Callable[[Accounts], Awaitable[T]]) -> T:
        """Do what an administrator does in a shell beside the server."""
        return self.do(lambda database: work(Accounts(database)))

    def do(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Do something with the database, beside the server."""

        async def done() -> T:
            database = Database(self.database)
            try:
                return await work(database)
            finally:
                await database.close()

        # A thread of its own: playwright's has a loop.
        with ThreadPoolExecutor(1) as beside:
            return beside.submit(asyncio.run, done()).result()

    def member(self, *, administrator: bool = False, password: str = PASSWORD) -> str:
        """Make an account, and return its name."""
        name = f"user-{secrets.token_hex(4)}"
        self.accounts(lambda each: each.add(name, password, administrator=administrator))
        return name

    def visitor(self, name: str = "", *, address: str = "") -> Visitor:
        """Return somebody with a browser of their own, signed in where *name* says as whom."""
        visitor = Visitor(
            self.url, address or f"203.0.{secrets.randbelow(255)}.{secrets.randbelow(255)}"
        )
        if name:
            assert visitor.sign_in(name).status_code == 303
        return visitor


class Visitor:
    """Somebody with a browser: it keeps cookies, and follows no redirects by itself."""

    def __init__(self, url: str, address: str) -> None:
        self.url, self.address = url, address
        self.browser = requests.Session()
        self.browser.trust_env = False

    def send(self, verb: str, path: str, **options: Any) -> requests.Response:
        """Send a request as it is."""
        headers = {"X-Forwarded-For": self.address, **options.pop("headers", {})}
        return self.browser.request(
            verb, self.url + path, headers=headers, allow_redirects=False, timeout=60, **options
        )

    def get(self, path: str, **options: Any) -> requests.Response:
        """Open a page."""
        return self.send("GET", path, **options)

    def mark(self, page: str = f"{GALLERY}/sign-in") -> str:
        """Return what forms of a page carry so that they cannot be forged."""
        answer = self.get(page)
        if answer.status_code == 302:  # signed in already
            answer = self.get(f"{GALLERY}/account")
        found = _MARK.search(answer.text)
        assert found, answer.text
        return found[1]

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form, from a page of the gallery."""
        return self.send("POST", path, data={"_xsrf": self.mark(), **fields})

    def sign_in(self, name: str, password: str = PASSWORD, after: str = "") -> requests.Response:
        """Send the form with which one signs in."""
        return self.post(f"{GALLERY}/sign-in", name=name, password=password, next=after)

    @property
    def is_signed_in(self) -> bool:
        """Whether the gallery knows who this is."""
        return self.get(f"{GALLERY}/account").status_code == 200

    def publish(self, *sources: str, **words: Any) -> str:
        """Publish a notebook, and return its uuid."""
        told = {
            "title": f"Tides {secrets.token_hex(4)}",
            "description": "When the water comes.",
            "content": ipynb(*(sources or ("print('tide')",))),
            **words,
        }
        answer = self.send("POST", API, json=told, headers={"X-XSRFToken": self.mark()})
        assert answer.status_code in (200, 201), answer.text
        uuid: str = answer.json()["uuid"]
        return uuid


@contextmanager
def hosted(
    folder: Path, *, store: MemoryStore | None = None, **settings: dict[str, Any]
) -> Iterator[Hosted]:
    """Serve a gallery whose proxy is the test: ``X-Forwarded-For`` says who asks."""
    sqlite = {"database": f"sqlite:///{folder}/gallery.db"}
    told: dict[str, dict[str, Any]] = {
        "GalleryServer": {
            "port": 0,
            "trusted_proxies": ["127.0.0.1"],
            **settings.get("GalleryServer", {}),
        },
        "GallerySettings": {**sqlite, **settings.get("GallerySettings", {})},
        "GalleryOpenID": settings.get("GalleryOpenID", {}),
    }
    store, config = store or MemoryStore(), Config(told)
    began: list[Any] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve() -> None:
        server = GalleryServer(config=config)
        make = partial(application, openid=GalleryOpenID(config=config))
        gallery, bookstore = GallerySettings(config=config), BookstoreSettings(config=config)
        try:
            async with serving(server, gallery, bookstore, store, make) as port:
                began.append(port)
                ready.set()
                await end.wait()
        finally:
            ready.set()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(60), "the gallery does not begin"
        assert began, "the gallery is not served"
        url = f"http://127.0.0.1:{began[0]}"
        yield Hosted(url=url, database=told["GallerySettings"]["database"], store=store)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(60)
        loop.close()
