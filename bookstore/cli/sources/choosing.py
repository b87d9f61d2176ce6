"""Who answers a command: the server that runs for the notebook, else the store itself.

Knows: sources, settings.  Must not know: what is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from traitlets.config import Config, Configurable

from ...bookstore_config import BookstoreSettings
from ...client.running import running_servers
from ...errors import BookstoreError
from ...files.noted_roots import remembered_roots
from ...files.roots import bucket_of_root
from .opened_store import has_embedded_history
from .places import Place, nearest, root_of
from .source import Source
from .store_source import StoreSource

if TYPE_CHECKING:
    from .server_source import ServerSource

_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
_ROOT_SETTINGS = (
    ("ServerApp", "root_dir"),
    ("ServerApp", "notebook_dir"),
    ("NotebookApp", "notebook_dir"),
    ("BookstoreContentsArchiver", "root_dir"),
    ("AsyncLargeFileManager", "root_dir"),
    ("FileContentsManager", "root_dir"),
)


class Wish(NamedTuple):
    """What the command line says about who shall answer."""

    server_url: str = ""
    token: str = ""
    root: str = ""
    without_server: bool = False


def choose(app: Configurable, wish: Wish, path: str, *, tell: Callable[[str], None]) -> Source:
    """Return who answers about the file or folder *path*."""
    if wish.server_url:
        source = _named_server(wish)
        source.check()
        return source
    if not wish.without_server:
        for running in _servers_of(path, wish.root):
            try:
                running.check()
            except BookstoreError as error:
                tell(f"Passed over {running.described}: {error.message}")
            else:
                return running
    return open_store(app, wish, path, tell=tell)


def open_store(
    app: Configurable, wish: Wish, path: str, *, tell: Callable[[str], None]
) -> StoreSource:
    """Open the store that a server for the file or folder *path* would use."""
    return StoreSource(app, Place(root_for(app, wish, path)), tell=tell)


def root_for(app: Configurable, wish: Wish, path: str) -> Path:
    """Return the root folder that a server for the file or folder *path* would have."""
    if (known := _known_root(wish, path)) is not None:
        return known
    configured = _configured_root(app.config)
    settings = BookstoreSettings(parent=app)
    if not settings.remote_bucket and not settings.local_bucket:

        def is_kept(folder: Path) -> bool:
            return has_embedded_history(settings, bucket_of_root(str(folder)))

        return root_of(path, configured=configured, has_history=is_kept)
    # All roots share this bucket, which does not tell them apart.
    had_before = nearest(remembered_roots(), path)
    return root_of(path, configured=configured, has_history=lambda folder: folder in had_before)


def _known_root(wish: Wish, path: str) -> Path | None:
    if wish.root:
        return Path(wish.root).expanduser()
    roots = {Path(record["root_dir"]) for record in running_servers() if record.get("root_dir")}
    return next(iter(nearest(roots, path)), None)


def _servers_of(path: str, root: str) -> Iterator[ServerSource]:
    """Yield the servers that run for *path*, those of the deepest root first."""
    records = [record for record in running_servers() if record.get("root_dir")]
    if root:
        wanted = Path(root).expanduser().resolve()
        roots = [wanted]
        records = [each for each in records if Path(each["root_dir"]).resolve() == wanted]
    else:
        roots = nearest({Path(record["root_dir"]) for record in records}, path)
    if not roots or not records:
        return
    from .server_source import ServerSource  # with the library for HTTP: where somebody answers

    for folder in roots:
        for record in records:
            if Path(record["root_dir"]).resolve() == folder.resolve():
                try:
                    yield ServerSource(record["url"], record.get("token", ""), Place(folder))
                except BookstoreError:  # it listens on a socket that is none of the network
                    continue


def _named_server(wish: Wish) -> ServerSource:
    from .server_source import ServerSource

    token = wish.token or os.environ.get("JUPYTER_TOKEN", "")
    for record in running_servers():
        if _is_same(wish.server_url, record):
            place = Place(Path(record["root_dir"]))
            return ServerSource(wish.server_url, token or record.get("token", ""), place)
    return ServerSource(wish.server_url, token, Place(None))


def _is_same(url: str, record: dict[str, Any]) -> bool:
    asked, known = urlsplit(url), urlsplit(str(record.get("url", "")))
    hosts = {asked.hostname, known.hostname}
    is_here = len(hosts) == 1 or hosts <= set(_LOCAL_NAMES)
    same_base = asked.path.strip("/") == known.path.strip("/")
    return is_here and asked.port == known.port and same_base and bool(record.get("root_dir"))


def _configured_root(config: Config) -> str:
    for app, trait in _ROOT_SETTINGS:
        if value := config.get(app, {}).get(trait):
            return str(value)
    return ""
