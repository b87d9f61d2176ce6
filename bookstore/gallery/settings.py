"""The settings of the gallery: read when somebody opens it first, so that no start waits for them.

Knows: traits.  Must not know: databases, the server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Enum, Int, List, TraitError, Unicode, validate
from traitlets.config import LoggingConfigurable

from ..settings.traits import SecretUnicode
from .origins import origin_in

VARIABLE = "BOOKSTORE_GALLERY_DATABASE"
_LEAST_BYTES = 1000


class GallerySettings(LoggingConfigurable):
    """Configuration of the gallery.

    A value comes from the configuration file or command line, else from the environment variable
    named in its help, else from the default.
    """

    database = SecretUnicode(
        VARIABLE,
        help="""URL of the gallery's database, which may be an nbgallery's. Empty: a SQLite file in
        Jupyter's data directory, one for each bucket; notebooks are in the bucket.""",
    ).tag(config=True)

    search_engine = Enum(
        ["", "database", "tantivy"],
        "",
        help="""What finds notebooks: the database itself, or tantivy, an index beside it for large
        galleries. Empty: the database, and tantivy where that is MySQL or MariaDB.""",
    ).tag(config=True)

    anonymous_may_read = Bool(
        False,
        help="""May those who did not sign in read what is public? They see pages of the gallery,
        and nothing else of the server.""",
    ).tag(config=True)

    jupyter_url = Unicode(
        help="""Where readers have a Jupyter of their own that notebooks are opened in, such as
        `https://hub.example.org/hub/user-redirect/`, which starts a server that sleeps, or
        `http://localhost:8888/`. It has bookstore, and reads what `jupyter_reads` says. Empty:
        notebooks are downloaded. A gallery inside of a Jupyter server opens them there.""",
    ).tag(config=True)

    jupyter_reads = Enum(
        ["bucket", "gallery"],
        "bucket",
        help="""Where the Jupyter at `jupyter_url` reads notebooks that are opened in it: in the
        same bucket, or from this gallery, with a ticket that is for one notebook and some minutes.
        The gallery has to be one of its `BookstoreSettings.galleries` then.""",
    ).tag(config=True)

    members_have_jupyter = Bool(
        False,
        help="""May members say where a Jupyter of their own is, to open notebooks there? It reads
        from this gallery.""",
    ).tag(config=True)

    outputs_may_be_kept = Bool(
        False,
        help="""May those who publish keep the outputs of a notebook? Otherwise they are taken out,
        and nobody is shown any.""",
    ).tag(config=True)

    remote_images = Bool(
        False,
        help="""Are images in notebooks loaded from other servers, which learn who reads? Otherwise
        they are links.""",
    ).tag(config=True)

    most_bytes = Int(
        20_000_000,
        help="""How many bytes a notebook may have, without what is taken out of it.""",
    ).tag(config=True)

    administrators = List(
        Unicode(),
        help="""Names of the users who may see and change every notebook, when they ask to act as
        administrators.""",
    ).tag(config=True)

    extensions = List(
        Unicode(),
        help="""Names of the extensions of the gallery that are used: installed packages have them
        in the entry points `bookstore.gallery`. Control markings, `markings`, come with
        bookstore.""",
    ).tag(config=True)

    @validate("jupyter_url")
    def _check_jupyter_url(self, proposal: Any) -> str:
        value = str(proposal["value"]).strip()
        url = urlsplit(value)
        if value and (url.scheme not in ("http", "https") or not url.hostname or url.query):
            raise TraitError(
                f"GallerySettings.jupyter_url is {value!r}, and has to be an http or https URL "
                "without a query."
            )
        return f"{value.rstrip('/')}/" if value else ""

    nbgallery_origins = List(
        Unicode(),
        help="""Where the Jupyter servers are whose users have nbgallery's extensions, such as
        `https://jupyter.example.org`. Pages from there may upload notebooks and read what the user
        may, with the user's session. Empty: the extensions find no gallery here.""",
    ).tag(config=True)

    @validate("nbgallery_origins")
    def _check_nbgallery_origins(self, proposal: Any) -> list[str]:
        for each in proposal["value"]:
            if origin_in(each) is None:
                raise TraitError(
                    f"GallerySettings.nbgallery_origins has {each!r}, and each has to be one place "
                    "without a path, such as https://jupyter.example.org or http://localhost:8888."
                )
        return [*proposal["value"]]

    @property
    def origins(self) -> frozenset[str]:
        """The origins of nbgallery's extensions, as browsers write them."""
        return frozenset(filter(None, map(origin_in, self.nbgallery_origins)))

    @validate("most_bytes")
    def _check_most_bytes(self, proposal: Any) -> int:
        value: int = proposal["value"]
        if value < _LEAST_BYTES:
            raise TraitError(
                f"GallerySettings.most_bytes is {value}, and has to be {_LEAST_BYTES} or more."
            )
        return value

    def database_url(self, bucket: str) -> str:
        """Return the URL of the database for the notebooks in *bucket*."""
        return self.database or f"sqlite:///{default_file(bucket)}"


def gallery_folder() -> Path:
    """Return where the gallery keeps on this machine what nobody has told it to keep elsewhere."""
    return Path(jupyter_data_dir()) / "bookstore" / "gallery"


def default_file(bucket: str) -> Path:
    """Return the file of the database for the notebooks in *bucket*, where none is named."""
    return gallery_folder() / f"{bucket}.db"
