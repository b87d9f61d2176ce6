"""What histories and comparisons look like in a notebook, and how diffs are applied."""

from __future__ import annotations

import copy
from datetime import datetime, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from notebooks import code, notebook, stream

from bookstore.client.diff import NotebookDiff, patch
from bookstore.client.versions import HistoryList, Version
from bookstore.notebooks.diff import diff_notebooks

NASTY = "<script>alert(1)</script>&\"'"


def version(**known: Any) -> Version:
    """A version with some facts."""
    facts = {
        "version_id": "v1",
        "path": "a.ipynb",
        "saved_at": datetime(2026, 1, 1, tzinfo=timezone.utc),
        "size_bytes": 1234,
        "kind": "save",
    }
    return Version(**{**facts, **known})  # type: ignore[arg-type]


def printed(*sources: str) -> dict[str, Any]:
    """A notebook whose cells have printed their own sources."""
    return notebook(
        *(code(text, f"c{place}", (stream(text),)) for place, text in enumerate(sources))
    )


def compared(old: dict[str, Any], new: dict[str, Any]) -> NotebookDiff:
    """The comparison of two notebooks, as a server answers it."""
    return NotebookDiff(
        path="a.ipynb",
        base=old,
        diff=diff_notebooks(old, new),
        summary={"cells_changed": 1},
        base_version=version(),
    )


def test_a_history_is_a_table_in_a_notebook() -> None:
    history = HistoryList("a.ipynb", [version(label="good"), version(pending=True)], is_whole=False)
    html = history._repr_html_()
    assert html.count("<tr>") == 3
    assert "good" in html
    assert "save, waits" in html
    assert "2 versions, and older ones" in html


def test_a_history_is_a_table_in_a_console() -> None:
    lines = repr(HistoryList("a.ipynb", [version(author="ada")], is_whole=True)).splitlines()
    assert lines[0] == "a.ipynb: 1 version"
    assert lines[1].split() == ["Version", "Saved", "Size", "Kind", "Author", "Label", "Changed"]
    assert "1,234" in lines[2]
    assert repr(HistoryList("a.ipynb", [], is_whole=True)) == "a.ipynb: 0 versions"


def test_nothing_that_others_wrote_becomes_html() -> None:
    names = {"label": NASTY, "author": NASTY, "version_id": NASTY, "source": NASTY}
    history = HistoryList(NASTY, [version(kind="copy", **names)], is_whole=True)
    diff = compared(printed("a"), printed(NASTY))
    assert "<script" not in history._repr_html_() + diff._repr_html_()


def test_a_comparison_shows_each_cell_that_changed() -> None:
    html = compared(printed("same", "old"), printed("same", "new", "more"))._repr_html_()
    assert "- old" in html
    assert "+ new" in html
    assert "+ more" in html
    assert "same" not in html


def test_that_there_is_no_difference_is_said() -> None:
    diff = compared(printed("a"), printed("a"))
    assert not diff
    assert "no difference" in repr(diff)


texts = st.lists(st.text("ab\n é", max_size=12), max_size=5)


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_a_diff_applied_to_the_older_gives_the_newer(old: list[str], new: list[str]) -> None:
    base, remote = printed(*old), printed(*new)
    before = copy.deepcopy(base)
    assert patch(base, diff_notebooks(base, remote)) == remote
    assert base == before
