"""A JupyterHub with the gallery as a service: a real one, whose users have servers that sleep."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from processes import PATIENCE_S, eventually, jupyter_environment

PAGE = "docs/source/how-to/serve-a-gallery-from-a-jupyterhub.md"
PASSWORD = "a password of the Hub"
PREFIX = "/services/gallery"
GALLERY = f"{PREFIX}/bookstore/gallery"
API = f"{PREFIX}/api/bookstore/gallery/notebooks"
GROUPS = {"gallery-administrators": ["root-of-all"], "Ocean Team": ["ada", "bob"]}
USERS = ("ada", "bob", "root-of-all")
_CONFIGURATION = """\
c = get_config()
exec({snippet!r})
[gallery] = c.JupyterHub.services
gallery["url"] = "http://127.0.0.1:{service}"
gallery["environment"] = {environment!r}
c.JupyterHub.services = [
    gallery, {{"name": "robot", "api_token": {robot!r}}}
]
c.JupyterHub.load_roles = [
    *c.JupyterHub.load_roles,
    {{"name": "robots", "services": ["robot"],
     "scopes": ["admin:users", "admin:groups", "read:servers", "tokens", "access:services"]}},
]
c.JupyterHub.load_groups = {groups!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.should_start = True
"""
_SETTINGS = """\
c.BookstoreSettings.local_store_dir = "{folder}/store"
c.BookstoreSettings.local_bucket = "team-notebooks"
c.GallerySettings.jupyter_reads = "gallery"
c.BookstoreSettings.galleries = ["{url}/services/gallery/"]
c.GallerySettings.nbgallery_origins = ["{listed}"]
"""
LISTED = "https://lab.example.org"
"""An origin that has nbgallery's extensions."""
ROBOT = "0123456789abcdef" * 4
_MARK = re.compile(r'name="_xsrf" value="([^"]+)"')


@dataclass(kw_only=True)
class Hub:
    """A Hub that runs."""

    url: str
    folder: Path

    @property
    def log(self) -> str:
        """What it said, and its services and servers."""
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")

    def api(self, verb: str, path: str, **told: Any) -> Any:
        """Do something as an administrator of the Hub."""
        answer = requests.request(
            verb,
            f"{self.url}/hub/api/{path}",
            json=told or None,
            headers={"Authorization": f"token {ROBOT}"},
            timeout=PATIENCE_S,
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def token(self, name: str, *scopes: str) -> str:
        """Return a token of a user's."""
        return str(self.api("POST", f"users/{name}/tokens", scopes=[*scopes])["token"])

    def visitor(self, name: str = "") -> Visitor:
        """Return somebody with a browser of their own, signed in at the Hub as *name*."""
        visitor = Visitor(self.url)
        if name:
            visitor.sign_in(name)
        return visitor


class Visitor:
    """Somebody whose browser runs no script, and who reads what it is sent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.browser = requests.Session()
        self.browser.trust_env = False

    def send(self, verb: str, path: str, **options: Any) -> requests.Response:
        """Send a request, as when an address is typed; redirects are followed."""
        headers = {"Sec-Fetch-Mode": "navigate", **options.pop("headers", {})}
        return self.browser.request(
            verb, self.url + path, headers=headers, timeout=PATIENCE_S, **options
        )

    def sign_in(self, name: str) -> None:
        """Sign in at the Hub, and come to the gallery."""
        self.send("GET", "/hub/login")
        mark = next(each.value for each in self.browser.cookies if each.name == "_xsrf")
        form = {"username": name, "password": PASSWORD, "_xsrf": mark}
        answer = self.send("POST", "/hub/login", params={"next": "/hub/home"}, data=form)
        assert answer.ok, answer.text
        assert self.is_known

    def mark(self) -> str:
        """Return what forms of the gallery carry so that they cannot be forged."""
        found = _MARK.search(self.send("GET", f"{GALLERY}/publish").text)
        assert found
        return found[1]

    @property
    def is_known(self) -> bool:
        """Whether the gallery knows who this is, whom it sends to the Hub if it does not."""
        return self.send("GET", f"{GALLERY}/account").url.endswith(f"{GALLERY}/account")


@contextmanager
def running_hub(folder: Path, database: str, snippet: str) -> Iterator[Hub]:
    """Run a Hub whose configuration is *snippet*, and what a test needs beside it."""
    proxy = shutil.which("configurable-http-proxy")
    if proxy is None:
        pytest.fail("These tests need configurable-http-proxy, from npm.", pytrace=False)
    public, hub, api, service = _free_ports(4)
    environment = jupyter_environment(folder, BOOKSTORE_GALLERY_DATABASE=database)
    kept = ("HOME", "JUPYTER_CONFIG_DIR", "BOOKSTORE_GALLERY_DATABASE")
    (folder / "config").mkdir()
    (folder / "config/jupyter_config.py").write_text(
        _SETTINGS.format(folder=folder, url=f"http://127.0.0.1:{public}", listed=LISTED)
    )
    configuration = folder / "jupyterhub_config.py"
    configuration.write_text(
        _CONFIGURATION.format(
            snippet=snippet,
            service=service,
            environment={name: environment[name] for name in kept},
            robot=ROBOT,
            groups={name: {"users": users} for name, users in GROUPS.items()},
            public=public,
            hub=hub,
            api=api,
            password=PASSWORD,
            homes=str(folder / "homes"),
            patience=int(PATIENCE_S),
            proxy=proxy,
        )
    )
    with ExitStack() as stack:
        log = stack.enter_context((folder / "hub.log").open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", f"--config={configuration}"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        stack.callback(end, process, environment)
        running = Hub(url=f"http://127.0.0.1:{public}", folder=folder)

        def is_there() -> bool:
            assert process.poll() is None, running.log
            try:
                return requests.get(f"{running.url}{PREFIX}/health", timeout=PATIENCE_S).ok
            except requests.ConnectionError:
                return False

        eventually(is_there, "the Hub has the gallery")
        yield running


def end(process: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
    """Let a Hub end what it started, and then whatever is left of what has its *environment*.

    Its proxy and the servers are in sessions of their own; of a proxy that is started by way of
    another process, the Hub ends that one alone.
    """
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE_S)
    finally:
        left = left_of(environment)
        for each in left:
            with suppress(psutil.Error):
                each.kill()
        process.wait()
        psutil.wait_procs(left, timeout=PATIENCE_S)


def left_of(environment: dict[str, str]) -> list[psutil.Process]:
    """Return the processes whose folder of configuration is the one that *environment* has."""
    name, found = "JUPYTER_CONFIG_DIR", []
    for each in psutil.process_iter():
        with suppress(psutil.Error):  # it has ended, or is somebody else's
            if each.environ().get(name) == environment[name]:
                found.append(each)
    return found


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        found = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in found]
