"""``publish``, ``published``, ``clone``: the same whoever answers."""

from __future__ import annotations

import json

import nbformat
import pytest
from cli_runner import Desk, run

from bookstore.cli.command_line import UsageError
from bookstore.cli.commands.clone import Wanted, parse_link


def test_a_notebook_is_published_listed_and_taken_back(desk: Desk) -> None:
    path = desk.saved("1")
    ran = run("publish", path)
    assert ran.code == 0, ran.err
    assert f"/published/{path}" in ran.out
    assert path in run("published").out
    assert run("publish", path, "--undo").code == 0
    assert path not in run("published").out
    again = run("publish", path, "--undo")
    assert (again.code, again.out) == (1, "")


def test_a_published_notebook_is_cloned(desk: Desk) -> None:
    """By key, by link and by s3://, and never over what is there."""
    path = desk.saved("1")
    answer = run("publish", path, "--json").json
    bucket, _, key = answer["s3_path"].partition("/")
    links = [key, f"http://localhost:8888/{answer['url']}", f"s3://{bucket}/{key}"]
    for link in links:
        ran = run("clone", link, "from-ada/", "--json")
        assert ran.code == 0, ran.err
        assert ran.json["s3_path"] == answer["s3_path"]
        assert desk.source(ran.json["path"]) == "1"
    assert len(list((desk.root / "from-ada").glob(f"{path.removesuffix('.ipynb')}*"))) == 3


def test_an_earlier_version_is_cloned(desk: Desk) -> None:
    path = desk.saved("1")
    first = run("publish", path, "--json").json
    desk.save(path, "2")
    run("publish", path)
    key = first["s3_path"].partition("/")[2]
    copy = run("clone", key, "copy.ipynb", "--version-id", first["versionID"], "--json").json
    assert desk.source(copy["path"]) == "1"


def test_a_clone_is_not_trusted(desk: Desk) -> None:
    path = desk.saved("1")
    file = desk.root / path
    body = json.loads(file.read_bytes())
    body["metadata"]["trusted"] = True
    file.write_text(json.dumps(body))
    key = run("publish", path, "--json").json["s3_path"].partition("/")[2]
    copy = run("clone", key, "untrusted/", "--json").json["path"]
    assert "trusted" not in json.loads((desk.root / copy).read_bytes())["metadata"]


def test_a_bucket_that_is_not_allowed_is_refused_by_the_settings_name(desk: Desk) -> None:
    ran = run("clone", "s3://somebody-elses/x.ipynb")
    assert ran.code == 1
    assert "clone_buckets" in ran.err


def test_publishing_what_is_not_there_is_refused(desk: Desk) -> None:
    ran = run("publish", "missing.ipynb")
    assert ran.code == 1
    assert "missing.ipynb" in ran.err


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("published/a b.ipynb", Wanted("", "published/a b.ipynb", "")),
        ("s3://shelf/a%20b#1?.ipynb", Wanted("shelf", "a%20b#1?.ipynb", "")),
        (
            "https://hub/user/ada/bookstore/clone?s3_bucket=shelf&s3_key=a%20b&s3_version_id=v",
            Wanted("shelf", "a b", "v"),
        ),
        ("bookstore/clone?s3_key=x", Wanted("", "x", "")),
    ],
)
def test_a_link_names_a_notebook_and_its_version(link: str, wanted: Wanted) -> None:
    assert parse_link(link) == wanted


@pytest.mark.parametrize("link", ["s3://shelf", "https://example.org/x", "/", ""])
def test_what_is_no_link_is_a_usage_error(link: str) -> None:
    with pytest.raises(UsageError, match="no link"):
        parse_link(link)


def test_what_is_not_valid_is_told_and_can_be_mended(desk: Desk) -> None:
    """It is published and cloned all the same; --mend makes a valid notebook of it."""
    path = desk.saved("1")
    file = desk.root / path
    body = json.loads(file.read_bytes())
    body["cells"][0]["execution_count"] = "*"
    file.write_text(json.dumps(body))
    published = run("publish", path)
    assert (published.code, published.err.count("execution_count")) == (0, 1)
    assert "--mend" in published.err
    key = run("publish", path, "--json").json["s3_path"].partition("/")[2]
    cloned = run("clone", key, "odd/", "--json").json
    assert "execution_count: '*'" in cloned["message"]
    assert json.loads((desk.root / cloned["path"]).read_bytes())["cells"] == body["cells"]
    mended = run("clone", key, "odd/", "--mend", "--json").json
    assert "message" not in mended
    nbformat.validate(nbformat.read(desk.root / mended["path"], as_version=4))
