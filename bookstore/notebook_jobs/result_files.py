"""The download of jupyter-scheduler's pages: only then a result becomes a file.

Knows: jupyter-scheduler's jobs, addresses.  Must not know: how jobs run.
"""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_scheduler.job_files_manager import JobFilesManager

from ..actions import resolving
from ..actions.addresses import Address
from .asking import DOWNLOADING, check
from .scheduler import EXECUTED, RESULT


class ResultFiles(JobFilesManager):
    """Writes the result of a job, and the version that it ran, when somebody asks for them."""

    async def copy_from_staging(self, job_id: str, redownload: bool | None = False) -> None:
        """Write them into the folder of the job, below ``jobs/``; what is there stays."""
        await check(DOWNLOADING)
        job = self.scheduler.get_job(job_id, False)
        # A client may have made the name up: files are named by its end, inside that folder.
        name = PurePosixPath(job.input_filename.replace("\\", "/")).name
        job = job.copy(update={"input_filename": name if name.strip(".") else "notebook.ipynb"})
        told: dict[str, Any] = job.runtime_environment_parameters or {}
        names = self.scheduler.get_job_filenames(job)
        folder = Path(self.scheduler.get_local_output_path(model=job))
        for kind, field in (("ipynb", RESULT), ("input", EXECUTED)):
            if (text := told.get(field)) and (name := names.get(kind)):
                read = await resolving.read(self.scheduler.bookstore, Address.parse(str(text)))
                await asyncio.to_thread(_write, folder / name, read.body, bool(redownload))


def _write(file: Path, body: bytes, again: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if again or not file.exists():
        file.write_bytes(body)
