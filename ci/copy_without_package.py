"""Copy the checkout without the package, so that tests can only import what is installed.

``python ci/copy_without_package.py CHECKOUT TARGET``
"""

import shutil
import sys
from pathlib import Path

LEFT_OUT = {"bookstore", "bookstore.egg-info", "build", "dist"}


def copy_without_package(checkout: Path, target: Path) -> None:
    """Make *target* a copy of *checkout*: no package, no build results, nothing hidden but .ci."""
    shutil.rmtree(target, ignore_errors=True)

    def left_out(folder: str, names: list[str]) -> set[str]:
        hidden = {name for name in names if name.startswith(".") or name == "__pycache__"}
        return (hidden - {".ci"}) | (LEFT_OUT if Path(folder) == checkout else set())

    shutil.copytree(checkout, target, ignore=left_out)


if __name__ == "__main__":
    copy_without_package(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
