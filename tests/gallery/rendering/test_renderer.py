"""Rendering takes as long as it may, in processes of its own, and each portion is made once."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hostile_cells import notebook_of

from bookstore.errors import InvalidNotebook, TooLarge
from bookstore.gallery.rendering import Limits, Options, Renderer, RenderingFailed, render
from bookstore.gallery.rendering.jobs import Job
from bookstore.gallery.rendering.limits import TooLong, cpu_limited
from bookstore.gallery.rendering.renderer import RETRY_S
from bookstore.gallery.rendering.workshop import Workshop

PATIENCE_S = 120.0
"""For processes that are expected to answer, on whatever machine."""


def body(*cells: Any) -> bytes:
    """A notebook as bytes."""
    return json.dumps(notebook_of(*cells)).encode()


TEXT = body({"cell_type": "markdown", "source": "# Title\n\n*text*"}, {"cell_type": "raw"})


@pytest_asyncio.fixture
async def renderer() -> AsyncIterator[Renderer]:
    made = Renderer(deadline_s=PATIENCE_S)
    yield made
    made.close()


@pytest.fixture
def workshops() -> Iterator[list[Workshop]]:
    """Those that a test opens, to be closed."""
    opened: list[Workshop] = []
    yield opened
    for workshop in opened:
        workshop.close()


def misled(do: str) -> tuple[str, ...]:
    """The command of a process that does something else with a job that is not careful."""
    code = (
        "import os\n"
        "from bookstore.gallery.rendering import jobs, worker\n"
        "done = jobs.Workbench.do\n"
        "def do(bench, job):\n"
        f"    if not job.options.careful: {do}\n"
        "    return done(bench, job)\n"
        "jobs.Workbench.do = do\n"
        "worker.main()\n"
    )
    return sys.executable, "-c", code


@pytest.mark.asyncio
async def test_a_process_renders_what_this_one_would(renderer: Renderer) -> None:
    assert await renderer.render(TEXT) == render(TEXT)
    assert await renderer.render(TEXT, cells=slice(1, 2)) == render(TEXT, cells=slice(1, 2))


@pytest.mark.asyncio
async def test_what_was_rendered_is_kept(renderer: Renderer) -> None:
    first = await renderer.render(TEXT)
    assert await renderer.render(TEXT) is first
    assert await renderer.render(TEXT, cells=slice(0, 1)) is not first


@pytest.mark.asyncio
@pytest.mark.parametrize("fate", ["os._exit(11)", "raise ArithmeticError"])
async def test_what_took_too_long_is_not_tried_again_at_once(
    fate: str, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer._workshop = Workshop(deadline_s=PATIENCE_S, command=misled(fate))
    careful = await renderer.render(TEXT)
    assert careful.careful
    assert careful.notes == ("This notebook is shown as it is written: to set it took too long.",)
    with pytest.raises(RenderingFailed):
        await renderer.compare(TEXT, TEXT)
    renderer._workshop.close()

    renderer._workshop = Workshop(deadline_s=PATIENCE_S)
    assert await renderer.render(TEXT) is careful
    with pytest.raises(RenderingFailed):
        await renderer.compare(TEXT, TEXT)

    monkeypatch.setattr("time.monotonic", lambda now=time.monotonic: now() + RETRY_S)
    assert await renderer.render(TEXT) == render(TEXT)
    assert (await renderer.compare(TEXT, TEXT)).words == "Nothing changed."


@pytest.mark.asyncio
async def test_a_description_is_rendered_in_a_process_and_kept(renderer: Renderer) -> None:
    html = await renderer.render_markdown("# *About* \ud83d <script>x</script>")
    assert html == "<h1><em>About</em> ? </h1>\n"
    assert await renderer.render_markdown("# *About* \ud83d <script>x</script>") is html
    renderer._workshop = Workshop(deadline_s=PATIENCE_S, command=misled("os._exit(11)"))
    assert await renderer.render_markdown("*a* < b") == (
        '<pre class="nb-text"><code>*a* &lt; b</code></pre>'
    )


@pytest.mark.asyncio
async def test_those_who_ask_at_once_get_the_same(renderer: Renderer) -> None:
    first, second = await asyncio.gather(renderer.render(TEXT), renderer.render(TEXT))
    assert first is second


@pytest.mark.asyncio
async def test_who_gives_up_waiting_does_not_stop_the_others(renderer: Renderer) -> None:
    impatient = asyncio.ensure_future(renderer.render(TEXT))
    patient = asyncio.ensure_future(renderer.render(TEXT))
    while not renderer._running:
        await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).cells == 2


@pytest.mark.asyncio
async def test_no_more_is_kept_than_there_is_room_for() -> None:
    renderer = Renderer(deadline_s=PATIENCE_S, cache_bytes=3_000)
    try:
        first = await renderer.render(TEXT)
        for number in range(3):
            await renderer.render(body({"cell_type": "raw", "source": f"{number}" * 1_000}))
        again = await renderer.render(TEXT)
        assert again == first
        assert again is not first
        huge = body({"cell_type": "raw", "source": "x" * 9_000})
        assert await renderer.render(huge) is not await renderer.render(huge)
    finally:
        renderer.close()


@pytest.mark.asyncio
async def test_two_revisions_are_compared(renderer: Renderer) -> None:
    compared = await renderer.compare(TEXT, TEXT.replace(b"*text*", b"*words*"))
    assert '<div class="nb-diff-new">' in compared.html
    assert compared.summary["cells_changed"] == 1


@pytest.mark.asyncio
async def test_what_is_no_notebook_is_refused_as_it_is_here(renderer: Renderer) -> None:
    with pytest.raises(InvalidNotebook, match="not JSON"):
        await renderer.render(b"{")
    with pytest.raises(InvalidNotebook):
        await renderer.compare(b"{", TEXT)


@pytest.mark.asyncio
async def test_a_notebook_that_is_too_large_is_refused_as_it_is_here() -> None:
    renderer = Renderer(options=Options(limits=Limits(body_bytes=10)), deadline_s=PATIENCE_S)
    with pytest.raises(TooLarge, match="up to 10 B can be shown") as refused:
        await renderer.render(TEXT)
    renderer.close()
    assert "Download it" in refused.value.hint


@pytest.mark.asyncio
async def test_a_file_of_the_user_s_is_not_imported(
    renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nh3.py", "json.py", "bookstore.py"):
        (tmp_path / name).write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert (await renderer.render(TEXT)).cells == 2


def test_an_etag_is_that_of_the_notebook_and_the_cells() -> None:
    renderer = Renderer()
    tags = [renderer.etag(TEXT), renderer.etag(TEXT, cells=slice(0, 1)), renderer.etag(TEXT + b" ")]
    assert len({*tags}) == 3
    assert renderer.etag(TEXT) == tags[0]
    assert Renderer(options=Options(remote_images=True)).etag(TEXT) not in tags


# -- processes -------------------------------------------------------------------------------------


def test_one_process_serves_one_job_after_the_other_and_ends(workshops: list[Workshop]) -> None:
    workshop = Workshop(deadline_s=PATIENCE_S)
    workshops.append(workshop)
    workshop.do(Job(bodies=(TEXT,)))
    [worker] = workshop._free
    workshop.do(Job(bodies=(TEXT,), start=1))
    assert workshop._free == [worker]
    workshop.close()
    assert worker._process.poll() is not None
    workshop.do(Job(bodies=(TEXT,)))
    assert workshop._free == []


def test_a_process_with_nothing_to_do_ends(workshops: list[Workshop]) -> None:
    workshop = Workshop(deadline_s=PATIENCE_S, idle_s=0)
    workshops.append(workshop)
    workshop.do(Job(bodies=(TEXT,)))
    assert workshop._closing is not None
    workshop._closing.join(PATIENCE_S)
    assert workshop._free == []


def test_what_misses_its_deadline_is_killed_and_that_is_said(workshops: list[Workshop]) -> None:
    workshop = Workshop(
        deadline_s=0.2, command=(sys.executable, "-c", "import time; time.sleep(3600)")
    )
    workshops.append(workshop)
    with pytest.raises(RenderingFailed, match="takes too long"):
        workshop.do(Job(bodies=(TEXT,)))
    with pytest.raises(RenderingFailed, match="takes too long"):
        workshop.do(Job(bodies=(b"x" * 2**20, TEXT)))  # more than a pipe holds
    assert workshop._free == []


@pytest.mark.parametrize("fate", ["os._exit(11)", "raise ArithmeticError", "raise MemoryError"])
def test_what_goes_wrong_is_shown_as_it_is_written(fate: str, workshops: list[Workshop]) -> None:
    workshop = Workshop(deadline_s=PATIENCE_S, command=misled(fate))
    workshops.append(workshop)
    shown = workshop.do(Job(bodies=(TEXT,)))
    assert "*text*" in shown.html


def test_what_cannot_be_shown_at_all_is_said_in_words(workshops: list[Workshop]) -> None:
    workshop = Workshop(deadline_s=PATIENCE_S, command=misled("raise ArithmeticError"))
    workshops.append(workshop)
    with pytest.raises(RenderingFailed, match=re.escape("cannot be shown (ArithmeticError)")):
        workshop.do(Job(bodies=(TEXT, TEXT)))


def test_what_a_library_prints_is_no_answer(workshops: list[Workshop]) -> None:
    workshop = Workshop(deadline_s=PATIENCE_S, command=misled("print('x' * 99, flush=True)"))
    workshops.append(workshop)
    assert workshop.do(Job(bodies=(TEXT,))) == render(TEXT)


def test_a_process_that_renders_does_not_import_nbformat() -> None:
    """It takes a second, of the two that somebody may be waiting for the first page."""
    code = "import bookstore.gallery.rendering, sys; sys.exit('nbformat' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_regular_expression_is_interrupted() -> None:
    with pytest.raises(TooLong), cpu_limited(0.05):
        re.fullmatch(r"(a+)+", "a" * 60 + "b")


# -- huge notebooks --------------------------------------------------------------------------------


def _many_cells() -> bytes:
    return body(*[{"cell_type": "code", "source": "1", "outputs": [], "metadata": {}}] * 100_000)


def _huge_output() -> bytes:
    output = {"output_type": "stream", "name": "stdout", "text": "x" * (50 * 2**20)}
    return body({"cell_type": "code", "source": "1", "outputs": [output]})


def _many_images() -> bytes:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 2**20}}
    return body(*[{"cell_type": "code", "source": "1", "outputs": [picture]}] * 20)


def _many_outputs() -> bytes:
    printed = {"output_type": "stream", "name": "stdout", "text": "x\n"}
    return body({"cell_type": "code", "source": "1", "outputs": [printed] * 200_000})


def _much_markdown() -> bytes:
    return body({"cell_type": "markdown", "source": "# a\n\n*b* [c](d)\n\n" * 300_000})


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("huge", "told"),
    [
        (_many_cells, 'id="cell-20"'),
        (_huge_output, "52,368,800 more characters not shown"),
        (_many_images, "An image is not shown: there is too much on this page already."),
        (_many_outputs, "199,940 more outputs are not shown"),
        (_much_markdown, "more characters not shown"),
    ],
)
async def test_of_a_huge_notebook_the_beginning_is_shown(
    renderer: Renderer, huge: Any, told: str
) -> None:
    shown = await renderer.render(huge())
    assert told in shown.html
    assert len(shown.html) < 20_000_000
