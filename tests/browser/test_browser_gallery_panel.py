"""The gallery within JupyterLab and Notebook 7: publish, find, read, clone and keep up to date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from browser_user import BrowserUser, expect
from hostile_cells import EVIL, PAYLOADS, RUN
from processes import Server

from bookstore.gallery.catalogue.words import is_text

API = "api/bookstore/gallery/notebooks"


def published(server: Server, *sources: str, **words: Any) -> dict[str, Any]:
    """Put a notebook into the gallery, as if it had been there before."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    told = {"description": "About it.", "public": True, "content": content, **words}
    answer: dict[str, Any] = server.request("POST", API, told)
    return answer


def open_panel(user: BrowserUser) -> Any:
    """Show the panel and return it."""
    user.run_command("bookstore:show-gallery", "Show Gallery")
    panel = user.page.locator("#bookstore-gallery:visible")
    panel.wait_for()
    return panel


def search(panel: Any, query: str) -> None:
    box = panel.get_by_label("Search notebooks")
    box.fill(query)
    box.press("Enter")


def kept(user: BrowserUser, name: str) -> None:
    """Keep a picture of the page, where somebody asks for pictures."""
    if folder := os.environ.get("BROWSER_PICTURES"):
        place = Path(folder) / f"{name}-{user.front_end.name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        user.page.screenshot(path=place)


def test_a_notebook_is_published_found_read_cloned_and_kept_up_to_date(user: BrowserUser) -> None:
    user.write_notebook("water/low_tide.ipynb", "import matplotlib", "tide = 'low'")
    user.open_notebook("water/low_tide.ipynb")
    page = user.page

    # Publish: what is refused is told at its field, and nothing that was typed is lost.
    page.locator("[data-jp-item-name='bookstore-publish']:visible").click()
    form = user.dialog("Publish “low_tide.ipynb” to the gallery")
    expect(form.get_by_label("Title")).to_have_value("low tide")
    form.get_by_label("Title").fill("Low/tide")
    form.get_by_label("Tags").fill("sea")
    form.get_by_role("button", name="+ visualization").click()
    expect(form.get_by_label("Tags")).to_have_value("sea, visualization")
    form.get_by_role("button", name="Publish", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("Nothing was published yet")
    expect(form.locator(".bs-mod-wrong")).to_have_count(2)
    expect(form.get_by_label("Title")).to_be_focused()
    kept(user, "publish-refused")
    form.get_by_label("Title").fill(f"Low tide in {user.front_end.name}")
    form.get_by_label("Description").fill("When **the water** is gone.")
    form.get_by_label("Everybody in this gallery").check()
    form.get_by_label("What changed").fill("First version")
    kept(user, "publish")
    form.get_by_role("button", name="Publish", exact=True).click()
    told = user.dialog("is published")
    link = told.get_by_label("Link").input_value()
    assert "/bookstore/gallery/nb/" in link
    user.dismiss(told)

    # Find it, and read it.
    panel = open_panel(user)
    search(panel, "water")
    row = panel.locator(".bs-Gallery-row")
    expect(row).to_have_count(1)
    row.locator(".bs-Gallery-title").press("Enter")
    row.get_by_role("button", name="Star").click()
    expect(row.get_by_role("button", name="Starred")).to_have_attribute("aria-pressed", "true")
    expect(row).to_contain_text("★ 1")
    kept(user, "panel")
    row.get_by_role("button", name="Preview").click()
    frame = page.frame_locator(".bs-Framed-frame")
    expect(frame.locator("body")).to_contain_text("tide = 'low'")
    expect(frame.locator("strong")).to_have_text("the water")
    kept(user, "preview")

    # Clone it, beside the notebook that is open or where the file browser is.
    view = page.locator(".bs-View:visible")
    user.follow_new_page(lambda: view.get_by_role("button", name="Clone").click())
    clone = user.notebook()
    expect(clone.locator(".cm-content").nth(1)).to_have_text("tide = 'low'")
    [file] = user.server.root.rglob(f"Low tide in {user.front_end.name}.ipynb")
    path = file.relative_to(user.server.root).as_posix()
    user.edit(clone, "mine = 1", cell=0)
    user.save()

    # Somebody publishes a newer version; the copy says so when it is opened.
    uuid = link.rpartition("/")[2]
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "# High"},
            {
                "cell_type": "code",
                "id": "tide",
                "metadata": {},
                "source": "tide = 'high'",
                "outputs": [],
                "execution_count": None,
            },
        ],
    }
    user.server.request("POST", API, {"uuid": uuid, "content": content, "summary": "The flood"})
    clone = user.open_notebook(path)
    note = user.page.locator(".Toastify__toast", has_text="newer version")
    expect(note).to_contain_text("The flood")
    kept(user, "newer")
    note.get_by_role("button", name="Compare").click()
    view = user.page.locator(".bs-View:visible")
    expect(view.locator(".bs-View-heading")).to_have_text("Yours → Gallery")
    expect(view).to_contain_text("tide = 'high'")
    kept(user, "compare")
    view.get_by_role("button", name="Get This Version").click()
    user.accept("Get the newest version?")
    expect(user.page.locator(".Toastify__toast", has_text="as the gallery has it")).to_be_visible()

    # What it was is a version, and the metadata says what it is a copy of now.
    def sources() -> str:
        return file.read_text()

    assert "tide = 'high'" in sources()
    assert "mine = 1" not in sources()
    versions = user.server.request("GET", f"api/bookstore/versions/{path}")["versions"]
    assert len(versions) >= 3
    user.open_notebook(path)
    user.run_command("bookstore:compare-with-gallery", "Compare With Gallery")
    expect(user.page.locator(".bs-View-details:visible")).to_have_text("No differences")
    expect(user.page.locator(".Toastify__toast", has_text="newer version")).to_have_count(0)


