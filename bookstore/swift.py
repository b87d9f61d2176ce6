"""Where the contents manager on Keystone was in 2013."""

from .remote.names_of_2013 import KeystoneNotebookManager

__all__ = ["KeystoneNotebookManager"]
