"""nbgallery's bundle of notebooks: a tar.gz of ``NAME.ipynb`` and one ``metadata.json``.

Knows: the file's form.  Must not know: databases, stores.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...errors import BadRequest
from ...words import moment, shown, size

METADATA = "metadata.json"
SUFFIX = ".ipynb"
OWNER_TYPES = ("User", "Group")
MOST_BYTES = 100_000_000
"""A notebook of a bundle may have as many; without a limit a small file could fill the memory."""
_TEXTS = ("title", "owner", "owner_type")
_OPTIONAL_TEXTS = ("description", "uuid", "changelog", "creator", "updater")


class BadBundle(BadRequest):
    """A bundle cannot be understood; the message names the file in it, the key and the value."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One notebook of a bundle, and what is said of it."""

    name: str
    body: bytes
    title: str
    description: str
    owner: str
    owner_type: str
    uuid: str | None = None
    changelog: str | None = None
    creator: str | None = None
    updater: str | None = None
    public: bool | None = None
    created: datetime | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()

    def metadata(self) -> dict[str, Any]:
        """Return what is said of it, as it stands in the bundle."""
        said: dict[str, Any] = {
            "title": self.title,
            "description": self.description,
            "uuid": self.uuid,
            "public": self.public,
            "created": _moment(self.created),
            "updated": _moment(self.updated),
            "creator": self.creator,
            "updater": self.updater,
            "owner": self.owner,
            "owner_type": self.owner_type,
            "tags": list(self.tags) or None,
        }
        return {key: value for key, value in said.items() if value is not None}


def names_in(file: Path) -> list[str]:
    """Return the names of a bundle's notebooks, after looking whether it is one."""
    with _opened(file) as tar:
        return [member.name for member in tar if _is_notebook(member)]


def entries_of(file: Path) -> Iterator[Entry | BadBundle]:
    """Yield a bundle's notebooks one by one, or in its place what is wrong with one.

    Raises :class:`BadBundle` where the bundle as a whole is no bundle.
    """
    with _opened(file) as tar:
        said = _metadata(tar, file)
        for member in tar:
            if _is_notebook(member):
                about = said.get(member.name.removesuffix(SUFFIX))
                try:
                    entry = _entry(member.name, _body(tar, member), about)
                except BadBundle as problem:
                    yield problem
                else:
                    yield entry


class BundleWriter:
    """A bundle that is written notebook by notebook; the file is whole, or as it was before.

    A context manager.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._beside = file.with_name(f".{file.name}.part")
        self._said: dict[str, Any] = {}

    def __enter__(self) -> BundleWriter:
        """Begin."""
        self._tar = tarfile.open(self._beside, "w:gz")
        return self

    def add(self, entry: Entry) -> None:
        """Add one notebook."""
        self._said[entry.name.removesuffix(SUFFIX)] = entry.metadata()
        _add(self._tar, entry.name, entry.body, entry.updated)

    def __exit__(self, kind: object, *_: object) -> None:
        """Put the file into its place, unless something went wrong."""
        try:
            if kind is None:
                _add(self._tar, METADATA, json.dumps(self._said).encode(), None)
            self._tar.close()
            if kind is None:
                self._beside.replace(self._file)
        finally:
            self._beside.unlink(missing_ok=True)


def _opened(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file, "r:gz")
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise BadBundle(f"{file.name} is no tar.gz that can be read: {reason}.") from error


def _is_notebook(member: tarfile.TarInfo) -> bool:
    return member.isfile() and member.name != METADATA


def _metadata(tar: tarfile.TarFile, file: Path) -> Mapping[str, Any]:
    try:
        stream = tar.extractfile(METADATA)
        said = json.loads(stream.read() if stream is not None else b"")
    except KeyError:
        raise BadBundle(f"{file.name} has no {METADATA}.") from None
    except ValueError as error:
        raise BadBundle(f"{METADATA} is no JSON: {error}.") from None
    if not isinstance(said, dict):
        raise BadBundle(f"{METADATA} has to be an object with a key for each notebook.")
    return said


def _body(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MOST_BYTES:
        raise BadBundle(f"{member.name} has {size(member.size)}; {size(MOST_BYTES)} are allowed.")
    stream = tar.extractfile(member)
    return b"" if stream is None else stream.read()


def _entry(name: str, body: bytes, said: Any) -> Entry:
    if "/" in name.removeprefix("./") or not name.endswith(SUFFIX):
        raise BadBundle(f"{name}: a bundle has notebooks in no folder, each ending in {SUFFIX}.")
    if not isinstance(said, dict):
        raise BadBundle(f"{name}: {METADATA} says nothing about it.")
    texts = {key: _text(name, said, key, needed=True) for key in _TEXTS}
    more = {key: _text(name, said, key, needed=False) for key in _OPTIONAL_TEXTS}
    if texts["owner_type"] not in OWNER_TYPES:
        raise BadBundle(f"{name}: owner_type is {shown(texts['owner_type'])}; it is User or Group.")
    public, tags = said.get("public"), said.get("tags") or []
    if not isinstance(public, bool | None):
        raise BadBundle(f"{name}: public is {shown(public)}; it is true or false.")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BadBundle(f"{name}: tags is {shown(tags)}; it is a list of texts.")
    times = {key: _time(name, said, key) for key in ("created", "updated")}
    known: dict[str, Any] = {**texts, **more, "description": more["description"] or "", **times}
    return Entry(name=name, body=body, public=public, tags=tuple(tags), **known)


def _text(name: str, said: Mapping[str, Any], key: str, *, needed: bool) -> str | None:
    value = said.get(key)
    if isinstance(value, str) and (value.strip() or not needed):
        return value or None
    if value is None and not needed:
        return None
    raise BadBundle(f"{name}: {key} is {shown(value)}; it has to be a text.")


def _time(name: str, said: Mapping[str, Any], key: str) -> datetime | None:
    """Return a time as a gallery keeps it: in UTC, without saying so."""
    value = said.get(key)
    if value is None:
        return None
    try:
        at = moment(str(value))
    except ValueError:
        raise BadBundle(f"{name}: {key} is {shown(value)}, which is no time.") from None
    return at if at.tzinfo is None else at.astimezone(timezone.utc).replace(tzinfo=None)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else f"{value.isoformat(timespec='microseconds')}Z"


def _add(tar: tarfile.TarFile, name: str, body: bytes, at: datetime | None) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(body)
    member.mode = 0o644
    member.mtime = int(at.replace(tzinfo=timezone.utc).timestamp()) if at else 0
    tar.addfile(member, io.BytesIO(body))
