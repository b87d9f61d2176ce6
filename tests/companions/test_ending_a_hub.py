"""A Hub of the tests leaves no process behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hub_kit import end, left_of
from processes import eventually, jupyter_environment

HUB = """
import signal, subprocess, sys
proxy = [sys.executable, "-c", "import signal; signal.pause()"]
subprocess.Popen(proxy, start_new_session=True)
signal.pause()
"""


def test_what_a_hub_does_not_end_is_ended_with_it(tmp_path: Path) -> None:
    """Its proxy is in a session of its own."""
    environment = jupyter_environment(tmp_path)
    hub = subprocess.Popen([sys.executable, "-c", HUB], env=environment, start_new_session=True)
    eventually(lambda: len(left_of(environment)) == 2, "both run")

    end(hub, environment)

    assert left_of(environment) == []
