"""Where a copy opens: the right place in each front end."""

from __future__ import annotations

import pytest

from bookstore.http.landing import open_url

LAB = ["jupyterlab", "jupyter_lsp"]
NOTEBOOK = ["jupyterlab", "notebook"]
EVERY = ["jupyterlab", "notebook", "nbclassic"]


@pytest.mark.parametrize(
    ("default_url", "extensions", "notebook_url", "file_url"),
    [
        ("/lab", LAB, "/lab/tree/a/b.ipynb", "/lab/tree/a/b.py"),
        ("/lab/workspaces/x", EVERY, "/lab/tree/a/b.ipynb", "/lab/tree/a/b.py"),
        ("/hub/lab?reset", EVERY, "/lab/tree/a/b.ipynb", "/lab/tree/a/b.py"),
        ("/tree", NOTEBOOK, "/notebooks/a/b.ipynb", "/edit/a/b.py"),
        ("/tree/somewhere", EVERY, "/notebooks/a/b.ipynb", "/edit/a/b.py"),
        ("/nbclassic/tree", EVERY, "/nbclassic/notebooks/a/b.ipynb", "/nbclassic/edit/a/b.py"),
        ("/tree", ["nbclassic"], "/nbclassic/notebooks/a/b.ipynb", "/nbclassic/edit/a/b.py"),
        ("/", LAB, "/lab/tree/a/b.ipynb", "/lab/tree/a/b.py"),
        ("/", ["notebook"], "/notebooks/a/b.ipynb", "/edit/a/b.py"),
        ("/", [], "/files/a/b.ipynb", "/files/a/b.py"),
    ],
)
def test_a_copy_opens_in_the_servers_front_end(
    default_url: str, extensions: list[str], notebook_url: str, file_url: str
) -> None:
    """2.5.1 sent JupyterLab's users to a page that does not exist."""
    for name, url in (("a/b.ipynb", notebook_url), ("a/b.py", file_url)):
        found = open_url(
            name,
            is_notebook=name.endswith(".ipynb"),
            base_url="/user/ana/",
            default_url=default_url,
            extensions=extensions,
        )
        assert found == f"/user/ana{url}"


def test_names_are_quoted_in_the_address() -> None:
    url = open_url(
        "a b/ü#?%.ipynb", is_notebook=True, base_url="/", default_url="/lab", extensions=LAB
    )
    assert url == "/lab/tree/a%20b/%C3%BC%23%3F%25.ipynb"
