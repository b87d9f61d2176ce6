"""What the documentation says is so: its commands, settings, routes, links and examples."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import prometheus_client
import pytest
import yaml
from embedded import keys_in, only_store
from jupyter_server.auth import Authorizer
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from processes import WITHOUT_FRONT_ENDS, Server
from test_layering import floor_of
from traitlets.config import Config

import bookstore
from bookstore import BookstoreContentsArchiver, BookstoreSettings
from bookstore.bookstore_config import EnvUnicode
from bookstore.gallery_door import API as GALLERY_API
from bookstore.handlers import ROUTES
from bookstore.health.features import archiver_state
from bookstore.health.telemetry import EVENT_SCHEMA_ID

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "source"
EXAMPLE = ROOT / "jupyter_config.py.example"
PACKAGE = Path(bookstore.__file__).parent
RULES = "docs/source/_static/bookstore.rules.yml"
MARKDOWN = [*ROOT.glob("*.md"), *sorted(DOCS.rglob("*.md"))]
PAGES = [*MARKDOWN, EXAMPLE, DOCS / "bookstore_api.yaml"]
SOURCE = [*sorted(PACKAGE.rglob("*.py")), *sorted(PACKAGE.rglob("*.html"))]

SIGN_IN = {"swift_auth_url": "http://keystone", "swift_username": "a", "swift_password": "b"}
NEEDS = {"swift_container": SIGN_IN}
"""What a setting needs beside it."""


def name_of(file: Path) -> str:
    return file.name


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of *language* in a Markdown page."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for _, block in found]


def section(text: str, heading: str) -> str:
    """What stands under *heading*."""
    return re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]


def table(text: str, first_heading: str) -> list[str]:
    """The first cells of the table that begins with *first_heading*."""
    rows = text.split(f"| {first_heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1].strip() for row in rows]


def example_block(page: str, beginning: str) -> str:
    """The one Python block of a page that holds *beginning*."""
    [found] = [block for block in blocks(text_of(page), "python") if beginning in block]
    return found


# -- commands ------------------------------------------------------------------------------------


def test_ci_runs_the_test_command_of_the_readme() -> None:
    [command] = blocks(section(text_of("README.md"), "Run the tests"), "bash")
    assert command.strip() in text_of(".ci/run").splitlines()


def test_the_quickstart_begins_as_the_readme_does() -> None:
    [command, *_] = blocks(section(text_of("README.md"), "Run it"), "bash")
    assert blocks(text_of("docs/source/quickstart.md"), "bash")[0] == command
    assert len(command.splitlines()) == 1


# -- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [*PAGES, PACKAGE], ids=name_of)
def test_every_setting_that_is_mentioned_exists(page: Path) -> None:
    files = SOURCE if page == PACKAGE else [page]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    mentioned = set(re.findall(r"\bBookstoreSettings\.([a-z]\w*)", text))
    assert mentioned <= {*BookstoreSettings.class_traits(config=True), *vars(BookstoreSettings)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_environment_variable_that_is_mentioned_is_read(page: Path) -> None:
    mentioned = set(re.findall(r"\bJPYNB_\w+\b(?!…)", page.read_text(encoding="utf-8")))
    traits = BookstoreSettings.class_traits().values()
    read = {trait.variable for trait in traits if isinstance(trait, EnvUnicode)}
    assert mentioned - {"JPYNB_S3_"} <= read


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_route_that_is_mentioned_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    mentioned = set(re.findall(r"/api/bookstore/[a-z][a-z-]*", text))
    known = {re.sub(r"/\{path}$", "", route.path) for route in ROUTES} | {GALLERY_API}
    assert mentioned <= known


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_every_link_has_a_target(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_every_file_of_the_repository_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:benchmarks|ci|docs/source|labextension|tests)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name


def anchors(page: Path) -> set[str]:
    """What links to the headings of *page* say after the ``#``."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def test_the_metrics_are_those_that_the_server_has() -> None:
    text = text_of("docs/source/how-to/monitor.md") + text_of(RULES)
    collected = prometheus_client.REGISTRY.collect()
    known = {sample.name for metric in collected for sample in metric.samples}
    known |= {metric.name for metric in prometheus_client.REGISTRY.collect()}
    known |= {f"{name}_total" for name in ("bookstore_saves", "bookstore_failed_attempts")}
    known |= {"bookstore_store_seconds_bucket"}  # no sample before the first delivery
    mentioned = set(re.findall(r"\b(bookstore_[a-z_]+)", text))
    assert mentioned <= {name for name in known if name.startswith("bookstore_")}
    assert {
        name for name in known if re.fullmatch(r"bookstore_\w+(total|depth|seconds)", name)
    } <= (mentioned)


def test_the_scrape_configuration_is_yaml() -> None:
    [scrape] = map(yaml.safe_load, blocks(text_of("docs/source/how-to/monitor.md"), "yaml"))
    assert scrape["scrape_configs"][0]["job_name"] == "jupyter"


def test_each_alert_says_what_is_wrong_and_how_grave_it_is() -> None:
    [group] = yaml.safe_load(text_of(RULES))["groups"]
    alerts = [rule for rule in group["rules"] if "alert" in rule]
    assert len({rule["alert"] for rule in alerts}) == 5
    for rule in alerts:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_the_event_schema_is_named_as_it_is() -> None:
    assert EVENT_SCHEMA_ID in text_of("docs/source/how-to/monitor.md")


