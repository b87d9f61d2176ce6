"""Without its packages the gallery says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bookstore.errors import BookstoreError, ExtraMissing
from bookstore.extras import require

WITHOUT = """
import sys
sys.meta_path[:] = [
    type("Without", (), {{
        "find_spec": staticmethod(
            lambda name, path=None, target=None, finder=finder:
                None if name.split(".")[0] == "{library}"
                else finder.find_spec(name, path, target)
        )
    }})
    for finder in sys.meta_path
]
try:
    import bookstore.gallery.database.models
except ImportError as error:
    print(type(error).__name__, error, sep=": ")
"""


@pytest.mark.parametrize(
    "library", ["sqlalchemy", "alembic", "latex2mathml", "markdown_it", "nh3", "pygments"]
)
def test_importing_without_the_extra_says_in_one_line_what_to_install(library: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(library=library)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        "ExtraMissing: The gallery needs packages that are not installed: "
        'pip install "bookstore[gallery]"\n'
    )


def test_importing_what_needs_tantivy_says_what_to_install() -> None:
    program = WITHOUT.format(library="tantivy").replace(
        "bookstore.gallery.database.models", "bookstore.gallery.search.engines.derived.index"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "ExtraMissing: Search by tantivy needs packages that are not installed: "
        'pip install "bookstore[tantivy]"\n'
    )


def test_what_is_missing_is_an_error_in_our_words_and_an_import_error() -> None:
    with pytest.raises(ExtraMissing, match=r'pip install "bookstore\[dataframes\]"') as caught:
        require("A data frame", "dataframes", "no_such_module")
    assert isinstance(caught.value, BookstoreError)
    assert isinstance(caught.value, ImportError)
