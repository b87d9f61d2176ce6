"""A history that tells what changed: autosaves in one row, and what each version did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser_user import LAB, BrowserUser, FrontEnd, NewServer, expect
from history_panel import HistoryPanel
from processes import Server

from bookstore.notebooks.models import model_bytes
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Kind, Provenance
from bookstore.store.local.store import LocalStore

KEY = "workspace/told.ipynb"
FOLDED = 14
DAYS = 60
TRACEBACK = [
    "\x1b[0;31mValueError\x1b[0m Traceback (most recent call last)",
    f"File /srv/{'long/' * 60}module.py:1, in f()",
    "\x1b[0;31mValueError\x1b[0m: no",
]


def code(number: int, source: str, outputs: list[Any] | None = None, count: int = 1) -> Any:
    return nbformat.v4.new_code_cell(
        source, id=f"cell-{number}", outputs=outputs or [], execution_count=count
    )


def notebook(step: int) -> bytes:
    """Return the notebook as it was after so many steps."""
    failed = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=TRACEBACK)
    shown = nbformat.v4.new_output("stream", name="stdout", text=f"step {step}\n")
    cells = [
        nbformat.v4.new_markdown_cell("# Sales by region", id="title"),
        code(0, "import pandas as pd", count=step + 1),
        *(code(number, f"value_{number} = {_value(step, number)}") for number in range(1, 6)),
        code(6, f"model.fit(X_train, y_train, epochs={step})", [shown]),
        code(7, "f()", [failed] if step % 2 else []),
    ]
    made = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    return model_bytes({"type": "notebook", "content": made})


def _value(step: int, number: int) -> int:
    return step if step % 6 == number else 0


def deeds() -> Iterator[tuple[Kind, timedelta]]:
    """Yield what made each version, and how long after the one before."""
    for _ in range(DAYS):
        yield "manual", timedelta(days=1)
    yield "manual", timedelta(days=1)
    for _ in range(FOLDED):
        yield "save", timedelta(minutes=2)
    yield "manual", timedelta(seconds=20)
    yield "manual", timedelta(seconds=5)


async def fill(directory: Path) -> bytes:
    """Make the versions in an embedded store; return the last one."""
    store = LocalStore(directory)
    body = b""
    moments = [*deeds()]
    noon = datetime.now(timezone.utc).replace(hour=12, minute=0)  # one day, wherever this is
    now = noon - sum((after for _, after in moments), timedelta(days=1))
    for step, (kind, after) in enumerate(moments):
        now += after
        body = notebook(step)
        known = replace(Provenance.of(body, author="ada", kind=kind), saved_at=now)
        await store.put(KEY, body, metadata=known.to_metadata(), content_type=NOTEBOOK_CONTENT_TYPE)
    await store.close()
    return body


@pytest.fixture(scope="module")
def told_history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder of stores whose one bucket has the history, and what is to be on disk."""
    stores = tmp_path_factory.mktemp("stores")
    with ThreadPoolExecutor(1) as thread:  # playwright's loop runs in this one
        return stores, thread.submit(asyncio.run, fill(stores / "told")).result()


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd, told_history: tuple[Path, bytes]) -> Server:
    """A server with a notebook that has this history."""
    stores, body = told_history
    place = (
        f"--BookstoreSettings.local_store_dir={stores}",
        "--BookstoreSettings.local_bucket=told",
    )
    server = new_server(front_end, arguments=place)
    (server.root / "told.ipynb").write_bytes(body)
    return server


@pytest.fixture
def history(user: BrowserUser) -> HistoryPanel:
    """The open History of that notebook."""
    user.open_notebook("told.ipynb")
    history = HistoryPanel(user).open()
    expect(history.versions).not_to_have_count(0)
    return history


def test_autosaves_are_one_row_that_opens_and_folds(
    user: BrowserUser, history: HistoryPanel
) -> None:
    folded = history.version(f"{FOLDED} autosaves")
    expect(folded).to_have_count(1)
    expect(folded).to_contain_text("6 cells edited")
    expect(folded).to_contain_text("value_")
    folded.click()
    expect(history.version("Autosaved")).to_have_count(FOLDED)
    user.page.keyboard.press("ArrowLeft")
    expect(history.version("Autosaved")).to_have_count(0)
    user.page.keyboard.press("ArrowRight")
    expect(history.version("Autosaved")).to_have_count(FOLDED)


