"""The processes of this machine.

Knows: their numbers.  Must not know: what they do.
"""

from __future__ import annotations

import os


def may_run(pid: object) -> bool:
    """Return whether a process with this number may run on this machine."""
    if not isinstance(pid, int) or os.name != "posix":  # elsewhere the question would end it
        return isinstance(pid, int)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs, under another account
        return True
    return True
