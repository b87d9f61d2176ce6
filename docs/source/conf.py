"""How the documentation is built.  Nothing here uses the network."""

import sys
from pathlib import Path

import bookstore

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "bookstore"
author = "bookstore contributors"
copyright = author
version = release = bookstore.__version__

extensions = ["myst_parser", "settings_reference", "sphinx.ext.autodoc", "sphinxcontrib.openapi"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

openapi_default_renderer = "httpdomain"  # shows the fields of requests and answers

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"

html_theme = "furo"
html_title = f"bookstore {release}"
