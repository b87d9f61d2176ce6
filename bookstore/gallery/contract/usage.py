"""What the extensions tell of their user: cells that were run, servers, preferences."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from tornado import web

from ...errors import BadRequest, NotFound
from ...words import shown
from ..catalogue.executions import Executed, record_execution
from ..environments import Known, Told, change, environments, register, remove
from ..preferences import LAB, SWITCHES, WIDTHS, prefer, preferences
from .base import ContractHandler, is_yes, signed_in
from .pacing import Pace

PACE = "bookstore_gallery_pace"
BURST, PER_SECOND = 600, 5.0
"""How many cells somebody may run at once, and for how many a second after that this is noted."""
_CAMELS = {
    "smartIndent": "smart_indent",
    "autoCloseBrackets": "auto_close_brackets",
    "easyButtons": "easy_buttons",
    "indentUnit": "indent_unit",
    "tabSize": "tab_size",
    "labPreferences": "lab_preferences",
}


class ExecutionsHandler(ContractHandler):
    """``/executions``."""

    shared = frozenset({"POST"})

    @signed_in
    async def post(self) -> None:
        """Note that a cell was run, of a notebook that its user may read."""
        actor = await self.outcome(self.actor())
        pace = cast(Pace, self.settings.setdefault(PACE, Pace(BURST, PER_SECOND)))
        if wait := pace.waits(actor.user_id or 0, time.monotonic()):
            self.retry_after = wait
            raise web.HTTPError(
                HTTPStatus.TOO_MANY_REQUESTS, "So many cells at a time are not noted."
            )
        await self.nothing(self._noted())

    async def _noted(self) -> None:
        fields, catalogue = self.fields(), (await self.gallery()).catalogue
        executed = Executed(
            md5=fields.get("md5", ""),
            success=is_yes(fields.get("success", "")),
            runtime_s=seconds(fields.get("runtime", "")),
        )
        uuid = await self.uuid_of(fields.get("uuid", ""))
        await record_execution(catalogue, await self.actor(), uuid, executed)

    retry_after = 0

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say how long to wait, where that is what is wrong."""
        if self.retry_after:
            self.set_header("Retry-After", str(self.retry_after))
        super().write_error(status_code, **kwargs)


def seconds(text: str) -> float:
    """Return how long a cell ran.

    The extension for JupyterLab sends whole milliseconds, the classic one seconds with a point in
    them, all but always: both call it ``runtime``.
    """
    try:
        value = float(text) if text.isascii() and len(text) < 30 else None
    except ValueError:
        value = None
    if value is None:
        raise BadRequest(f"runtime must be a number, not {shown(text)}.")
    return value / 1000 if text.strip().isdigit() else value


class EnvironmentsHandler(ContractHandler):
    """``/environments``."""

    shared = frozenset({"GET", "POST"})

    @signed_in
    async def get(self) -> None:
        """List somebody's Jupyter servers; where one is the default, that one alone."""
        await self.list_all(self._listed())

    @signed_in
    async def post(self) -> None:
        """Write one down."""
        await self.nothing(self._registered())

    async def _listed(self) -> list[dict[str, Any]]:
        found = await environments((await self.gallery()).database, await self.actor())
        default = [each for each in found if each.is_default]
        return [_described(each) for each in default[:1] or found]

    async def _registered(self) -> None:
        database, actor = (await self.gallery()).database, await self.actor()
        await register(database, actor, _told(self.fields()))


class EnvironmentHandler(ContractHandler):
    """``/environments/{number}``."""

    @signed_in
    async def patch(self, text: str) -> None:
        """Change what is said of it."""
        await self.respond(self._changed(text))

    @signed_in
    async def delete(self, text: str) -> None:
        """Forget it."""
        await self.nothing(self._removed(text))

    async def _changed(self, text: str) -> dict[str, Any]:
        database, actor = (await self.gallery()).database, await self.actor()
        return _described(await change(database, actor, _number(text), _told(self.fields())))

    async def _removed(self, text: str) -> None:
        await remove((await self.gallery()).database, await self.actor(), _number(text))


def _told(fields: Mapping[str, str]) -> Told:
    return Told(
        name=fields.get("name"),
        url=fields.get("url"),
        user_interface=fields.get("user_interface") or None,
        is_default=is_yes(fields["default"]) if "default" in fields else None,
    )


def _described(known: Known) -> dict[str, Any]:
    return {
        "id": known.number,
        "name": known.name,
        "url": known.url,
        "default": known.is_default,
        "user_interface": known.user_interface,
    }


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(f"There is no environment {shown(text)}: it is known by a number.")
    return int(text)


class PreferencesHandler(ContractHandler):
    """``/preferences``."""

    shared = frozenset({"GET", "POST"})

    @signed_in
    async def get(self) -> None:
        """Tell how somebody likes Jupyter."""
        await self.respond(self._told())

    @signed_in
    async def post(self) -> None:
        """Keep it; what is not said stays."""
        await self.respond(self._kept())

    async def _told(self) -> dict[str, Any]:
        return await preferences((await self.gallery()).database, await self.actor())

    async def _kept(self) -> dict[str, Any]:
        fields = {_CAMELS.get(name, name): value for name, value in self.fields().items()}
        told: dict[str, bool | int | str] = {
            name: is_yes(fields[name]) for name in SWITCHES if name in fields
        }
        for name in WIDTHS:
            if name in fields:
                is_number = fields[name].isascii() and fields[name].isdigit()
                told[name] = int(fields[name]) if is_number and len(fields[name]) < 5 else 0
        if LAB in fields:
            told[LAB] = fields[LAB]
        await prefer((await self.gallery()).database, await self.actor(), told)
        return await self._told()
