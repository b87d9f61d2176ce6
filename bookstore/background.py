"""Start work that belongs to no request."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


def start_in_background(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Run *work* on the running event loop, in a context of its own.

    A task otherwise inherits the context of whoever happens to start it: the request's handler,
    the paths it holds, the reason of its save, for as long as the task lives.
    """
    return Context().run(asyncio.get_running_loop().create_task, work)
