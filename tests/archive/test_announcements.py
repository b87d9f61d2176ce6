"""An announcement is for one save of one path, soon."""

from __future__ import annotations

from bookstore import announcements as announcements_module
from bookstore.announcements import VALID_S, Announcements
from bookstore.intent import Intent

RESTORE = Intent("restore", "workspace/a.ipynb?versionId=1")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_taken_once_whatever_way_the_path_is_spelt() -> None:
    announcements = Announcements()
    announcements.announce("d/a.ipynb", RESTORE)
    assert announcements.take("b.ipynb") is None
    assert announcements.take("/d//a.ipynb") == RESTORE
    assert announcements.take("d/a.ipynb") is None


def test_the_later_one_counts() -> None:
    announcements = Announcements()
    announcements.announce("a.ipynb", RESTORE)
    announcements.announce("a.ipynb", Intent("restore", "other"))
    assert announcements.take("a.ipynb") == Intent("restore", "other")
    assert len(announcements) == 0


def test_it_is_worth_nothing_after_a_minute() -> None:
    clock = Clock()
    announcements = Announcements(clock)
    announcements.announce("a.ipynb", RESTORE)
    announcements.announce("b.ipynb", RESTORE)
    clock.now += VALID_S
    assert announcements.take("a.ipynb") == RESTORE
    clock.now += 1
    assert announcements.take("b.ipynb") is None


def test_those_that_nobody_takes_do_not_pile_up(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(announcements_module, "MOST", 3)
    announcements = Announcements()
    for number in range(10):
        announcements.announce(f"{number}.ipynb", RESTORE)
    assert len(announcements) == 3
    assert announcements.take("9.ipynb") == RESTORE
