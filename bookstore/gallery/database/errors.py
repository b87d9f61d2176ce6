"""What goes wrong with a database, in one line each that says what to do.

Messages name a database and the machine it is on; never an account, a password or a folder.
"""

from __future__ import annotations

from ...errors import BookstoreError


class DatabaseError(BookstoreError):
    """The gallery's database did not do what it was asked."""

    status = 503


class BadDatabaseUrl(DatabaseError):
    """The configured URL is none of a database that the gallery can use."""

    status = 500


class DatabaseUnreachable(DatabaseError):
    """Nothing answers, or the connection was lost; nothing was written."""

    hint = "Check that the database server runs and can be reached from here, then try again."


class LoginRefused(DatabaseError):
    """The database does not know the user, or not with this password."""

    hint = "Correct the user name and the password in the database's URL."


class NoSuchDatabase(DatabaseError):
    """The server answers, and has no database of this name; or there is no such file."""

    hint = "Create the database, or correct its name in the URL."


class NotAGallery(DatabaseError):
    """The database holds something else; it was left as it is."""

    status = 500
    hint = "Name a database of nbgallery's, one of bookstore's gallery, or an empty one."


class DatabaseTooOld(DatabaseError):
    """The server, or what is in its database, is older than what the gallery works with."""

    status = 500


class DatabaseTooNew(DatabaseError):
    """A newer bookstore has been at work in the database."""

    status = 500
    hint = "Install the newest bookstore here, too."


class NotMigrated(DatabaseError):
    """The database has no tables of the gallery yet, or old ones."""

    status = 500
    hint = "Let bookstore make them: bookstore.gallery.database.migrations.migrate(url)."


class DatabaseBusy(DatabaseError):
    """Others were in the way, again and again; nothing was written."""

    hint = "Try again."


class StatementTooLong(DatabaseError):
    """A statement took longer than is allowed, and was stopped; nothing was written."""

    status = 504


class ReadOnly(DatabaseError):
    """Something was to be written in a session that only reads; nothing was."""

    status = 500


class FateUnknown(DatabaseError):
    """The connection was lost while a change was committed: it was written, or it was not."""

    status = 500
    hint = "Look whether the change is there before making it again."
