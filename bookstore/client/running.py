"""The Jupyter servers that run on this machine under this account, read from their own records.

``jupyter_server`` can list them too, and takes more than a second to import.

Knows: the files that servers write.  Must not know: HTTP.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_runtime_dir


def running_servers() -> Iterator[dict[str, Any]]:
    """Yield what each running server wrote about itself; the URL and token among it.

    A server that was killed leaves its record behind: it is passed over where the system tells
    that the process is gone, and else whoever asks the server finds out.
    """
    for file in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            record = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # gone meanwhile, or being written
        if isinstance(record, dict) and may_run(record.get("pid")):
            yield record


def may_run(pid: object) -> bool:
    """Return whether a process with this number may run on this machine."""
    if not isinstance(pid, int) or os.name != "posix":  # elsewhere this would end the process
        return isinstance(pid, int)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs, under another account
        return True
    return True
