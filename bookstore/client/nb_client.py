"""Which Jupyter servers run on this machine, what they run, and which of them runs this code.

An IPython kernel finds its notebook by its own ID, which the servers' sessions know: that follows
renames.  Other kernels, and programs that a kernel started, have only the name that the server put
into ``JPY_SESSION_NAME`` when the kernel started.

Knows: connection files, server records, Jupyter's own routes.  Must not know: bookstore's routes.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from ..errors import BookstoreError
from .connection import RequestOptions, ServerConnection, quoted

_Record = TypeVar("_Record")


class NoCurrentNotebook(BookstoreError):
    """This code does not run in a notebook of a Jupyter server that can be found."""

    hint = "Outside of a notebook, give url= and token= of a server, and a path."


def extract_kernel_id(connection_file: str) -> str:
    """Return the kernel's ID from the name of its connection file, ``kernel-ID.json``."""
    name = Path(connection_file).name
    found = re.fullmatch(r"kernel-(.+)\.json", name)
    return found[1] if found else name


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveNotebookRecord:
    """What a running server writes about itself for other programs of its user."""

    url: str
    token: str = field(default="", repr=False)
    base_url: str = "/"
    hostname: str = ""
    port: int = 0
    pid: int = 0
    secure: bool = False
    password: bool = False
    root_dir: str = ""
    version: str = ""
    """The release of jupyter_server."""

    @classmethod
    def from_json(cls, info: Mapping[str, Any]) -> LiveNotebookRecord:
        """Return the record in *info*; keys of other releases are passed over."""
        return _from_json(cls, info)

    @property
    def notebook_dir(self) -> str:
        """The server's root, as the classic server called it."""
        return self.root_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelInfo:
    """A running kernel."""

    id: str
    name: str = ""
    last_activity: str = ""
    execution_state: str = ""
    connections: int = 0

    @classmethod
    def from_json(cls, model: Mapping[str, Any]) -> KernelInfo:
        """Return the kernel in Jupyter's *model*; unknown keys are passed over."""
        return _from_json(cls, model)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookSession:
    """A notebook, or something else with a path, and the kernel that runs it."""

    id: str
    path: str
    """API path; follows renames."""
    name: str = ""
    type: str = ""
    kernel: KernelInfo

    @classmethod
    def from_json(cls, model: Mapping[str, Any]) -> NotebookSession:
        """Return the session in Jupyter's *model*; unknown keys are passed over."""
        return _from_json(cls, {**model, "kernel": KernelInfo.from_json(model["kernel"])})


class NotebookClient:
    """One running server, asked anew at each access."""

    def __init__(
        self, nb_config: Mapping[str, Any], *, options: RequestOptions | None = None
    ) -> None:
        """*nb_config* is the server's record, as ``list_running_servers`` gives it."""
        self._nb_config = nb_config
        self.options = options or RequestOptions()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._nb_config.get('url', 'of this notebook')}>"

    @cached_property
    def nb_record(self) -> LiveNotebookRecord:
        """The server's record."""
        return LiveNotebookRecord.from_json(self._nb_config)

    @cached_property
    def connection(self) -> ServerConnection:
        """The connection that all requests share."""
        record = self.nb_record
        token = record.token or _hub_token(record.base_url)
        return ServerConnection(record.url, token, self.options)

    @property
    def url(self) -> str:
        """The server's base URL, without a slash at its end."""
        return self.connection.url

    def get_sessions(self) -> list[dict[str, Any]]:
        """Return the server's sessions as Jupyter's models."""
        return list(self.connection.request("GET", "/api/sessions"))

    def get_kernels(self) -> list[dict[str, Any]]:
        """Return the server's kernels as Jupyter's models."""
        return list(self.connection.request("GET", "/api/kernels"))

    def get_contents(self, path: str) -> dict[str, Any]:
        """Return the contents model of *path*, "" for the server's root folder."""
        place = f"/{quoted(path)}" if path.strip("/") else ""
        return dict(self.connection.request("GET", f"/api/contents{place}"))

    @property
    def sessions(self) -> dict[str, NotebookSession]:
        """The server's sessions by the ID of their kernel; of several, a notebook comes first."""
        models = [model for model in self.get_sessions() if model.get("kernel")]  # or it just ended
        sessions = [NotebookSession.from_json(model) for model in models]
        sessions.sort(key=lambda session: session.type == "notebook")
        return {session.kernel.id: session for session in sessions}

    def current_session(self) -> NotebookSession | None:
        """Return the session that this code runs in, or None when it is not one of this server.

        Raises :class:`NoCurrentNotebook` when this code runs in no session at all.
        """
        sessions = self.sessions
        if kernel_id := _own_kernel_id():
            return sessions.get(kernel_id)
        if not (name := os.environ.get("JPY_SESSION_NAME")):
            raise NoCurrentNotebook("This code does not run in a notebook.")
        root = Path(self.nb_record.root_dir).expanduser()
        named = [each for each in sessions.values() if name in (each.path, str(root / each.path))]
        return named[0] if named else None

    @property
    def kernels(self) -> list[KernelInfo]:
        """The server's kernels."""
        return [KernelInfo.from_json(model) for model in self.get_kernels()]


