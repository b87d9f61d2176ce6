"""The only place the release is written."""

version_info = (3, 0, 0, "dev0")

__version__ = ".".join(map(str, version_info))
