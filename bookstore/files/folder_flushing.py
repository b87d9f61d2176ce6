"""Make names on disk survive a power cut, as flushing a file does for its content."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Flush the names in *folder*.  Blocks; raises ``OSError`` when the disk does not work."""
    if os.name == "nt":  # Windows cannot open a folder, and needs no flush of it
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems have no such thing
            raise
    finally:
        os.close(descriptor)