class NotebookClientCollection:
    """All servers that run on this machine under this account."""

    def __init__(self, *, options: RequestOptions | None = None) -> None:
        self.options = options or RequestOptions()

    def __iter__(self) -> Iterator[NotebookClient]:
        from jupyter_server.serverapp import list_running_servers  # slow to import

        for info in list_running_servers():
            yield NotebookClient(info, options=self.options)

    @property
    def sessions(self) -> dict[str, dict[str, NotebookSession]]:
        """The sessions of each server by its URL."""
        return {client.url: client.sessions for client in self}

    @classmethod
    def current_server(cls, *, options: RequestOptions | None = None) -> NotebookClient:
        """Return the server that runs this code's kernel, or raise :class:`NoCurrentNotebook`.

        The server that started this process is asked first; others that do not answer are
        passed over.
        """
        if not _own_kernel_id() and "JPY_SESSION_NAME" not in os.environ:
            raise NoCurrentNotebook("This code does not run in a notebook.")
        parent = os.environ.get("JPY_PARENT_PID", "")
        clients = list(cls(options=options))
        clients.sort(key=lambda client: str(client.nb_record.pid) != parent)
        failures = []
        for client in clients:
            try:
                if client.current_session():
                    return client
            except BookstoreError as error:
                failures.append(f" {client.url}: {error}")
        asked = f"None of the {len(clients)} running servers has a session with this kernel."
        raise NoCurrentNotebook(asked + "".join(failures))


class CurrentNotebookClient(NotebookClient):
    """The server that runs the notebook this code is in; found at the first access."""

    def __init__(self, *, options: RequestOptions | None = None) -> None:
        super().__init__({}, options=options)

    @cached_property
    def nb_record(self) -> LiveNotebookRecord:
        """The record of the server that runs this code's kernel."""
        return NotebookClientCollection.current_server(options=self.options).nb_record

    @property
    def connection_file(self) -> str:
        """The path of this kernel's connection file."""
        if not (file := _own_connection_file()):
            raise NoCurrentNotebook("This code does not run in an IPython kernel.")
        return file

    @property
    def kernel_id(self) -> str:
        """The ID of the kernel that runs this code, or started it."""
        return _own_kernel_id() or self.session.kernel.id

    @property
    def session(self) -> NotebookSession:
        """This notebook's session, asked anew: its ``path`` follows renames."""
        if session := self.current_session():
            return session
        raise NoCurrentNotebook(f"{self.url} has no session with this kernel.")


def _own_connection_file() -> str:
    kernelapp = sys.modules.get("ipykernel.kernelapp")  # in a kernel it is there already
    if kernelapp is None or not kernelapp.IPKernelApp.initialized():
        return ""
    return str(kernelapp.IPKernelApp.instance().connection_file)


def _own_kernel_id() -> str:
    file = _own_connection_file()
    return extract_kernel_id(file) if file else ""


def _hub_token(base_url: str) -> str:
    # A JupyterHub user's server has no token of its own: it takes the one it got from the hub.
    if os.environ.get("JUPYTERHUB_SERVICE_PREFIX") == base_url:
        return os.environ.get("JUPYTERHUB_API_TOKEN", "")
    return ""


def _from_json(cls: type[_Record], values: Mapping[str, Any]) -> _Record:
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**{name: value for name, value in values.items() if name in known})
