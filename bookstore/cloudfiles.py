"""Where the contents manager on CloudFiles was in 2013."""

from .remote.names_of_2013 import CloudFilesNotebookManager

__all__ = ["CloudFilesNotebookManager"]
