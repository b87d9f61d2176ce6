"""Whether whoever asks jupyter-scheduler for something may do it: its own routes ask no authorizer.

Knows: jupyter_server's authorizer.  Must not know: jobs.
"""

from __future__ import annotations

from jupyter_core.utils import ensure_async
from jupyter_scheduler.exceptions import SchedulerError
from jupyter_server import CallContext

RUNNING = (("read", "contents"), ("write", "kernels"), ("execute", "kernels"))
"""What it takes to run a notebook: who does so does what a kernel does, and sees the file."""
STOPPING = (("write", "kernels"),)
DOWNLOADING = (("read", "contents"), ("write", "contents"))


async def check(needed: tuple[tuple[str, str], ...]) -> None:
    """Raise SchedulerError unless the request under way may do all that is *needed*.

    What no request asks for, an occurrence that is due, somebody was allowed to define.
    """
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    if handler is None:
        return
    for action, resource in needed:
        asked = handler.authorizer.is_authorized(handler, handler.current_user, action, resource)
        if not await ensure_async(asked):
            raise SchedulerError(f"User is not authorized to {action} on resource: {resource}.")
