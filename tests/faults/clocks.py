"""A scenario in which the machine's clock jumps."""

from __future__ import annotations

import os
from pathlib import Path

from harness import (
    CONNECTION_FAILED,
    Outcome,
    User,
    outcome_of,
    scenario,
    serving,
    wait_until_over,
    wait_until_told,
)
from stores_under_test import StoreUnderTest

BACKWARDS = "clock jumping backwards"
PATCHED_TIME = Path(__file__).with_name("patched_time")


@scenario(BACKWARDS, saves=120, saves_quick=15)
def clock_backwards(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The clock is set back by twenty minutes while saves wait: what was to be tried in a second
    must not be tried in twenty minutes, nor may anything come before what was saved earlier.

    Stores take requests that are up to fifteen minutes off, so it goes from ten minutes fast to
    ten minutes slow.
    """
    user, part = User(), saves // 3
    offset = place / "clock-offset"
    _set_clock(offset, 600)
    folders = [str(PATCHED_TIME), *filter(None, [os.environ.get("PYTHONPATH")])]
    patched = {"PYTHONPATH": os.pathsep.join(folders), "CLOCK_OFFSET_FILE": str(offset)}
    with serving(place, store, **patched) as server:
        user.save_in_turn(server, part)
        store.proxy.refuse()
        user.save_in_turn(server, part)
        wait_until_told(server, CONNECTION_FAILED)
        _set_clock(offset, -600)
        user.save_in_turn(server, part)
        store.proxy.recover()
        wait_until_over(server, user, store)
    return outcome_of(BACKWARDS, user, store)


def _set_clock(file: Path, fast_by_s: int) -> None:
    new = file.with_suffix(".new")
    new.write_text(str(fast_by_s))
    new.replace(file)