def test_the_log_lines_are_those_that_the_server_writes() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in SOURCE)
    said = re.sub(r'"\s+f?"', "", source)
    for line in table(text_of("docs/source/how-to/monitor.md"), "line"):
        pieces = re.split(r"…|s3://my-notebooks", line.strip("`"))
        assert all(piece.strip() in said for piece in pieces), line


def test_the_architecture_shows_every_wing_on_its_floor() -> None:
    page = text_of("docs/source/explanation/architecture.md")
    [picture, *_] = blocks(section(page, "Floors and wings"), "text")
    columns = [line[4:38] for line in picture.splitlines()]
    named = [name for column in columns for name in re.findall(r"\w+\.py|\w+/", column)]
    there = {file.name for file in PACKAGE.glob("*.py")} | {
        f"{folder.name}/"
        for folder in PACKAGE.iterdir()
        if folder.is_dir() and folder.name != "__pycache__"
    }
    # A wheel has the files of these elsewhere, where Jupyter looks for them.
    elsewhere = {"etc/", "labextension/"}
    assert set(named) - elsewhere == there - elsewhere
    rooms = [re.sub(r"\.py|/", "", name) for name in named if name not in elsewhere]
    assert [floor_of(room) for room in rooms] == sorted(map(floor_of, rooms), reverse=True)


def test_the_tests_that_show_a_promise_exist() -> None:
    text = text_of("docs/source/explanation/durability.md")
    named = set(re.findall(r"`((?:tests/)?[\w/]*test_\w+\.py|tests/\w+)`", text))
    assert len(named) > 3
    for name in named:
        assert list((ROOT / "tests").rglob(Path(name).name)), name


def test_the_picture_needs_nothing_but_itself() -> None:
    picture = (DOCS / "_static" / "flow.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(picture)
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


# -- examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_every_python_block_can_be_compiled(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        compile(block, page.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("page", [*MARKDOWN, EXAMPLE], ids=name_of)
def test_every_value_that_is_shown_for_a_setting_is_accepted(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name, value in re.findall(r"c\.BookstoreSettings\.(\w+) = ([^#`\n]+)", text):
        if name != "s3_ca_bundle":  # must be a file that exists
            said = NEEDS.get(name, {}) | {name: ast.literal_eval(value)}
            BookstoreSettings(config=Config(BookstoreSettings=said))


def test_a_server_with_the_example_configuration_archives(tmp_path: Path) -> None:
    configure(tmp_path, EXAMPLE.read_text(encoding="utf-8"))
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as server:
        assert_archives(server)
        assert server.request("GET", "api/bookstore")["problems"] == []


def test_a_manager_combined_as_shown_archives(tmp_path: Path) -> None:
    page = "docs/source/how-to/combine-contents-managers.md"
    (tmp_path / "scratch.py").write_text(
        "from jupyter_server.services.contents.filemanager import AsyncFileContentsManager\n\n\n"
        "class ScratchManager(AsyncFileContentsManager): ...\n"
    )
    configure(tmp_path, example_block(page, "class MyManager"))
    with Server(
        home=tmp_path, arguments=WITHOUT_FRONT_ENDS, environment={"PYTHONPATH": str(tmp_path)}
    ) as server:
        assert_archives(server)


def test_a_manager_that_does_not_archive_is_told_of_as_shown() -> None:
    class ScratchManager(AsyncFileContentsManager):
        """Somebody else's."""

    page = text_of("docs/source/how-to/combine-contents-managers.md")
    assert archiver_state(ScratchManager())["message"] == " ".join(blocks(page, "text")[0].split())


@pytest.mark.asyncio
async def test_text_is_archived_as_shown(tmp_path: Path) -> None:
    page = "docs/source/how-to/combine-contents-managers.md"
    names: dict[str, object] = {}
    exec(example_block(page, "async def archive_text"), names)
    folders = {"local_store_dir": str(tmp_path / "store"), "outbox_dir": str(tmp_path / "outbox")}
    manager = BookstoreContentsArchiver(
        root_dir=str(tmp_path), config=Config(BookstoreSettings=folders)
    )
    await names["archive_text"](manager, "notes.ipynb", "some text")
    await manager.bookstore.close(deadline_s=10)
    assert "workspace/notes.ipynb" in keys_in(only_store(tmp_path / "store"))


def test_the_authorizer_that_is_shown_lets_guests_only_look() -> None:
    names: dict[str, type[Authorizer]] = {}
    exec(example_block("docs/source/explanation/security.md", "class LookOnly"), names)
    authorizer, guest = names["LookOnly"](), SimpleNamespace(username="guest")
    assert authorizer.is_authorized(None, guest, "read", "bookstore")
    assert not authorizer.is_authorized(None, guest, "write", "bookstore")


def configure(home: Path, text: str) -> None:
    """Make *text* the user's configuration."""
    (home / "config").mkdir()
    (home / "config" / "jupyter_server_config.py").write_text(text, encoding="utf-8")


def assert_archives(server: Server) -> None:
    """A save makes a version."""
    server.save("demo.ipynb", "1 + 1")
    server.wait_until_delivered()
    file = only_store(server.home / "data" / "bookstore" / "store")
    assert "workspace/demo.ipynb" in keys_in(file)
