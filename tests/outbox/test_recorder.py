"""Saves that cannot be written to the outbox are held, told of, and recorded later, in order."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from support import Events, save_of, until

from bookstore.outbox import Outbox
from bookstore.outbox import recorder as recorder_module
from bookstore.outbox.recorder import Recorder
from bookstore.records import Save

pytestmark = pytest.mark.asyncio


@pytest.fixture
def woken() -> list[bool]:
    return []


@pytest.fixture
def recorder(outbox: Outbox, events: Events, woken: list[bool]) -> Recorder:
    log = logging.getLogger("tests")
    return Recorder(outbox, wake=lambda: woken.append(True), tell=events, log=log)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "FIRST_RETRY_S", 0.01)


def break_disk(outbox: Outbox) -> None:
    """Put a file where the outbox's folder belongs: not even root can write there."""
    outbox.directory.touch()


def mend_disk(outbox: Outbox) -> None:
    outbox.directory.unlink()


async def bodies(outbox: Outbox) -> list[bytes]:
    return [await outbox.body(entry) for entry in await outbox.entries()]


async def test_a_recorded_save_is_told_of_and_wakes_the_uploader(
    recorder: Recorder, events: Events, woken: list[bool]
) -> None:
    await recorder.record([save_of("a.ipynb", "1")])
    assert [(event.action, event.path, event.depth) for event in events] == [
        ("queued", "a.ipynb", 1)
    ]
    await until(lambda: woken == [True])


async def test_an_unchanged_save_is_not_told_of(recorder: Recorder, events: Events) -> None:
    await recorder.record([save_of("a.ipynb", "1")])
    await recorder.record([save_of("a.ipynb", "1")])
    assert len(events) == 1


async def test_saves_held_while_the_disk_is_broken_are_recorded_in_order_when_it_is_not(
    recorder: Recorder, outbox: Outbox, events: Events, caplog: pytest.LogCaptureFixture
) -> None:
    break_disk(outbox)
    for number in range(5):
        await recorder.record([save_of("a.ipynb", f"{number}")])
    assert recorder.held == 5
    assert recorder.problem.startswith("Saves are not being recorded. The outbox cannot be used")
    assert events.of("refused")[0].reason
    assert "a.ipynb is not recorded" in caplog.text
    mend_disk(outbox)
    await events.wait_for("queued", 5)
    await recorder.close()
    assert await bodies(outbox) == [b"0", b"1", b"2", b"3", b"4"]
    assert (recorder.problem, recorder.held) == ("", 0)


async def test_what_memory_does_not_hold_is_read_from_disk_again(
    recorder: Recorder, outbox: Outbox, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "HELD_BYTES", 3)

    async def reread(save: Save) -> bytes | None:
        return None if save.path == "gone.ipynb" else b"as it is now"

    break_disk(outbox)
    for path in ("a.ipynb", "b.ipynb", "gone.ipynb"):
        await recorder.record([save_of(path, "123")], reread=reread)
    mend_disk(outbox)
    await events.wait_for("queued", 2)
    await recorder.close()
    assert await bodies(outbox) == [b"123", b"as it is now"]
    [_, entry] = await outbox.entries()
    assert entry.metadata["sha256"] == save_of("b.ipynb", "as it is now").provenance.sha256


async def test_a_full_outbox_catches_up_with_the_newest_state_when_there_is_room(
    tmp_path: Path, events: Events
) -> None:
    outbox = Outbox(tmp_path / "small", max_bytes=4)
    recorder = Recorder(outbox, wake=lambda: None, tell=events, log=logging.getLogger("tests"))
    await recorder.record([save_of("a.ipynb", "1234")])
    await recorder.record([save_of("b.ipynb", "5678")])
    assert recorder.held == 1
    assert "outbox_max_bytes" in recorder.problem
    [entry] = await outbox.entries()
    await outbox.remove(entry)
    await events.wait_for("queued", 2)
    await recorder.close()
    assert await bodies(outbox) == [b"5678"]
    await outbox.close()


async def test_a_save_larger_than_the_outbox_is_told_of_and_holds_up_nothing(
    tmp_path: Path, events: Events
) -> None:
    outbox = Outbox(tmp_path / "small", max_bytes=4)
    recorder = Recorder(outbox, wake=lambda: None, tell=events, log=logging.getLogger("tests"))
    await recorder.record([save_of("big.ipynb", "12345")])
    await recorder.record([save_of("a.ipynb", "1234")])
    assert [event.action for event in events] == ["refused", "queued"]
    assert recorder.held == 0
    await outbox.close()


async def test_closing_tries_once_more_to_record(recorder: Recorder, outbox: Outbox) -> None:
    break_disk(outbox)
    await recorder.record([save_of("a.ipynb", "1")])
    mend_disk(outbox)
    await recorder.close()
    assert await bodies(outbox) == [b"1"]


async def test_closing_says_what_was_never_recorded(
    recorder: Recorder, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    break_disk(outbox)
    await recorder.record([save_of("a.ipynb", "1")])
    await recorder.close()
    assert "a.ipynb was never recorded" in caplog.text
    mend_disk(outbox)
