"""Every difference of two notebooks is drawn, and what cannot be drawn stops nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from browser_user import LAB, BrowserUser, FrontEnd, NewServer, NewUser, expect
from comparison_kinds import both_ways, kinds
from nbdime_pairs import by_hand, made_up
from notebooks import code, display, markdown, notebook
from odd_notebooks import odd_notebooks
from processes import Server

from bookstore.errors import BookstoreError
from bookstore.notebooks import strict_json
from bookstore.notebooks.comparing import compare

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

COMPARE = "bookstore:compare-with-current"
TALL = {"width": 1280, "height": 4000}
"""So high that all cells of a small notebook come into view."""

DRAW_ALL = """
async ({command, path, version_id, count}) => {
  const {commands} = window.jupyterapp;
  const rested = async () => {
    for (let frames = 0; frames < 2000; frames += 1) {
      await new Promise(requestAnimationFrame);
      const view = document.querySelector('.bs-Diff');
      if (view && view.ariaBusy !== 'true' && !view.querySelector('[aria-busy=true]')) {
        return view;
      }
    }
    throw new Error('the comparison never came to rest');
  };
  const drawn = [];
  for (let number = 0; number < count; number += 1) {
    document.querySelectorAll('.bs-Diff').forEach(old => old.remove());
    await commands.execute(command, {path, version_id});
    const view = await rested();
    for (const fold of view.querySelectorAll('.bs-Diff-folded > .bs-Fold')) {
      fold.click();
    }
    await rested();
    const cells = kind => view.querySelectorAll(`.bs-Diff-cell.bs-mod-${kind}`);
    const renamed = [...view.querySelectorAll('[data-kind=renamed]')];
    const bodies = [...view.querySelectorAll('.bs-Diff-cell > :last-child')];
    const pairs = [...view.querySelectorAll('.cm-mergeView')];
    const marks = '.cm-changedLine, .cm-changedText';
    drawn.push({
      added: cells('added').length,
      removed: cells('removed').length,
      changed: cells('changed').length,
      renamed: renamed.reduce((sum, run) => sum + Number(run.dataset.cells), 0),
      own: view.querySelectorAll('.bs-Diff-notebook').length,
      empty: bodies.filter(body => body.getBoundingClientRect().height < 10).length,
      unmarked: pairs.filter(pair => !pair.querySelector(marks) && !pair.closest('.bs-Diff-same'))
        .map(pair => pair.innerText),
      failed: view.querySelectorAll('.bs-Diff-failure').length,
      text: view.innerText,
    });
  }
  return drawn;
}
"""


class Pair(NamedTuple):
    """Two notebooks, as JSON or as they are on disk."""

    name: str
    base: dict[str, Any] | bytes
    remote: dict[str, Any] | bytes


def is_comparable(content: bytes) -> bool:
    """Does the server take *content* for a notebook?"""
    try:
        compare(content, content)
    except BookstoreError:
        return False
    return True


@pytest.fixture(scope="module")
def front_end() -> FrontEnd:
    """JupyterLab; Notebook 7 shows the same widget in a dialog."""
    return LAB


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd) -> Server:
    """A server whose pages let a test run a command without its menu."""
    return new_server(front_end, arguments=("--LabApp.expose_app_in_browser=True",))


@pytest.fixture
def user(new_user: NewUser, server: Server, front_end: FrontEnd) -> BrowserUser:
    """A user with a very high screen."""
    return new_user(server, front_end, viewport=TALL)


def drawn(
    user: BrowserUser, pairs: list[Pair], *, before: str = "", **broken: Any
) -> list[dict[str, Any]]:
    """Return what the comparison shows of each pair, drawn one after the other on one page.

    The page runs *before* first.  What is *broken* stands in the server's answers in place of what
    the base has.
    """
    user.server.save("compared.ipynb", "1")
    route = "api/bookstore/versions/compared.ipynb"
    [version] = user.server.request("GET", route)["versions"][:1]
    page = user.go("lab?reset")
    ready = f"window.jupyterapp?.commands.hasCommand('{COMPARE}')"
    page.wait_for_function(ready)
    _answer_with(page, pairs, version, broken)
    given = {"command": COMPARE, "path": "compared.ipynb", "version_id": version["version_id"]}
    page.evaluate(before or "0")
    shown: list[dict[str, Any]] = page.evaluate(DRAW_ALL, given | {"count": len(pairs)})
    return shown


def _answer_with(
    page: Page, pairs: list[Pair], version: dict[str, Any], broken: dict[str, Any]
) -> None:
    """Have the server's comparisons answered with those of *pairs*, in order."""
    left = iter(pairs)

    def answer(route: Route) -> None:
        _, base, remote = next(left)
        compared = compare(base, remote)
        told = {
            "path": "compared.ipynb",
            "base": {**compared.base, **broken},
            "diff": compared.diff,
            "base_version": version,
            "remote_version": None,
            "summary": compared.summary.to_json(),
        }
        route.fulfill(body=strict_json.dumps(told), content_type="application/json")

    page.route("**/api/bookstore/diff/**", answer)


