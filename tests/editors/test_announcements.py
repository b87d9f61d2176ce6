"""An announcement is for one save of one path, soon, with the content that was announced."""

from __future__ import annotations

import pytest

from bookstore.editors import announcements as announcements_module
from bookstore.editors.announcements import VALID_S, Announcement, Announcements
from bookstore.editors.reasons import Reason
from bookstore.notebooks.resemblance import Content


def restore_of(version: bytes, *, before: bytes = b"", author: str = "ada") -> Announcement:
    return Announcement(
        reason=Reason("restore", "workspace/a.ipynb?versionId=1", author),
        version=Content.of(version),
        before=Content.of(before),
    )


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_waits_for_its_save_whatever_way_the_path_is_spelt() -> None:
    announcements, announced = Announcements(), restore_of(b"1")
    announcements.announce("d/a.ipynb", announced)
    assert announcements.of("b.ipynb") is None
    assert announcements.of("/d//a.ipynb") is announced
    assert announcements.of("d/a.ipynb") is announced
    announcements.withdraw("/d/a.ipynb", announced)
    assert announcements.of("d/a.ipynb") is None


def test_of_two_announcements_the_later_one_counts() -> None:
    announcements, earlier, later = Announcements(), restore_of(b"1"), restore_of(b"2")
    announcements.announce("a.ipynb", earlier)
    announcements.announce("a.ipynb", later)
    assert announcements.of("a.ipynb") is later
    assert len(announcements) == 1
    announcements.withdraw("a.ipynb", earlier)
    assert announcements.of("a.ipynb") is later


def test_it_is_worth_nothing_after_a_minute() -> None:
    clock = Clock()
    announcements = Announcements(clock)
    announcements.announce("a.ipynb", restore_of(b"1"))
    clock.now += VALID_S
    assert announcements.of("a.ipynb") is not None
    clock.now += 1
    assert announcements.of("a.ipynb") is None
    assert len(announcements) == 0


def test_those_that_nobody_takes_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements_module, "MOST", 3)
    announcements = Announcements()
    for number in range(10):
        announcements.announce(f"{number}.ipynb", restore_of(b"1"))
    assert len(announcements) == 3
    assert announcements.of("9.ipynb") is not None


@pytest.mark.parametrize("author", ["ada", "bob", "bob, ada"])
def test_the_very_content_keeps_it_whoever_saves_it(author: str) -> None:
    announced = restore_of(b"one\ntwo\n", before=b"three\n")
    assert announced.is_kept_by(Content.of(b"one\ntwo\n"), author)


def test_with_edits_in_it_it_is_kept_by_whom_it_was_announced_by() -> None:
    announced = restore_of(b"one\ntwo\n", before=b"three\n")
    edited = Content.of(b"one\ntwo, and more\n")
    assert announced.is_kept_by(edited, "ada")
    assert announced.is_kept_by(edited, "bob, ada")
    assert not announced.is_kept_by(edited, "bob")


def test_what_was_there_before_with_edits_in_it_is_not_it() -> None:
    announced = restore_of(b"one\ntwo\n", before=b"one\nthree\n")
    assert not announced.is_kept_by(Content.of(b"one\nthree, and more\nfour\n"), "ada")
