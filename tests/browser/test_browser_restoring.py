"""What restoring into an open notebook leaves: the version, with no more trust and nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from browser_user import LAB, BrowserUser, expect
from history_panel import HistoryPanel

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Response, Route

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
LANGUAGE = {"name": "python", "version": "3.0.0"}
SCRIPT = "<b>a stranger's</b><img src=x onerror=\"document.body.dataset.ran='yes'\">"


def notebook(*cells: dict[str, Any], minor: int = 5, **metadata: Any) -> dict[str, Any]:
    facts = {"kernelspec": KERNEL, "language_info": LANGUAGE, **metadata}
    return {"cells": list(cells), "metadata": facts, "nbformat": 4, "nbformat_minor": minor}


def code(source: str, *outputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    count = 1 if outputs else None
    cell = {"cell_type": "code", "source": source, "outputs": list(outputs)}
    return {**cell, "execution_count": count, "metadata": {}, "id": "one", **more}


def html(text: str) -> dict[str, Any]:
    data = {"text/html": text, "text/plain": "plain"}
    facts: dict[str, Any] = {"output_type": "execute_result", "metadata": {}}
    return {**facts, "execution_count": 1, "data": data}


def save(user: BrowserUser, path: str, content: dict[str, Any]) -> bytes:
    """Save *content* as a front end would, and return what is on disk then."""
    model = {"type": "notebook", "format": "json", "content": content}
    user.server.request("PUT", f"api/contents/{path}", model)
    return on_disk(user, path)


def on_disk(user: BrowserUser, path: str) -> bytes:
    return (user.server.root / path).read_bytes()


def sources_of_versions(user: BrowserUser, path: str) -> list[str]:
    """Return the first cell's source in each version of the notebook."""
    return sources_at(user, path, 0)


def sources_at(user: BrowserUser, path: str, place: int) -> list[str]:
    """Return the source of the cell at *place* in each version, newest first."""
    versions = user.server.request("GET", f"api/bookstore/versions/{path}")["versions"]
    query = f"api/bookstore/versions/{path}?content=1&version_id="
    models = [user.server.request("GET", query + version["version_id"]) for version in versions]
    return [model["content"]["cells"][place]["source"] for model in models]


def is_of_a_save(answer: Response) -> bool:
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


def restore_earliest(user: BrowserUser) -> HistoryPanel:
    """Restore the first version, and return once that is saved."""
    history = HistoryPanel(user).open()
    expect(history.versions).not_to_have_count(0)
    history.restore(history.versions.last)
    expect(history.versions.first).to_contain_text("Restored")
    return history


def bring_back_the_cell(user: BrowserUser) -> None:
    """Compare with the first version and bring its cell back, then save."""
    history = HistoryPanel(user).open()
    expect(history.versions).not_to_have_count(0)
    history.choose(history.versions.last, "bookstore:compare-with-current")
    user.page.get_by_role("button", name="Bring back this cell").click()
    expect(user.page.get_by_role("button", name="Brought back")).to_be_visible()
    if user.front_end is LAB:
        user.page.locator("[role=tab]", has_text=".ipynb").first.click()
    else:
        user.page.locator(".jp-Dialog .jp-Dialog-footer button").last.click()
    user.save()


def ran_a_script(user: BrowserUser) -> bool:
    """Did the stranger's script run in this page?"""
    # It runs when its image is not found; another that is asked for later is not found later.
    user.page.evaluate(
        "new Promise(done => { const image = new Image(); image.onerror = done; image.src = 'x'; })"
    )
    return bool(user.page.evaluate("document.body.dataset.ran === 'yes'"))


def see_that_a_strangers_script_does_not_run(
    user: BrowserUser, path: str, bring_back: Callable[[], object]
) -> None:
    save(user, path, notebook(code("1 + 1", html(SCRIPT))))
    panel = user.open_notebook(path)
    assert not ran_a_script(user)
    assert user.run_cell(panel) == "2"  # which is trusted
    user.save()

    bring_back()
    output = panel.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("a stranger's")
    assert not ran_a_script(user)
    panel = user.open_notebook(path)
    expect(panel.locator(".jp-OutputArea-output")).to_contain_text("a stranger's")
    assert not ran_a_script(user)


def test_a_restored_version_is_not_trusted_because_the_notebook_was(user: BrowserUser) -> None:
    see_that_a_strangers_script_does_not_run(user, "stranger.ipynb", lambda: restore_earliest(user))


def test_a_cell_that_is_brought_back_is_not_trusted_because_the_notebook_was(
    user: BrowserUser,
) -> None:
    see_that_a_strangers_script_does_not_run(
        user, "strange-cell.ipynb", lambda: bring_back_the_cell(user)
    )