def check(pair: Pair, shown: dict[str, Any]) -> None:
    """Check that what is shown of *pair* is what the server counted, and that all of it is seen."""
    compared = compare(pair.base, pair.remote)
    counted = compared.summary
    own = any(op["key"] != "cells" or op["op"] != "patch" for op in compared.diff)
    changed = counted.cells_changed + counted.outputs_changed + counted.metadata_changed
    changed -= any(op["key"] != "cells" for op in compared.diff)
    told = (pair.name, shown)
    assert shown["added"] == counted.cells_added, told
    assert shown["own"] == own, told
    assert shown["removed"] == counted.cells_removed, told
    assert shown["changed"] + shown["renamed"] == changed, told
    assert not shown["empty"], told
    assert not shown["unmarked"], told
    assert not shown["failed"], told


def test_every_kind_of_difference_is_drawn_both_ways(user: BrowserUser) -> None:
    """Text without a last line end that grows, attachments, and what no schema allows."""
    pairs = [Pair(*each) for each in both_ways(kinds())]
    for pair, shown in zip(pairs, drawn(user, pairs), strict=True):
        check(pair, shown)
    assert not [line for line in user.console if line.startswith("pageerror")]


def test_made_up_differences_are_drawn(user: BrowserUser) -> None:
    pairs = [Pair("made up", *each) for each in by_hand() + made_up(60)]
    for pair, shown in zip(pairs, drawn(user, pairs), strict=True):
        check(pair, shown)
    assert not [line for line in user.console if line.startswith("pageerror")]


def test_odd_notebooks_are_drawn_on_either_side(user: BrowserUser) -> None:
    """Each that can be compared is the older of a pair, and the newer of another."""
    odd = [(name, content) for name, content in odd_notebooks() if is_comparable(content)]
    pairs = [
        Pair(f"{old}, then {new}", base, remote) for (old, base), (new, remote) in pairwise(odd)
    ]
    assert len(pairs) > 100
    for pair, shown in zip(pairs, drawn(user, pairs), strict=True):
        check(pair, shown)
    assert not [line for line in user.console if line.startswith("pageerror")]


def test_a_cell_that_cannot_be_drawn_says_so_and_the_others_are_there(user: BrowserUser) -> None:
    broken = display(None) | {"data": {"application/vnd.vegalite.v5+json": {"mark": 5}}}
    base = notebook(code("plot()", "a"), markdown("between", "b"), code("last = 1", "c"))
    remote = notebook(
        code("plot()", "a", (broken,)), markdown("between", "b"), code("last = 2", "c")
    )
    [shown] = drawn(user, [Pair("broken", base, remote)])
    assert shown["failed"] == 1
    assert "This cannot be drawn" in shown["text"]
    assert '"mark": 5' in shown["text"], "not even as it is saved"
    assert "last = 2" in shown["text"]