def test_rows_tell_what_changed_and_times_tell_them_apart(history: HistoryPanel) -> None:
    expect(history.versions.first).to_contain_text("cells edited")
    times = history.panel.locator("time.bs-Version-time")
    assert len({*times.all_inner_texts()[:2]}) == 2


def test_a_version_is_compared_with_the_one_before_with_one_key(
    user: BrowserUser, history: HistoryPanel
) -> None:
    """Its changes are walked through, its outputs hidden, and nothing scrolls sideways."""
    user.page.set_viewport_size({"width": 1000, "height": 700})
    history.versions.nth(1).click(button="right")
    user.page.keyboard.press("Escape")
    history.list.focus()
    user.page.keyboard.press("c")
    diff = user.page.locator(".bs-Diff:visible")
    expect(diff).to_have_attribute("aria-busy", "false")
    expect(diff).to_contain_text("only run again")
    names = diff.locator(".bs-Diff-columns > div").all_inner_texts()
    assert names[0] != names[1]
    for node in (diff, *diff.locator(".bs-Diff-output").all()):
        assert node.evaluate("node => node.scrollWidth <= node.clientWidth + 1")

    count = diff.locator(".bs-Diff-count")
    expect(count).to_contain_text("changes")
    user.page.keyboard.press("n")  # what is shown has the keyboard
    expect(count).to_contain_text("of")
    diff.get_by_label("Next change").click()
    user.page.keyboard.press("p")
    expect(count).to_contain_text("of")

    traceback = diff.get_by_text("Traceback", exact=False)
    expect(traceback.first).to_be_visible()
    diff.get_by_label("Hide outputs").check()
    expect(traceback.first).not_to_be_visible()


def test_a_date_is_gone_to(user: BrowserUser, history: HistoryPanel) -> None:
    day = datetime.now().astimezone() - timedelta(days=40)
    newest = history.panel.locator("time.bs-Version-time").first.get_attribute("datetime")
    history.panel.get_by_label("Date to go to").evaluate(
        """(field, day) => {
            const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
            value.set.call(field, day);  // beside React, as a browser's calendar does
            field.dispatchEvent(new Event('input', {bubbles: true}));
        }""",
        f"{day:%Y-%m-%d}",
    )
    active = history.list.locator(".bs-mod-active")
    expect(active.locator(f"time:not([datetime='{newest}'])")).to_be_in_viewport()
    saved = active.locator("time").get_attribute("datetime")
    assert saved is not None
    assert datetime.fromisoformat(saved).astimezone().date() <= day.date()


def test_arrow_keys_walk_the_list_and_the_preview_follows(
    user: BrowserUser, history: HistoryPanel
) -> None:
    """In JupyterLab; Notebook shows it in a dialog, which takes the keyboard."""
    heading = user.page.locator(".bs-View:visible .bs-View-heading")
    if user.front_end is LAB:
        history.versions.nth(0).click()
        expect(heading).to_be_visible()
        first = heading.inner_text()
    history.list.focus()
    user.page.keyboard.press("Home")
    user.page.keyboard.press("ArrowDown")
    expect(history.versions.nth(1)).to_have_attribute("aria-selected", "true")
    if user.front_end is LAB:
        expect(heading).not_to_have_text(first)
    expect(history.list).to_be_focused()


def test_a_version_that_opens_is_scrolled_with_the_keyboard(
    user: BrowserUser, history: HistoryPanel
) -> None:
    user.page.set_viewport_size({"width": 1000, "height": 500})
    history.list.focus()
    user.page.keyboard.press("Enter")
    expect(user.page.locator(".bs-Preview").get_by_text("model.fit")).to_be_attached()
    scrolls = user.page.locator(".bs-View-scrolls:visible")
    expect(scrolls).to_be_focused()
    user.page.keyboard.press("End")
    user.page.wait_for_function("node => node.scrollTop > 0", arg=scrolls.element_handle())