def test_outputs_of_ones_own_are_trusted_after_a_restore(user: BrowserUser) -> None:
    """Their scripts run, as after a reload."""
    user.write_notebook("own.ipynb", f"from IPython.display import HTML\nHTML({SCRIPT!r})")
    panel = user.open_notebook("own.ipynb")
    user.run_cell(panel)
    user.save()
    user.edit(panel, "1 + 1")
    user.run_cell(panel)
    expect(panel.locator(".jp-OutputArea-output")).to_have_text("2")
    user.save()
    panel = user.open_notebook("own.ipynb")
    assert not ran_a_script(user)
    history = HistoryPanel(user).open()
    expect(history.versions.first).to_contain_text("Current")
    history.restore(history.versions.nth(1))
    expect(panel.locator(".jp-OutputArea-output")).to_contain_text("a stranger's")
    assert ran_a_script(user)


def test_a_restore_shows_the_first_cell_that_changed_and_can_be_taken_back(
    user: BrowserUser,
) -> None:
    """What was there becomes a version before; Undo brings that back, and is a restore itself."""
    cells = [code(f"value_{number} = {number}", id=f"cell-{number}") for number in range(40)]
    before = [*cells[:30], code("value_30 = 'earlier'", id="cell-30"), *cells[31:]]
    save(user, "undone.ipynb", notebook(*before))
    save(user, "undone.ipynb", notebook(*cells))
    panel = user.open_notebook("undone.ipynb")
    restore_earliest(user)
    active = panel.locator(".jp-Cell.jp-mod-active")
    expect(active).to_contain_text("value_30 = 'earlier'")
    expect(active).to_be_in_viewport()
    expect(panel.locator(".jp-Notebook")).to_have_class(re.compile("jp-mod-commandMode"))
    with user.page.expect_response(is_of_a_save):
        user.page.get_by_role("button", name="Undo", exact=True).click()
    expect(active).to_contain_text("value_30 = 30")
    assert "earlier" not in on_disk(user, "undone.ipynb").decode()
    assert "earlier" in sources_at(user, "undone.ipynb", 30)[1]


def test_what_is_on_disk_after_a_restore_is_the_version(user: BrowserUser) -> None:
    """Byte for byte: format, IDs, metadata, attachments and counts."""
    image = {"a.png": {"image/png": "aGVsbG8="}}
    text = {"cell_type": "markdown", "source": "![](attachment:a.png)", "metadata": {}}
    without_ids = [
        {key: value for key, value in cell.items() if key != "id"}
        for cell in (
            code("print(1)", {"output_type": "stream", "name": "stdout", "text": "1\n2\n"}),
            {**text, "attachments": image},
            code("one = 1"),
        )
    ]
    version = save(user, "exact.ipynb", notebook(*without_ids, minor=4, authors=["ada"]))
    tags = {"tags": ["new"], "collapsed": True, "jupyter": {"outputs_hidden": True}}
    now = (code("print(1)", metadata=tags), {**text, "id": "two", "metadata": tags})
    assert save(user, "exact.ipynb", notebook(*now, title="new")) != version
    user.open_notebook("exact.ipynb")
    restore_earliest(user)
    assert on_disk(user, "exact.ipynb") == version


def type_while_the_version_is_asked_for(user: BrowserUser, panel: Locator, text: str) -> None:
    """Type *text* into the first cell while the next restore asks the server for its version."""

    def type_and_go_on(asked: Route) -> None:
        if text not in user.cell_sources()[0]:
            panel.locator(".jp-Cell .cm-content").first.click()
            user.page.keyboard.press("Control+End")
            user.page.keyboard.insert_text(text)
        asked.continue_()

    user.page.route("**/api/bookstore/restore/**", type_and_go_on)


def test_what_is_typed_while_a_restore_is_under_way_is_in_a_version(user: BrowserUser) -> None:
    save(user, "typing.ipynb", notebook(code("first")))
    panel = user.open_notebook("typing.ipynb")
    user.edit(panel, "second")
    type_while_the_version_is_asked_for(user, panel, " and more")
    restore_earliest(user)
    expect(panel.locator(".cm-content").first).to_have_text("first")
    assert "second and more" in sources_of_versions(user, "typing.ipynb")


def test_what_is_not_saved_is_in_a_version_before_a_cell_is_brought_back(
    user: BrowserUser,
) -> None:
    save(user, "unsaved.ipynb", notebook(code("first")))
    panel = user.open_notebook("unsaved.ipynb")
    user.edit(panel, "second")
    bring_back_the_cell(user)
    expect(panel.locator(".cm-content").first).to_have_text("first")
    assert "second" in sources_of_versions(user, "unsaved.ipynb")


