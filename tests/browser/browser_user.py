"""Somebody at a browser, signed in at a Jupyter server of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import nbformat
from processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Locator,
        Page,
        Response,
        WebSocket,
    )

START_MS = 180_000
"""So long a front end may take to load on a busy machine."""
WAIT_MS = 60_000
"""So long anything else may take."""
_TRIES = 5
_OWN_FILES = "/bookstore-labextension/"


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """JupyterLab or Notebook 7: how it is started, and where it opens things."""

    name: str
    command: tuple[str, ...]
    notebook_route: str
    files_route: str


LAB = FrontEnd("lab", ("lab",), "lab/tree/{path}?reset", "lab?reset")
NOTEBOOK = FrontEnd("notebook", ("notebook",), "notebooks/{path}", "tree/{path}")


@dataclass(kw_only=True)
class BrowserUser:
    """A browser window of a user of *server*; ``console`` holds what its pages printed."""

    server: Server
    front_end: FrontEnd
    context: BrowserContext
    page: Page = field(init=False)
    console: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(WAIT_MS)
        self.context.on("page", self._listen)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()

    # -- places --------------------------------------------------------------------------------

    def go(self, route: str) -> Page:
        """Open *route* of the user's server, signed in."""
        separator = "&" if "?" in route else "?"
        self.page.goto(f"{self.server.url}{route}{separator}token={self.server.token}")
        return self.page

    def open_notebook(self, path: str) -> Locator:
        """Open the notebook at *path* and return its panel, once its kernel answers."""
        with self.page.expect_websocket(_is_of_a_kernel, timeout=START_MS):
            self.go(self.front_end.notebook_route.format(path=quote(path)))
        notebook = self.notebook()
        idle = notebook.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        idle.first.wait_for(timeout=START_MS, state="attached")
        return notebook

    def notebook(self) -> Locator:
        """Return the panel of the notebook in front, once it is shown."""
        panel = self.page.locator(".jp-NotebookPanel:visible")
        panel.locator(".jp-Cell").first.wait_for(timeout=START_MS)
        self.page.wait_for_function("document.querySelector('#jupyterlab-splash') === null")
        return panel

    def open_files(self, folder: str = "") -> Locator:
        """Show the file browser: the tree page of Notebook 7, the left panel of JupyterLab."""
        self.go(self.front_end.files_route.format(path=quote(folder)))
        listing = self.page.locator(".jp-DirListing:visible").first
        listing.wait_for(timeout=START_MS)
        self.page.wait_for_function("document.querySelector('#jupyterlab-splash') === null")
        return listing

    # -- deeds ---------------------------------------------------------------------------------

    def open_palette(self, text: str) -> None:
        """Open the command palette and type *text*."""
        # It takes the keyboard a moment after it opens: opening and typing are one step.
        for _ in range(_TRIES):
            box = self.page.locator(".lm-CommandPalette-input:visible")
            if not box.count():
                self.page.keyboard.press("Control+Shift+C")
            try:
                box.fill(text, timeout=2_000)
            except _playwright_error():
                continue
            return
        raise AssertionError("the command palette does not open")

    def run_command(self, command: str, label: str) -> None:
        """Run *command* from the command palette, found by typing its *label*."""
        item = self.page.locator(f".lm-CommandPalette-item[data-command='{command}']")
        for _ in range(_TRIES):
            self.open_palette(label)
            try:
                item.first.click(timeout=2_000)
            except _playwright_error():
                continue
            return
        raise AssertionError(f"the palette does not offer {label!r}, {command}")

    def execute(self, command: str, **arguments: Any) -> None:
        """Run *command* without waiting for its end; the server must expose its pages' app."""
        self.page.wait_for_function(
            "command => window.jupyterapp?.commands.hasCommand(command)", arg=command
        )
        self.page.evaluate(
            "([command, given]) => void window.jupyterapp.commands.execute(command, given)",
            [command, arguments],
        )

    def write_notebook(self, path: str, *sources: str) -> None:
        """Put a notebook on the server's disk, as if it had been there before."""
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        file = self.server.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, file)

    def edit(self, panel: Locator, source: str, *, cell: int = 0) -> None:
        """Replace the source of a cell, as a user does: with the keyboard."""
        editor = panel.locator(".jp-Cell .cm-content").nth(cell)
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def save(self) -> None:
        """Save with the button in the toolbar, and wait for the server's answer."""
        with self.page.expect_response(_is_of("PUT", "/api/contents/")) as answer:
            self._press_save()
        assert answer.value.ok, answer.value.text()

    def save_as(self, name: str) -> None:
        """Save a notebook that is new, which gets its *name* then."""
        with self.page.expect_response(_is_of("POST", "/checkpoints")) as answer:
            self._press_save()
            self.dialog("Rename").locator("input[type=text]").fill(name)
            self.accept("Rename")
        assert answer.value.ok, answer.value.text()

    def _press_save(self) -> None:
        self.page.locator(
            "[data-jp-item-name=save]:visible button, [data-jp-item-name=save]:visible jp-button"
        ).first.click()

    def run_cell(self, panel: Locator, *, cell: int = 0) -> str:
        """Run a cell and return the text of its output."""
        panel.locator(".jp-Cell").nth(cell).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Control+Enter")
        output = panel.locator(".jp-Cell").nth(cell).locator(".jp-OutputArea-output")
        output.first.wait_for()
        return output.first.inner_text().strip()

    def dialog(self, title: str) -> Locator:
        """Return the dialog with *title*, once it is open."""
        dialog = self.page.locator(".jp-Dialog", has=self.page.get_by_text(title, exact=False))
        dialog.last.wait_for()
        return dialog.last

    def dismiss(self, dialog: Locator) -> None:
        """Close *dialog* with Escape, which it hears only once the keyboard is in it."""
        dialog.locator(":focus").wait_for(state="attached")
        self.page.keyboard.press("Escape")
        dialog.wait_for(state="detached")

    def accept(self, title: str) -> None:
        """Press the button of the dialog with *title* that goes on."""
        dialog = self.dialog(title)
        dialog.locator(".jp-Dialog-footer .jp-mod-accept, .jp-Dialog-footer .jp-mod-warn").click()
        dialog.wait_for(state="detached")

    def accept_to_publish(self) -> None:
        """Choose that there be only a link, where there is a gallery, too; and agree."""
        form = self.dialog("to the gallery")
        form.get_by_role("button", name="Only a Link…").click()
        form.wait_for(state="detached")
        self.accept("Publish “")

    def clipboard(self) -> str:
        """Return what was copied last."""
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def follow_new_page(self, act: Callable[[], None]) -> None:
        """Do *act* and go on where its result opened: Notebook 7 opens another window."""
        if self.front_end is LAB:
            act()
            return
        with self.context.expect_page() as opened:
            act()
        self.page = opened.value

    def cell_sources(self) -> list[str]:
        """Return the sources of the open notebook's cells, as shown."""
        cells = self.page.locator(".jp-NotebookPanel:visible .jp-Cell .cm-content")
        return cells.all_inner_texts()

    # -- what went wrong -----------------------------------------------------------------------

    @property
    def own_errors(self) -> list[str]:
        """The errors that come out of bookstore's own files; the front ends make some as well."""
        return [line for line in self.console if _is_error(line) and _OWN_FILES in line]

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.console.append(f"pageerror: {_traced(error)}"))

    def _heard(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        self.console.append(f"{message.type}: {message.text} ({where})")


NewUser = Callable[..., BrowserUser]
"""Seats somebody at a browser: ``(server, front_end, **options of the window)``."""
NewServer = Callable[..., Server]
"""Starts a server: ``(front_end, user="ada", configuration="", **options of Server)``."""


def expect(shown: Any) -> Any:
    """Return playwright's assertions about *shown*, which wait for it to become so."""
    from playwright.sync_api import expect

    expect.set_options(timeout=WAIT_MS)
    return expect(shown)


def browser_user(
    browser: Browser, server: Server, front_end: FrontEnd, **options: Any
) -> BrowserUser:
    """Return a user in a window of *browser* that shares nothing with others."""
    size = {"width": 1280, "height": 800}
    context = browser.new_context(**{"viewport": size} | options)
    return BrowserUser(server=server, front_end=front_end, context=context)


def _is_of(method: str, route: str) -> Callable[[Response], bool]:
    return lambda answer: answer.request.method == method and route in answer.url


def _is_of_a_kernel(socket: WebSocket) -> bool:
    return "/channels" in socket.url


def _is_error(line: str) -> bool:
    return re.match("error|pageerror", line) is not None


def _traced(error: Any) -> str:
    return getattr(error, "stack", None) or str(error)


def _playwright_error() -> type[Exception]:
    from playwright.sync_api import Error

    return Error