def test_a_line_that_went_away_is_found_in_this_notebook_and_in_all(
    user: BrowserUser, history: HistoryPanel
) -> None:
    field = history.panel.get_by_placeholder("Search in all versions")
    field.fill("epochs=70")
    summary = history.panel.locator(".bs-History-found")
    expect(summary).to_contain_text("gone since")
    expect(summary).to_contain_text("epochs=70)")
    expect(history.versions).to_have_count(1)
    expect(history.versions).to_contain_text("cells edited")
    field.fill("import pandas")
    expect(summary).to_contain_text("still there")
    field.fill("epochs=70")
    history.panel.get_by_label("In all notebooks").check()
    expect(summary).to_contain_text("In 1 notebook")
    history.panel.locator(".bs-History-notebooks button").click()
    field.fill("nobody wrote this")
    expect(summary).to_contain_text("No version has this.")
    field.fill("")
    expect(history.versions.first).to_contain_text("Current")


def test_a_search_is_narrowed_by_author_and_kind(user: BrowserUser, history: HistoryPanel) -> None:
    field = history.panel.get_by_label("Search in all versions")
    field.focus()
    history.panel.get_by_label("What made the version").select_option("manual")
    expect(history.version("Saved")).not_to_have_count(0)
    expect(history.version("Autosaved")).to_have_count(0)
    history.panel.get_by_label("Author").fill("nobody-of-this-name")
    expect(history.panel.locator(".bs-History-found")).to_contain_text("No version has this")
    history.panel.get_by_label("Author").fill("")
    history.panel.get_by_label("What made the version").select_option("")
    expect(history.panel.locator(".bs-History-found")).to_have_count(0)

    field.focus()
    history.versions.nth(3).click(button="right")  # it is the row that is pointed at
    expect(
        user.page.locator(".lm-Menu-item[data-command='bookstore:preview-version']")
    ).to_be_visible()


def test_each_cell_says_since_when_it_is_as_it_is_and_leads_to_its_past(
    user: BrowserUser, history: HistoryPanel
) -> None:
    history.panel.get_by_role("button", name="Who last changed each cell").click()
    cells = history.panel.get_by_role("list", name="Who last changed each cell")
    expect(cells.get_by_role("listitem")).to_have_count(9)
    history.panel.get_by_role("button", name="All versions").click()
    expect(history.version("Current")).to_have_count(1)
    history.panel.get_by_role("button", name="Who last changed each cell").click()
    cells.get_by_role("button").filter(has_text="model.fit").click()
    expect(history.panel.locator(".bs-History-cell")).to_contain_text("model.fit")
    expect(history.version("1 cell edited")).not_to_have_count(0)


def test_one_cell_has_a_history_of_its_own(user: BrowserUser, history: HistoryPanel) -> None:
    cell = user.page.locator(".jp-NotebookPanel:visible .jp-Cell").nth(4)
    cell.locator(".cm-content").click()
    cell.locator(".jp-InputPrompt").click(button="right")
    user.page.locator(".lm-Menu-item[data-command='bookstore:show-cell-history']").click()
    header = history.panel.locator(".bs-History-cell")
    expect(header).to_contain_text("value_3 = 0")
    expect(history.versions.first).to_contain_text("value_3 = 0")
    expect(history.version("1 cell edited")).not_to_have_count(0)
    expect(history.version("autosaves")).to_have_count(0)
    header.get_by_role("button", name="Whole notebook").click()
    expect(history.version("Current")).to_have_count(1)


def test_a_version_is_downloaded_byte_for_byte(
    user: BrowserUser, history: HistoryPanel, told_history: tuple[Path, bytes]
) -> None:
    with user.page.expect_download() as download:
        history.choose(history.versions.first, "bookstore:download-version")
    assert download.value.suggested_filename.startswith("told-")
    assert download.value.suggested_filename.endswith(".ipynb")
    assert Path(download.value.path()).read_bytes() == told_history[1]
