"""The outbox keeps what was added, in order, whatever happens to the process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from support import delete_of, save_of

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import OutboxFull, OutboxUnavailable, SaveTooLarge
from bookstore.outbox import Outbox
from bookstore.outbox.guarded_database import RESERVE_BYTES

pytestmark = pytest.mark.asyncio
LARGE = b"x" * (INLINE_BYTES + 1)


async def bodies(outbox: Outbox, path: str) -> list[bytes]:
    return [await outbox.body(entry) for entry in await outbox.pending(f"workspace/{path}")]


async def test_entries_of_a_key_come_out_in_the_order_they_were_added(outbox: Outbox) -> None:
    for number in range(20):
        await outbox.add([save_of("a.ipynb", f"{number}"), save_of("b.ipynb", f"b{number}")])
    assert await bodies(outbox, "a.ipynb") == [f"{n}".encode() for n in range(20)]


async def test_an_entry_says_everything_that_was_said_of_the_save(outbox: Outbox) -> None:
    save = save_of("Ünï/ø 😀.ipynb", "{}")
    await outbox.add([save])
    entry = await outbox.head(save.key)
    assert entry is not None
    assert (entry.path, entry.key, entry.operation) == (save.path, save.key, "put")
    assert entry.metadata == save.provenance.to_metadata()
    assert (entry.size_bytes, entry.save_id) == (2, save.provenance.save_id)


async def test_removing_the_head_brings_the_next_entry_forward(outbox: Outbox) -> None:
    await outbox.add([save_of("a.ipynb", "1"), save_of("a.ipynb", "2")])
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    assert (await outbox.remove(head)).depth == 1
    assert await bodies(outbox, "a.ipynb") == [b"2"]


async def test_many_concurrent_adds_are_all_kept(outbox: Outbox) -> None:
    await asyncio.gather(*(outbox.add([save_of("a.ipynb", f"{n}")]) for n in range(100)))
    assert sorted(await bodies(outbox, "a.ipynb")) == sorted(f"{n}".encode() for n in range(100))


async def test_unchanged_bytes_are_not_queued_again(outbox: Outbox) -> None:
    [first] = await outbox.add([save_of("a.ipynb", "same")])
    [second] = await outbox.add([save_of("a.ipynb", "same")])
    [back] = await outbox.add([save_of("a.ipynb", "other")])
    assert (first.queued, second.queued, back.queued) == (True, False, True)
    assert (await outbox.totals()).depth == 2


async def test_unchanged_is_remembered_after_delivery_and_forgotten_after_deletion(
    outbox: Outbox,
) -> None:
    await outbox.add([save_of("a.ipynb", "same")])
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    await outbox.remove(head)
    assert not (await outbox.add([save_of("a.ipynb", "same")]))[0].queued
    await outbox.add([delete_of("a.ipynb")])
    assert (await outbox.add([save_of("a.ipynb", "same")]))[0].queued


async def test_every_save_counts_when_unchanged_ones_are_to_be_kept(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, max_bytes=1000, skip_unchanged=False)
    for _ in range(3):
        await outbox.add([save_of("a.ipynb", "same")])
    assert (await outbox.totals()).depth == 3
    [asked] = await outbox.add([save_of("a.ipynb", "same", only_if_changed=True)])
    assert not asked.queued
    await outbox.close()


async def test_a_large_body_lies_in_a_file_until_it_is_delivered(outbox: Outbox) -> None:
    await outbox.add([save_of("a.ipynb", LARGE)])
    files = outbox.directory / "bodies"
    assert [file.stat().st_size for file in files.iterdir()] == [len(LARGE)]
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    assert await outbox.body(head) == LARGE
    await outbox.remove(head)
    assert list(files.iterdir()) == []


async def test_an_unchanged_large_body_leaves_no_file(outbox: Outbox) -> None:
    await outbox.add([save_of("a.ipynb", LARGE)])
    await outbox.add([save_of("a.ipynb", LARGE)])
    assert len(list((outbox.directory / "bodies").iterdir())) == 1


async def test_a_full_outbox_takes_nothing_new_and_loses_nothing_old(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, max_bytes=10)
    await outbox.add([save_of("a.ipynb", "12345")])
    with pytest.raises(OutboxFull):
        await outbox.add([save_of("b.ipynb", "1"), save_of("c.ipynb", "12345")])
    assert (await outbox.totals()).depth == 1
    with pytest.raises(SaveTooLarge):
        await outbox.add([save_of("d.ipynb", "12345678901")])
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    await outbox.remove(head)
    await outbox.add([save_of("c.ipynb", "12345")])
    await outbox.close()


async def test_saves_within_the_window_become_one_and_the_newest_wins(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, max_bytes=1000, coalesce_s=1000)
    for body in ("1", "2", "3"):
        await outbox.add([save_of("a.ipynb", body)])
    assert await bodies(outbox, "a.ipynb") == [b"3"]
    assert (await outbox.agenda(limit=10)).due_keys == []
    await outbox.end_windows()
    assert (await outbox.agenda(limit=10)).due_keys == ["workspace/a.ipynb"]
    await outbox.add([save_of("a.ipynb", "4")])
    assert await bodies(outbox, "a.ipynb") == [b"3", b"4"]
    await outbox.close()


async def test_only_ordinary_saves_are_coalesced(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, max_bytes=1000, coalesce_s=1000)
    for body, kind in (("1", "restore"), ("2", "save"), ("3", "rename"), ("4", "save")):
        await outbox.add([save_of("a.ipynb", body, kind=kind)])
    assert await bodies(outbox, "a.ipynb") == [b"1", b"2", b"3", b"4"]
    await outbox.close()


async def test_a_postponed_line_waits_and_tells_why(outbox: Outbox) -> None:
    await outbox.add([save_of("a.ipynb", "1"), save_of("b.ipynb", "2")])
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    await outbox.postpone(head, delay_s=100, reason="no route")
    assert (await outbox.agenda(limit=10)).due_keys == ["workspace/b.ipynb"]
    [entry] = await outbox.pending("workspace/a.ipynb")
    assert (entry.attempts, entry.last_error, entry.refused) == (1, "no route", False)
    await outbox.make_due()
    assert set((await outbox.agenda(limit=10)).due_keys) == {
        "workspace/a.ipynb",
        "workspace/b.ipynb",
    }


async def test_a_refused_line_is_made_due_only_when_asked_to(outbox: Outbox) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    await outbox.postpone(head, delay_s=100, reason="no", refused=True)
    await outbox.make_due()
    assert (await outbox.agenda(limit=10)).due_keys == []
    await outbox.make_due(refused_too=True)
    assert (await outbox.agenda(limit=10)).due_keys == ["workspace/a.ipynb"]


async def test_a_clock_set_back_makes_nothing_wait_for_ever(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    day_before = time.time() - 86_400
    monkeypatch.setattr(time, "time", lambda: day_before)
    assert (await outbox.agenda(limit=10)).due_keys == ["workspace/a.ipynb"]


async def test_a_clock_set_back_a_little_makes_nothing_wait_for_long(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    head = await outbox.head("workspace/a.ipynb")
    assert head is not None
    await outbox.postpone(head, delay_s=5, reason="was down")
    half_an_hour_before = time.time() - 1800
    monkeypatch.setattr(time, "time", lambda: half_an_hour_before)
    assert (await outbox.agenda(limit=10)).due_keys == ["workspace/a.ipynb"]
    assert await outbox.next("workspace/a.ipynb") is not None


@pytest.mark.parametrize("body", [b"small", LARGE])
async def test_adding_a_save_again_changes_nothing(outbox: Outbox, body: bytes) -> None:
    save = save_of("a.ipynb", body)
    newer = save_of("a.ipynb", "newer")
    await outbox.add([save])
    [again] = await outbox.add([save])
    assert again == (True, 1)
    assert await bodies(outbox, "a.ipynb") == [body]
    head = await outbox.head(save.key)
    assert head is not None
    await outbox.remove(head)
    [delivered] = await outbox.add([save])
    assert delivered == (False, 0)
    assert not list((outbox.directory / "bodies").glob("*"))
    await outbox.add([newer])
    assert await bodies(outbox, "a.ipynb") == [b"newer"]


async def test_a_deletion_added_again_after_its_delivery_is_one_deletion(outbox: Outbox) -> None:
    deletion = delete_of("a.ipynb")
    await outbox.add([deletion])
    head = await outbox.head(deletion.key)
    assert head is not None
    await outbox.remove(head)
    [again] = await outbox.add([deletion])
    assert not again.queued


async def test_a_full_disk_takes_no_saves_and_lets_go_of_those_it_has(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    reserve = outbox.directory / "reserve"
    assert reserve.stat().st_size == RESERVE_BYTES
    free = _Usage(0)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: free)
        with pytest.raises(OutboxUnavailable, match="disk that holds the outbox is full"):
            await outbox.add([save_of("b.ipynb", "2")])
        assert reserve.exists()  # it is not for more saves
        attempts = []

        def full_once(_: sqlite3.Connection) -> None:
            attempts.append(reserve.exists())
            if len(attempts) == 1:
                raise sqlite3.OperationalError("database or disk is full")

        await outbox._run(full_once)
        assert attempts == [True, False]
        with pytest.raises(OutboxUnavailable, match="full"):
            await outbox.add([save_of("b.ipynb", "2")])
    await outbox.add([save_of("b.ipynb", "2")])
    assert reserve.exists()


class _Usage(NamedTuple):
    free: int


async def test_an_outbox_removed_while_in_use_is_told_of_once_and_goes_on(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    assert outbox.try_lead()
    await outbox.add([save_of("a.ipynb", "1")])
    assert outbox.problem == ""
    shutil.rmtree(outbox.directory)
    for path in ("b.ipynb", "c.ipynb"):
        await outbox.add([save_of(path, "1")])
    assert outbox.problem.startswith("The outbox's file was removed")
    assert caplog.text.count("The outbox's file was removed") == 1
    assert (await outbox.totals()).depth == 2
    assert outbox.try_lead()
    successor = Outbox(outbox.directory, max_bytes=1000)
    assert not successor.try_lead()
    await successor.close()


async def test_totals_cost_the_same_and_are_right_after_adding_and_removing(outbox: Outbox) -> None:
    await outbox.add([save_of(f"{n}.ipynb", "12") for n in range(5)])
    head = await outbox.head("workspace/0.ipynb")
    assert head is not None
    await outbox.remove(head)
    totals = await outbox.totals()
    assert (totals.depth, totals.size_bytes) == (4, 8)
    assert totals.oldest_queued_at is not None


async def test_a_second_process_adds_but_does_not_deliver(tmp_path: Path) -> None:
    one, two = Outbox(tmp_path, max_bytes=1000), Outbox(tmp_path, max_bytes=1000)
    assert one.try_lead()
    assert not two.try_lead()
    await two.add([save_of("a.ipynb", "from two")])
    assert await bodies(one, "a.ipynb") == [b"from two"]
    await one.close()
    assert two.try_lead()
    await two.close()


async def test_a_damaged_file_is_moved_aside_and_the_outbox_goes_on(outbox: Outbox) -> None:
    outbox.directory.mkdir(parents=True)
    (outbox.directory / "outbox.sqlite3").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(OutboxUnavailable):
        await outbox.add([save_of("a.ipynb", "1")])
    await outbox.add([save_of("a.ipynb", "1")])
    assert await bodies(outbox, "a.ipynb") == [b"1"]
    [aside] = outbox.directory.glob("outbox.sqlite3.damaged-*")
    assert aside.read_bytes().startswith(b"this is not")
    assert f"was damaged, and was moved aside as {aside.name}" in outbox.problem


async def test_it_heals_when_the_disk_does(tmp_path: Path) -> None:
    (tmp_path / "outbox").touch()  # a file where the folder should be
    outbox = Outbox(tmp_path / "outbox", max_bytes=1000)
    with pytest.raises(OutboxUnavailable, match="cannot be used") as caught:
        await outbox.add([save_of("a.ipynb", "1")])
    assert str(tmp_path) not in str(caught.value)
    (tmp_path / "outbox").unlink()
    await outbox.add([save_of("a.ipynb", "1")])
    assert (await outbox.totals()).depth == 1
    await outbox.close()


async def test_left_over_body_files_are_swept_but_not_young_or_wanted_ones(outbox: Outbox) -> None:
    await outbox.add([save_of("a.ipynb", LARGE)])
    folder = outbox.directory / "bodies"
    [wanted] = folder.iterdir()
    for name in ("old", "young"):
        (folder / name).write_bytes(b"left by a crash")
    for file in (wanted, folder / "old"):
        os.utime(file, (1, 1))
    await outbox.sweep()
    assert {file.name for file in folder.iterdir()} == {wanted.name, "young"}


async def test_large_bodies_of_a_damaged_outbox_stay(outbox: Outbox) -> None:
    """They are all that is left of its saves, however long these have waited."""
    await outbox.add([save_of("a.ipynb", LARGE)])
    [body] = (outbox.directory / "bodies").iterdir()
    os.utime(body, (1, 1))
    await outbox.close()
    (outbox.directory / "outbox.sqlite3").write_bytes(b"this is not a database at all" * 100)
    successor = Outbox(outbox.directory, max_bytes=10**9)
    with pytest.raises(OutboxUnavailable):
        await successor.sweep()
    await successor.sweep()
    assert body.read_bytes() == LARGE
    await successor.close()


KIT = str(Path(__file__).parents[1] / "kit")
ADDER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from support import save_of
from bookstore.databases.bodies import INLINE_BYTES
from bookstore.outbox import Outbox

async def main():
    outbox = Outbox(Path(sys.argv[1]), max_bytes=2**30)
    number = 0
    while True:
        size = 2_000_000 if number % 7 == 3 else 10
        await outbox.add([save_of("a.ipynb", f"{number:06}".encode() + bytes(size))])
        print(number, flush=True)
        number += 1

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Whatever was printed before the kill is there, whole and in order; ten times over."""
    acknowledged = 0
    for trial in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", ADDER, str(tmp_path / f"{trial}"), KIT],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3 * trial + 1)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        outbox = Outbox(tmp_path / f"{trial}", max_bytes=2**30)
        found = [body[:6] for body in await bodies(outbox, "a.ipynb")]
        count = len([line for line in lines if line.endswith("\n")])
        assert found[:count] == [f"{n:06}".encode() for n in range(count)]
        acknowledged += count
        await outbox.close()
    assert acknowledged >= 10
