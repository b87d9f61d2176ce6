"""What is promised about requirements is what is tested."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def _versions(name: str, pattern: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(rf"^(\w+){pattern}([\d.]+)$", text, re.MULTILINE))


def test_the_tested_minimum_is_the_promised_minimum() -> None:
    promised = _versions("requirements.txt", ">=")
    tested = _versions("ci/constraints-minimum.txt", "==")
    assert promised
    assert {name: tested.get(name) for name in promised} == promised


def test_every_requirement_has_a_tested_minimum() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = [line for line in lines if line and not line.startswith("#")]
    assert len(required) == len(_versions("requirements.txt", ">="))