def test_a_hostile_notebook_does_nothing_in_the_panel_and_its_preview(user: BrowserUser) -> None:
    """No script runs, nothing is asked for beyond the server, and the page is out of reach."""
    payloads = [each for each in PAYLOADS.values() if is_text(each)]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": each} for each in payloads]
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    risky = "".join(payloads[:5])
    title = f"Hostile in {user.front_end.name} <img src=x onerror={RUN}>"
    published(user.server, title=title, description=f"hostile {risky}", content=content)
    asked: list[str] = []
    user.context.on("request", lambda request: asked.append(request.url))
    user.write_notebook("beside.ipynb", "1")
    user.open_notebook("beside.ipynb")
    panel = open_panel(user)
    search(panel, "hostile")
    row = panel.locator(".bs-Gallery-row", has_text=user.front_end.name)
    row.locator(".bs-Gallery-title").click()
    row.get_by_role("button", name="Preview").click()
    view = user.page.locator(".bs-View:visible")
    seen = 0
    while True:
        bar = view.locator(".bs-Framed-bar")
        last = min(seen + 20, len(payloads))
        expect(bar).to_contain_text(f"Cells {seen + 1} to {last} of {len(payloads)}")
        body = user.page.frame_locator(".bs-Framed-frame").locator("body")
        expect(body.locator(f"#cell-{last}")).to_be_attached()
        for name in ("mouseover", "focus"):
            body.dispatch_event(name)
        seen = last
        if seen == len(payloads):
            break
        bar.get_by_role("button", name="More Cells").click()
    frame = view.locator("iframe")
    assert "scripts" not in str(frame.get_attribute("sandbox"))
    assert frame.evaluate("frame => frame.contentDocument") is None
    assert user.page.evaluate("window.ran") is None
    assert [url for url in asked if EVIL[:17] in url] == []


def test_an_empty_shelf_and_a_wrong_query_are_told_in_words(user: BrowserUser) -> None:
    user.write_notebook("plain.ipynb", "1")
    user.open_notebook("plain.ipynb")
    panel = open_panel(user)
    expect(panel.get_by_label("Search notebooks")).to_be_focused()
    panel.get_by_role("button", name="Shared").click()
    expect(panel.locator(".bs-Gallery-nothing")).to_contain_text("Nobody has shared")
    kept(user, "empty")
    search(panel, '"open')
    expect(panel.get_by_role("alert")).to_contain_text("quotation")
    search(panel, "nothing-like-it")
    expect(panel.locator(".bs-Gallery-nothing")).to_contain_text("nothing-like-it")
    panel.get_by_role("button", name="Search all notebooks").click()
    expect(panel.get_by_role("button", name="All", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_typing_suggests_and_arrow_keys_go_through_the_list(user: BrowserUser) -> None:
    name = user.front_end.name
    for number in range(3):
        tags = [f"migration-{name}"]
        published(user.server, f"bird_{number}()", title=f"Bird {number} of {name}", tags=tags)
    user.write_notebook("birds.ipynb", "1")
    user.open_notebook("birds.ipynb")
    panel = open_panel(user)
    panel.get_by_label("Search notebooks").press_sequentially("migra")
    option = panel.locator(f"datalist option[value='tag:migration-{name}']")
    expect(option).to_be_attached()
    search(panel, f"tag:migration-{name}")
    titles = panel.locator(".bs-Gallery-title")
    expect(titles).to_have_count(3)
    titles.first.focus()
    user.page.keyboard.press("ArrowDown")
    expect(titles.nth(1)).to_be_focused()
    user.page.keyboard.press("End")
    user.page.keyboard.press("Enter")
    row = panel.locator(".bs-Gallery-row").nth(2)
    row.locator(".bs-Gallery-tag").click()
    expect(panel.get_by_label("Search notebooks")).to_have_value(f"tag:migration-{name}")
    expect(titles).to_have_count(3)
