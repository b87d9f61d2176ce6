"""Several processes share an outbox, and one at a time delivers it."""

from __future__ import annotations

import errno

import pytest
from support import Events, MakeUploader, save_of, until

from bookstore.delivery import condition
from bookstore.delivery import uploader as uploader_module
from bookstore.outbox import Outbox
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


async def test_saves_that_wait_for_another_process_too_long_are_a_problem(
    outbox: Outbox, make_uploader: MakeUploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploader_module, "FOLLOW_S", 0.01)
    monkeypatch.setattr(condition, "OTHERS_PATIENCE_S", 0.0)
    other = Outbox(outbox.directory, max_bytes=1000)
    assert other.try_lead()
    await outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader()
    uploader.wake()
    await until(lambda: uploader.problem != "")
    assert uploader.problem.startswith("Another process delivers this outbox, and a save has")
    assert uploader.following_since is not None
    await other.close()
    await until(lambda: uploader.problem == "")
    assert uploader.following_since is None


async def test_a_file_system_without_locks_is_a_problem_with_a_way_out(
    outbox: Outbox, make_uploader: MakeUploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", no_locks)
    await outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader()
    uploader.wake()
    await until(lambda: uploader.problem != "")
    assert "without locks" in uploader.problem
    assert "BookstoreSettings.outbox_dir" in uploader.problem


async def test_one_server_delivers_what_another_added_and_takes_over_when_it_ends(
    outbox: Outbox,
    store: MemoryStore,
    events: Events,
    make_uploader: MakeUploader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploader_module, "POLL_S", 0.05)
    monkeypatch.setattr(uploader_module, "FOLLOW_S", 0.05)
    other = Outbox(outbox.directory, max_bytes=1000)
    leading, following = make_uploader(), make_uploader(outbox=other)
    leading.wake()
    await outbox.add([save_of("a.ipynb", "1")])
    await events.wait_for("archived", 1)
    following.wake()
    await other.add([save_of("a.ipynb", "2")])
    await events.wait_for("archived", 2)
    await leading.stop()
    await outbox.close()
    await other.add([save_of("a.ipynb", "3")])
    await events.wait_for("archived", 3)
    await following.stop()
    await other.close()
    assert [put.body for put in store.puts] == [b"1", b"2", b"3"]
