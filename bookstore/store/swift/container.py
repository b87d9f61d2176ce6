"""One container: each method is a request to it, its failures in our words.

Imported only in the store's own thread: aiohttp takes its time to import.

Knows: Swift's requests.  Must not know: event loops, threads.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from ...errors import (
    BookstoreError,
    ObjectNotFound,
    StoreRefused,
    StoreUnavailable,
    VersionNotFound,
)
from ...records import ObjectVersion
from ..base import FileBody
from . import answers
from .client import Look, SwiftClient
from .errors import (
    Answer,
    is_not_open,
    keeps_no_versions,
    named,
    no_container,
    opens_whole_containers,
    refused,
    signs_no_links,
)
from .temp_url import KEY_HEADER, temporary_url

READERS, EVERYBODY = "X-Container-Read", ".r:*"
"""Who may read a container, and how everybody is called there."""


class Container:
    """Lets nothing be written where it would overwrite: asks before the first write whether the
    container keeps versions, and believes so until an answer differs."""

    def __init__(self, name: str, client: SwiftClient) -> None:
        self._name = name
        self._client = client
        self._keeps_versions: bool | None = None

    # -- writing ---------------------------------------------------------------------------------

    async def put(self, key: str, body: bytes | FileBody, headers: Mapping[str, str]) -> str:
        """Store a version and return its ID."""
        await self._require_versions()
        answer = await self._ask("PUT", key, headers=headers, body=body)
        if answer.status == 404:
            raise no_container(self._name)
        if answer.status not in (201, 202):
            raise refused(self._named(key), answer)
        version_id = self._version_kept(answer)
        if answer.status == 202 and not await self._is_stored(key, version_id, headers):
            raise StoreUnavailable(f"{self._named(key)}: another request was in the way.")
        return version_id

    async def copy(self, source: ObjectVersion, key: str, headers: Mapping[str, str]) -> str:
        """Let the store copy a version to *key*, and return the ID of what came of it."""
        await self._require_versions()
        to = f"{quote(self._name, safe='')}/{quote(key, safe='/')}"
        answer = await self._ask(
            "COPY",
            source.key,
            source.version_id,
            headers={**headers, "Destination": to, "X-Fresh-Metadata": "true"},
            moved_bytes=source.size_bytes,
        )
        if answer.status in (400, 404):
            raise await self._not_read(answer, source.key, source.version_id)
        if answer.status not in (201, 202):
            raise refused(self._named(key), answer)
        version_id = self._version_kept(answer)
        # Something in the way of a copy shows in an answer that accepts it, or in its checksum.
        facts = {**headers, "Etag": source.etag}
        is_whole = answer.status == 201 and answers.etag_of(answer) in ("", source.etag)
        if not is_whole and not await self._is_stored(key, version_id, facts):
            raise StoreUnavailable(f"{self._named(key)}: another request was in the way.")
        return version_id

    async def _is_stored(self, key: str, version_id: str, headers: Mapping[str, str]) -> bool:
        """Is this version what was put?  Swift answers alike to what a newer version overtook and
        to what it dropped because another came in the same moment."""
        answer = await self._ask("HEAD", key, version_id)
        return answer.status == 200 and all(
            answer.headers.get(name, "").strip('"') == value for name, value in headers.items()
        )

    async def mark_deleted(self, key: str) -> str:
        """Add a delete marker, also to what is not there, and return its ID."""
        await self._require_versions()
        answer = await self._ask("DELETE", key)
        if answer.status not in (204, 404):
            raise refused(self._named(key), answer)
        if answer.status == 404 and not answers.version_id_of(answer):
            self._keeps_versions = None
            await self._require_versions()
        return self._version_kept(answer)

    async def remove(self, key: str, version_id: str) -> bool:
        """Remove one version for good; tell whether it was there."""
        answer = await self._ask("DELETE", key, version_id)
        if answer.status in (400, 404):  # 400: an ID in a form not Swift's
            return False
        if answer.status != 204:
            raise refused(self._named(key), answer)
        return True

    async def make_current(self, key: str, version_id: str) -> None:
        """Let *key* stand for one of its versions again; unless that is gone meanwhile."""
        answer = await self._ask("PUT", key, version_id)
        if answer.status not in (201, 404):
            raise refused(self._named(key), answer)

    # -- reading ---------------------------------------------------------------------------------

    async def read(
        self, method: str, key: str, version_id: str | None, look: Look | None
    ) -> tuple[ObjectVersion, bytes]:
        """Return a version and, with GET, its body."""
        answer = await self._ask(method, key, version_id, look=look)
        if answer.status != 200:
            raise await self._not_read(answer, key, version_id)
        version = answers.object_version(key, answer, is_latest=version_id is None)
        return version, answer.body

    async def part(self, key: str, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version from *start* on; fewer at its end."""
        headers = {"Range": f"bytes={start}-{start + size - 1}"}
        answer = await self._ask("GET", key, version_id, headers=headers)
        if answer.status == 416:  # it is not that long
            return b""
        if answer.status == 200:
            return answer.body[start : start + size]
        if answer.status != 206:
            raise await self._not_read(answer, key, version_id)
        return answer.body

    async def _not_read(self, answer: Answer, key: str, version_id: str | None) -> BookstoreError:
        if answer.status not in (400, 404) or (answer.status == 400 and version_id is None):
            return refused(self._named(key), answer)
        if answers.is_marker(answer):
            return ObjectNotFound(f"{self._named(key)} was deleted there.")
        if answers.VERSION_ID not in answer.headers:
            await self._must_be_there()
        if version_id is None:
            return ObjectNotFound(f"{self._named(key)} does not exist.")
        return VersionNotFound(f"{self._named(key)} has no version {version_id!r}.")

    async def page(self, parameters: Mapping[str, str]) -> list[ObjectVersion]:
        """Return one page of a listing of keys, or of versions."""
        return [*answers.versions_in(await self._listed(parameters))]

    async def level(self, parameters: Mapping[str, str]) -> list[ObjectVersion | str]:
        """Return one page of a listing with a delimiter: keys, and folders by their prefixes."""
        return [*answers.children_in(await self._listed(parameters))]

    async def _listed(self, parameters: Mapping[str, str]) -> list[Mapping[str, Any]]:
        answer = await self._ask("GET", parameters=parameters)
        if answer.status == 404:
            raise no_container(self._name)
        if answer.status not in (200, 204):
            raise refused(named(self._name), answer)
        return answers.listed(answer)

    async def link(self, key: str, lasts_s: int) -> str:
        """Return an address of *key* that needs no token for so many seconds."""
        if not (secret := (await self._facts()).get(KEY_HEADER, "")):
            raise signs_no_links(self._name)
        expires_at = int(time.time()) + lasts_s
        return temporary_url(await self._address(key), secret, expires_at=expires_at)

    async def open_address(self, key: str) -> str:
        """Return the address of *key* in a container that everybody may read."""
        readers = (await self._facts()).get(READERS, "").split(",")
        if EVERYBODY not in map(str.strip, readers):
            raise is_not_open(self._name)
        return await self._address(key)

    async def close_address(self) -> None:
        """Refuse, since Swift closes no single file."""
        raise opens_whole_containers(self._name)

    async def _facts(self) -> Mapping[str, str]:
        """Return the container's headers, by names in any case."""
        answer = await self._ask("HEAD")
        if answer.status == 404:
            raise no_container(self._name)
        if answer.status not in (200, 204):
            raise refused(named(self._name), answer)
        return answer.headers

    async def _address(self, key: str) -> str:
        place = (await self._client.signed_in()).storage_url
        return f"{place}/{quote(self._name, safe='')}/{quote(key, safe='/')}"

    async def problem(self) -> str:
        """Return what is wrong with the container, in words; "" where nothing is."""
        kept = await self._ask_whether_versions_are_kept()
        if kept is None:
            return (
                f"The server's account may not ask whether the container {self._name!r} keeps "
                "versions: let it read the container."
            )
        error = keeps_no_versions(self._name)
        return "" if kept else f"{error.message} {error.hint}"

    # -- does it keep versions? ------------------------------------------------------------------

    async def _require_versions(self) -> None:
        if not self._keeps_versions:
            self._keeps_versions = await self._ask_whether_versions_are_kept()
            if self._keeps_versions is False:
                raise keeps_no_versions(self._name)

    async def _ask_whether_versions_are_kept(self) -> bool | None:
        """None: these credentials may not ask; the answers to writes tell then."""
        answer = await self._ask("HEAD")
        if answer.status == 403:
            return None
        if answer.status == 404:
            raise no_container(self._name)
        if answer.status not in (200, 204):
            raise refused(named(self._name), answer)
        return answer.headers.get("X-Versions-Enabled", "").lower() == "true"

    async def _must_be_there(self) -> None:
        if (answer := await self._ask("HEAD")).status == 404:
            raise no_container(self._name)
        if answer.status not in (200, 204, 403):
            raise refused(named(self._name), answer)

    def _version_kept(self, answer: Answer) -> str:
        if not (version_id := answers.version_id_of(answer)):
            self._keeps_versions = None
            raise keeps_no_versions(self._name)
        return version_id

    # -- requests --------------------------------------------------------------------------------

    def _named(self, key: str) -> str:
        return named(self._name, key)

    async def _ask(
        self,
        method: str,
        key: str = "",
        version_id: str | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | FileBody = b"",
        look: Look | None = None,
        moved_bytes: int = 0,
    ) -> Answer:
        if "\0" in key:
            raise StoreRefused(f"{self._named(key)!r}: the store takes no key with a NUL in it.")
        path = quote(self._name, safe="")
        if key:
            path = f"{path}/{quote(key, safe='/')}"
        asked = dict(parameters or {})
        if version_id is not None:
            asked["version-id"] = version_id
        if asked:
            path = f"{path}?{urlencode(asked, quote_via=quote)}"
        return await self._client.ask(
            method, path, headers=headers, body=body, look=look, moved_bytes=moved_bytes
        )