def test_undo_in_a_cell_ends_at_what_was_restored(user: BrowserUser) -> None:
    save(user, "ending.ipynb", notebook(code("first = 1\nsecond = 2")))
    panel = user.open_notebook("ending.ipynb")
    user.edit(panel, "changed = 1\nsecond = 3")
    user.save()
    restore_earliest(user)
    code_shown = panel.locator(".cm-content").first
    expect(code_shown).to_contain_text("first = 1")
    code_shown.click()
    user.page.keyboard.press("Control+End")
    user.page.keyboard.insert_text("0")
    expect(code_shown).to_contain_text("second = 20")
    for _ in range(3):
        user.page.keyboard.press("Control+Z")
    expect(code_shown).to_have_text("first = 1second = 2")


ODD_CELLS: dict[str, dict[str, Any]] = {
    "a source that is a number": {**code("odd"), "source": 5555},
    "a source that is an object": {**code("odd"), "source": {"a": 5555}},
    "a stream without text": code("5555", {"output_type": "stream", "name": "stdout"}),
    "a traceback that is a number": code("odd", {"output_type": "error", "traceback": 5555}),
    "odd metadata": code("5555", metadata={"jupyter": 5, "collapsed": "x"}),
}


def save_odd(user: BrowserUser, path: str) -> None:
    """Save a version with cells that JupyterLab cannot open, and then one without them."""
    odd = ({**cell, "id": f"odd-{at}"} for at, cell in enumerate(ODD_CELLS.values()))
    text = json.dumps(notebook(code("older"), *odd, code("last", id="last")))
    file = {"type": "file", "format": "text", "content": text}
    user.server.request("PUT", f"api/contents/{path}", file)
    save(user, path, notebook(code("newer"), code("last", id="last")))


def test_cells_that_jupyter_cannot_open_are_previewed_as_they_are_saved(user: BrowserUser) -> None:
    save_odd(user, "odd-preview.ipynb")
    user.open_notebook("odd-preview.ipynb")
    history = HistoryPanel(user).open()
    history.choose(history.versions.last, "bookstore:preview-version")
    preview = user.page.locator(".bs-Preview")
    expect(preview.locator(".jp-Cell")).to_have_count(len(ODD_CELLS) + 2)
    expect(preview.locator(".jp-Cell").first).to_contain_text("older")
    placeholders = preview.locator(".jp-RawCell")
    expect(placeholders).to_have_count(len(ODD_CELLS))
    for placeholder in placeholders.all():
        expect(placeholder).to_contain_text("shown as it is saved")
        expect(placeholder).to_contain_text("5555")


def test_a_version_that_jupyter_cannot_open_changes_nothing(user: BrowserUser) -> None:
    """Half of it would be saved by the next automatic save."""
    save_odd(user, "odd-restore.ipynb")
    panel = user.open_notebook("odd-restore.ipynb")
    history = HistoryPanel(user).open()
    history.restore(history.versions.last)
    told = user.dialog("The version could not be restored")
    expect(told).to_contain_text("Nothing was replaced")
    expect(told).to_contain_text("--mend")
    told.locator("button").last.click()
    expect(panel.locator(".jp-Cell")).to_have_count(2)
    expect(panel.locator(".cm-content").first).to_have_text("newer")
    cells = json.loads(on_disk(user, "odd-restore.ipynb"))["cells"]
    assert [cell["source"] for cell in cells] == [["newer"], ["last"]]


def test_a_cell_without_a_source_is_restored_empty(user: BrowserUser) -> None:
    bare = {key: value for key, value in code("gone").items() if key != "source"}
    text = json.dumps(notebook(bare))
    file = {"type": "file", "format": "text", "content": text}
    user.server.request("PUT", "api/contents/bare.ipynb", file)
    save(user, "bare.ipynb", notebook(code("newer")))
    panel = user.open_notebook("bare.ipynb")
    restore_earliest(user)
    expect(panel.locator(".cm-content").first).to_have_text("")


def test_escape_closes_a_view_after_a_cell_was_brought_back(user: BrowserUser) -> None:
    """In Notebook 7, where it is a dialog, the keyboard stays in it."""
    save(user, "escape.ipynb", notebook(code("first")))
    save(user, "escape.ipynb", notebook(code("second")))
    user.open_notebook("escape.ipynb")
    history = HistoryPanel(user).open()
    history.choose(history.versions.last, "bookstore:compare-with-current")
    button = user.page.get_by_role("button", name="Bring back this cell")
    button.focus()
    user.page.keyboard.press("Enter")
    done = user.page.get_by_role("button", name="Brought back")
    expect(done).to_be_focused()
    expect(done).to_be_disabled()
    if user.front_end is not LAB:
        user.page.evaluate("document.activeElement.blur()")
        user.page.keyboard.press("Escape")
        expect(user.page.locator(".bs-Diff")).not_to_be_attached()