def test_where_no_editor_can_be_made_both_texts_are_shown_all_the_same(user: BrowserUser) -> None:
    base = notebook(code("first = 1", "a"), code("print()", "b"))
    html = display(None, text_html="<b>drawn without an editor</b>")
    remote = notebook(code("first = 2", "a"), code("print()", "b", (html,)))
    broken = "window.MutationObserver = class { constructor() { throw new Error('broken') } }; 0"
    [shown] = drawn(user, [Pair("editors", base, remote)], before=broken)
    assert shown["failed"] == 2, "the text that changed, and that of the cell with other outputs"
    for text in ("broken", "first = 1", "first = 2", "drawn without an editor"):
        assert text in shown["text"]


def test_a_comparison_that_cannot_be_drawn_says_so(user: BrowserUser) -> None:
    """Not even the server's answer is taken for what it should be."""
    base = notebook(code("a", "a"))
    pair = Pair("broken", base, notebook(code("b", "a")))
    [shown] = drawn(user, [pair], cells=None)
    assert shown["failed"] == 1
    assert "This cannot be drawn" in shown["text"]


def test_a_key_of_every_object_is_a_key_like_others(user: BrowserUser) -> None:
    remote = notebook({**code("a", "a"), "toString": "kept"})
    [shown] = drawn(user, [Pair("key", notebook(code("a", "a")), remote)])
    assert "Changed: toString" in shown["text"]
    assert ': nothing → "kept"' in shown["text"]


def test_attachments_are_told_apart_that_are_no_images(user: BrowserUser) -> None:
    files = [{"a.txt": {"text/plain": text}} for text in ("before", "behind")]
    base, remote = (notebook(markdown("m", "m", attachments=each)) for each in files)
    odd = notebook(markdown("m", "m", attachments=files[0]), markdown("n", "n", attachments=77))
    changed, added = drawn(user, [Pair("text", base, remote), Pair("number", base, odd)])
    assert "before" in changed["text"]
    assert "behind" in changed["text"]
    assert "77" in added["text"]


def test_html_of_another_version_runs_no_script(user: BrowserUser) -> None:
    script = "<img src='x' onerror='window.marked = 1'><script>window.marked = 1</script>"
    base = notebook(code("html()", "a"), code("b", "b"))
    html = display(None, text_html=f"<b>shown</b>{script}")
    remote = notebook(code("html()", "a", (html,)), code("b", "b", (html,)))
    [shown] = drawn(user, [Pair("script", base, remote)])
    assert "shown" in shown["text"]
    assert not user.page.evaluate("window.marked")


def read_markdown(user: BrowserUser) -> Locator:
    """Have Markdown shown as it reads; return where that is."""
    user.page.get_by_label("Rendered Markdown").check()
    shown = user.page.locator(".bs-Diff-read:visible")
    expect(shown).not_to_have_count(0)
    expect(user.page.locator(".bs-Diff")).to_have_attribute("aria-busy", "false")
    return shown


def test_markdown_is_shown_as_it_reads_and_marked_where_it_differs(user: BrowserUser) -> None:
    base = notebook(markdown("# Title\n\nstays\n\nwas **this**\n\n- one\n- two", "a"))
    remote = notebook(
        markdown("# Title\n\nstays\n\nis **that**\n\n- one\n- two\n- three", "a"),
        markdown("## Added", "b"),
        code("print()", "c"),
    )
    drawn(user, [Pair("markdown", base, remote)])
    shown = read_markdown(user)
    before, after, added = (shown.nth(place) for place in range(3))
    expect(before.locator("h1")).to_contain_text("Title")
    expect(before.locator(".bs-mod-removed")).to_have_text(["was this"])
    expect(after.locator(".bs-mod-added")).to_have_text(["is that", "three"])
    expect(added.locator("h2")).to_contain_text("Added")
    diff = user.page.locator(".bs-Diff")
    expect(diff.locator(".cm-content:visible")).to_have_text(["print()"])
    user.page.get_by_label("Rendered Markdown").uncheck()
    expect(shown).to_have_count(0)
    expect(diff.get_by_text("was **this**")).to_be_visible()


