"""What is to be recorded, as values: a file's content, its deletion, where it went.

Knows: keys, who is asking.  Must not know: files, the outbox.
"""

from __future__ import annotations

import json
from dataclasses import replace

from ..editors.reasons import Reason
from ..keys.reserved_keys import RESERVED_FOLDER
from ..keys.workspace import Workspace
from ..notebooks.model_bytes import content_type_of
from ..records import Provenance, Save, utc_now
from ..s3_paths import to_unicode
from .identity import current_author


def save_of(workspace: Workspace, path: str, body: bytes, reason: Reason) -> Save:
    """Return the save of *body* at *path*.  Slow for a large one."""
    kind, source, author, is_shared = reason
    return Save(
        path=to_unicode(path),
        key=workspace.key(path),
        operation="put",
        provenance=Provenance.of(body, author=author, kind=kind, source=source),
        content_type=content_type_of(path),
        body=body,
        is_shared=is_shared,
    )


def deletion_of(workspace: Workspace, path: str) -> Save:
    """Return that whoever asks deletes the file at *path*."""
    provenance = Provenance.of(b"", author=current_author(), kind="delete")
    return Save(
        path=to_unicode(path),
        key=workspace.key(path),
        operation="delete",
        provenance=replace(provenance, sha256=""),
    )


def move_of(workspace: Workspace, old: str, new: str) -> Save:
    """Return the document that says where the file or folder *old* went."""
    move = {"moved_to": to_unicode(new), "at": utc_now().isoformat(timespec="microseconds")}
    body = json.dumps(move, ensure_ascii=False).encode()
    return Save(
        path=f"{RESERVED_FOLDER}/moves/{to_unicode(old)}.json",
        key=workspace.reserved_key("moves", old),
        operation="put",
        provenance=Provenance.of(body, author=current_author(), kind="rename"),
        content_type="application/json",
        body=body,
    )
