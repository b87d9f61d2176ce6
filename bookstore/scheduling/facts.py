"""What is known of a run; it travels in the metadata of the result.

Knows: values.  Must not know: stores, papermill.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import quote

from ..records import utc_now

Status: TypeAlias = Literal["running", "succeeded", "failed", "interrupted", "died", "prepared"]
"""``interrupted``: the program that ran it stopped before its end; ``died``: that program, or its
machine, is not there any more and has not said what became of the run; ``prepared``: its parameters
were filled in, and nothing was executed."""

RUN = "run"
"""The name in a version's metadata."""
RUN_ID = "BOOKSTORE_RUN_ID"
"""The environment variable in which whoever starts a run names it."""
_MOST_ERROR_BYTES = 300
"""Of an error, as it is encoded in metadata, which has room for 2 KB in all."""


@cache
def this_machine() -> str:
    """Return what tells this machine from others that have the same host name."""
    return f"{socket.gethostname()}/{uuid.getnode():x}"


def new_run_id() -> str:
    """Return an identity for one run; later ones sort after earlier ones."""
    return f"{utc_now():%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"


def _named_run_id() -> str:
    # Taken out, since what the notebook starts is another run.
    return os.environ.pop(RUN_ID, "") or new_run_id()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One run of one version of a notebook."""

    run_id: str = field(default_factory=_named_run_id)
    status: Status = "running"
    started_at: str = field(default_factory=lambda: utc_now().isoformat(timespec="milliseconds"))
    error: str = ""
    """What the cell that failed says, shortened."""
    machine: str = field(default_factory=this_machine)
    process: int = field(default_factory=os.getpid)

    def to_text(self) -> str:
        """Return this as metadata holds it."""
        told = {**asdict(self), "error": _shortened(self.error)}
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def in_metadata(cls, metadata: Mapping[str, str] | None) -> RunFacts | None:
        """Return the run whose result has *metadata*, None where it is of no run we can read."""
        try:
            told: dict[str, Any] = json.loads((metadata or {}).get(RUN, ""))
            facts = cls(**{name: told[name] for name in cls.__slots__})
            datetime.fromisoformat(facts.started_at)
        except (ValueError, TypeError, AttributeError, KeyError):
            return None
        texts = (facts.run_id, facts.error, facts.machine)
        is_sound = all(isinstance(text, str) for text in texts) and isinstance(facts.process, int)
        return facts if is_sound and facts.status in get_args(Status) else None

    @property
    def save_id(self) -> str:
        """The identity of the save of its result: whoever makes one of this end makes the same."""
        return hashlib.sha256(f"{self.run_id} {self.status}".encode()).hexdigest()[:32]

    def is_here(self) -> bool:
        """Does the process that runs it run on this machine?"""
        return self.machine == this_machine()


def _shortened(text: str) -> str:
    while len(quote(text, safe=" ")) > _MOST_ERROR_BYTES:
        text = f"{text[: len(text) * 3 // 4]}…"
    return text
