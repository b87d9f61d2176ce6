"""One server that several people edit at the same time, and their windows."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from notebooks import KERNEL, notebook, on_disk
from processes import Server

T = TypeVar("T")

PEOPLE = ("ada", "bob")

_WHO_IS_WHO = '''
from jupyter_server.auth import IdentityProvider, User


class Colleagues(IdentityProvider):
    """Knows each of them by a token, and then by a cookie: pages bring the server's own token."""

    async def get_user_token(self, handler):
        given = self.get_token(handler) or ""
        if given == self.token:
            return self.get_user_cookie(handler) or User(username="nobody", name="Nobody")
        name = given.removesuffix("-only")
        return User(username=name, name=name.title()) if name in {people} else None


c.ServerApp.identity_provider_class = Colleagues
c.ServerApp.jpserver_extensions = {{"jupyterlab_jupytext": False}}  # what it does is not tried here
'''


def shared_server(home: Path, *arguments: str, configuration: str = "", **options: Any) -> Server:
    """Return a server, not started yet, of which ada and bob are users, beside real-time
    collaboration."""
    config = home / "config"
    (config / "labconfig").mkdir(parents=True)
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "labconfig" / "page_config.json").write_text(json.dumps(quiet))
    (config / "jupyter_server_config.py").write_text(
        _WHO_IS_WHO.format(people=PEOPLE) + configuration
    )
    return Server(home=home, command=("lab",), arguments=arguments, **options)


def as_seen_by(server: Server, name: str) -> Server:
    """Return *server* with the token of *name*."""
    theirs = copy.copy(server)
    theirs.token = f"{name}-only"
    return theirs


def until(happened: Callable[[], T], *, timeout_s: float = 180) -> T:
    """Return what *happened* returns once that is something; it is asked again and again."""
    deadline = time.monotonic() + timeout_s
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return found


@dataclass(frozen=True)
class SharedNotebook:
    """A notebook on the server, as it is on disk and in history."""

    server: Server
    path: str

    def write(self, *sources: str, like: Path | None = None) -> None:
        """Put it on the disk, as something other than Jupyter does; with the metadata of *like*."""
        metadata = nbformat.read(like, 4).metadata if like else {"kernelspec": KERNEL}
        self.file.write_bytes(on_disk(notebook(*sources, **metadata)))

    @property
    def file(self) -> Path:
        """Where it is."""
        return self.server.root / self.path

    def versions(self) -> list[dict[str, Any]]:
        """Its history, oldest first."""
        answer = self.server.request("GET", f"api/bookstore/versions/{self.path}")
        return list(reversed(answer["versions"]))

    def facts(self) -> list[tuple[str, str]]:
        """Who made each version and what it is, oldest first."""
        return [(version["author"], version["kind"]) for version in self.versions()]

    def sources(self, version: dict[str, Any]) -> list[str]:
        """The sources of a version's cells."""
        route = f"api/bookstore/versions/{self.path}?version_id={version['version_id']}&content=1"
        return [cell["source"] for cell in self.server.request("GET", route)["content"]["cells"]]

    def saved_with(self, text: str) -> dict[str, Any]:
        """Return the newest version once *text* is in it."""

        def newest() -> dict[str, Any] | None:
            version = self.versions()[-1]
            return version if text in "\n".join(self.sources(version)) else None

        return until(newest)
