"""The Jupyter servers that run on this machine under this account, read from their own records.

``jupyter_server`` can list them too, and takes more than a second to import.

Knows: the files that servers write.  Must not know: HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_runtime_dir

from ..processes import may_run


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
