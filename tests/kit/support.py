"""Saves to make, and a way to wait for what happens to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bookstore.delivery.uploader import Uploader
from bookstore.records import ArchiveEvent, Provenance, Save

MakeUploader = Callable[..., Uploader]


class Events(list[ArchiveEvent]):
    """Every event so far; a test awaits those it needs."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def __call__(self, event: ArchiveEvent) -> None:
        self.append(event)
        self._news.set()

    def of(self, action: str) -> list[ArchiveEvent]:
        """The events with *action*."""
        return [event for event in self if event.action == action]

    async def wait_for(self, action: str, count: int = 1, *, timeout_s: float = 60) -> None:
        """Return once *count* events with *action* have happened."""

        async def enough() -> None:
            while len(self.of(action)) < count:
                self._news.clear()
                await self._news.wait()

        try:
            await asyncio.wait_for(enough(), timeout_s)
        except asyncio.TimeoutError:
            pytest.fail(f"{len(self.of(action))} of {count} events {action!r}; all: {list(self)}")


def save_of(path: str, body: bytes | str, *, kind: str = "save", **values: object) -> Save:
    """A save of *body* at *path*."""
    body = body.encode() if isinstance(body, str) else body
    return Save(
        path=path,
        key=f"workspace/{path}",
        operation="put",
        provenance=Provenance.of(body, author="ana", kind=kind),  # type: ignore[arg-type]
        body=body,
        **values,  # type: ignore[arg-type]
    )


def delete_of(path: str) -> Save:
    """A deletion of *path*."""
    return Save(
        path=path,
        key=f"workspace/{path}",
        operation="delete",
        provenance=Provenance.of(b"", author="ana", kind="delete"),
    )


async def until(happened: Callable[[], bool], *, timeout_s: float = 60) -> None:
    """Let everything else run until *happened*; for what tells nobody when it happens."""

    async def watch() -> None:
        while not happened():
            await asyncio.sleep(0.002)

    await asyncio.wait_for(watch(), timeout_s)
