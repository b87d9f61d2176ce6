"""Check that bookstore is installed, not taken from a checkout, and an enabled server extension."""

import subprocess
import sys
import sysconfig
from importlib.metadata import requires
from pathlib import Path

import bookstore


def main() -> str | int:
    """Return 0, or what is wrong."""
    package = Path(bookstore.__file__).resolve().parent
    if package.parent != Path(sysconfig.get_path("purelib")).resolve():
        return f"bookstore was imported from {package}, which is not where packages are installed"
    if not requires("bookstore"):
        return "the package was built without its requirements"
    command = [sys.executable, "-m", "jupyter", "server", "extension", "list"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    lines = (listing.stdout + listing.stderr).splitlines()
    facts = [line for line in lines if line.split()[:1] == ["bookstore"]]
    if not any("enabled" in line for line in facts) or not any("OK" in line for line in facts):
        return "bookstore is not an enabled, valid server extension:\n" + "\n".join(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
