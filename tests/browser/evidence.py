"""What the browser and its server showed when a test failed, kept for whoever looks into it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from browser_user import BrowserUser


def keep_evidence(folder: Path, users: list[BrowserUser]) -> str:
    """Save screenshots, consoles and server logs into *folder*; return what to tell."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for user in users:
        name = f"{user.server.home.name}-{user.front_end.name}"
        for number, page in enumerate(user.context.pages):
            try:
                page.screenshot(path=folder / f"{name}-{number}.png", timeout=10_000)
                (folder / f"{name}-{number}.html").write_text(page.content(), encoding="utf-8")
            except Exception as error:  # a page that crashed must not hide the failure
                (folder / f"{name}-{number}.txt").write_text(f"no screenshot: {error}")
        (folder / f"{name}-console.txt").write_text("\n".join(user.console), encoding="utf-8")
        (folder / f"{name}-server.log").write_text(user.server.log, encoding="utf-8")
    return f"Screenshots, consoles and server logs are in {folder}"


def folder_name(test_name: str) -> str:
    """Return *test_name* as a folder may be called."""
    return re.sub(r"[^\w.-]+", "-", test_name).strip("-")