HOSTILE_MARKDOWN = """
<img src=x onerror="window.marked = 'image'">
<script>window.marked = 'script'</script>
<iframe srcdoc="<script>parent.marked = 'frame'</script>"></iframe>
<svg onload="window.marked = 'svg'"><a xlink:href="javascript:window.marked='xlink'">s</a></svg>
<details open ontoggle="window.marked = 'toggle'"><summary>more</summary></details>
<object data="javascript:window.marked='object'"></object>
<form action="javascript:window.marked='form'"><button>send</button></form>
<style>* { display: none }</style>
<math><mtext><table><mglyph><style><img src onerror="window.marked='math'"></style></table></math>
<button data-commandlinker-command="test:mark" data-commandlinker-args="{}">run</button>
<a data-commandlinker-command="test:mark" href="#">run too</a>
<a href="javascript:window.marked='a link'">a link</a>

[link](javascript:window.marked='link') [other](JaVaScRiPt&colon;window.marked='other')
[data](data:text/html,<script>opener.marked='data'</script>)
![image](javascript:window.marked='picture)
<javascript:window.marked='auto'> `</code><img src=x onerror="window.marked='code'">`

```html"><img src=x onerror="window.marked='fence'">
x
```
"""


def test_markdown_of_a_stranger_that_is_shown_as_it_reads_runs_nothing(user: BrowserUser) -> None:
    base = notebook(markdown("safe", "a"))
    remote = notebook(markdown(HOSTILE_MARKDOWN, "a"), markdown(HOSTILE_MARKDOWN, "b"))
    drawn(user, [Pair("hostile", base, remote)])
    user.page.evaluate(
        "window.jupyterapp.commands.addCommand("
        "'test:mark', {execute: () => { window.marked = 'command'; }})"
    )
    shown = read_markdown(user)
    expect(shown).to_have_count(3)
    expect(shown.last).to_contain_text("a link")
    kinds = "script, iframe, object, embed, style, base, link, meta, [onerror], [onload]"
    found = shown.locator(kinds).evaluate_all("all => all.map(each => each.outerHTML)")
    assert found == []
    user.page.evaluate(
        "document.querySelectorAll('.bs-Diff-read').forEach(read =>"
        " read.querySelectorAll('a, button, summary').forEach(each => each.click()))"
    )
    user.page.evaluate(
        "new Promise(done => { const i = new Image(); i.onerror = done; i.src = 'x-at-last'; })"
    )
    assert user.page.evaluate("[window.marked, typeof window.jupyterapp]") == [None, "object"]
    expect(shown).to_have_count(3)  # nor did a form lead elsewhere


def test_folded_lines_and_cells_open_and_close_with_the_keyboard(user: BrowserUser) -> None:
    lines = [f"line {number}\n" for number in range(60)]
    base = notebook(markdown("the same", "a"), code("".join(lines), "b"))
    remote = notebook(markdown("the same", "a"), code("".join(lines) + "end", "b"))
    drawn(user, [Pair("folded", base, remote)])
    diff = user.page.locator(".bs-Diff")
    expect(diff).not_to_contain_text("line 7")
    diff.locator(".cm-collapsedLines").first.focus()
    user.page.keyboard.press("Enter")
    expect(diff).to_contain_text("line 7")
    cell = diff.get_by_text("the same")
    expect(cell).to_be_visible()  # all that is folded was opened when it was drawn
    diff.get_by_role("button", name="1 unchanged cell").focus()
    user.page.keyboard.press("Enter")
    expect(cell).to_be_hidden()
    user.page.keyboard.press("Enter")
    expect(cell).to_be_visible()
