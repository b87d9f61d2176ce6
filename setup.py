"""Build script: what cannot be said in pyproject.toml.

The front end in ``labextension/`` is TypeScript.  What it is compiled to is committed, in
``bookstore/labextension/``, so installing needs no Node.js; it is compiled again when it is
missing, or when ``BOOKSTORE_BUILD_LABEXTENSION=1``.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent.resolve()


SOURCES = HERE / "labextension"
BUILT = Path("bookstore") / "labextension"  # relative: setuptools wants data files so


class BuildPy(build_py):
    """Sees to the compiled front end, and installs data files for editable installs too.

    setuptools leaves data files out of editable installs; without them the server extension would
    be installed but not enabled, and the labextension would be missing.
    """

    def run(self) -> None:
        is_wanted = os.environ.get("BOOKSTORE_BUILD_LABEXTENSION") == "1"
        if is_wanted or not (HERE / BUILT / "package.json").is_file():
            build_labextension()
        self.distribution.data_files = data_files()
        super().run()
        if self.editable_mode:
            self.run_command("install_data")


def build_labextension() -> None:
    """Compile the front end, which needs Node.js and the npm registry."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            f"{BUILT} has to be compiled, and npm is not on PATH: install Node.js 20 or newer, "
            "or use a checkout or source distribution that has the compiled files."
        )
    subprocess.check_call([npm, "ci"], cwd=SOURCES)  # noqa: S603
    subprocess.check_call([npm, "run", "build"], cwd=SOURCES)  # noqa: S603


def data_files() -> list[tuple[str, list[str]]]:
    """Return what is installed outside the package: folder, and the files that go there."""
    name = json.loads((HERE / BUILT / "package.json").read_text(encoding="utf-8"))["name"]
    target = Path("share/jupyter/labextensions") / name
    found = {
        "etc/jupyter/jupyter_server_config.d": ["bookstore/etc/bookstore.json"],
        target.as_posix(): ["labextension/install.json"],
    }
    for file in sorted((HERE / BUILT).rglob("*")):
        if file.is_file():
            inside = file.relative_to(HERE / BUILT)
            folder = (target / inside.parent).as_posix()
            found.setdefault(folder, []).append((BUILT / inside).as_posix())
    return sorted(found.items())


def version() -> str:
    """Return the version without importing bookstore, whose requirements may be missing."""
    names: dict[str, str] = {}
    exec((HERE / "bookstore" / "_version.py").read_text(encoding="utf-8"), names)  # noqa: S102
    return names["__version__"]


def requirements(name: str = "requirements") -> list[str]:
    """Return the lines of a file of requirements, the one list of what something needs."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


EXTRAS = (
    "gallery",
    "postgresql",
    "mysql",
    "dataframes",
    "tantivy",
    "openid",
    "jupyterhub",
    "scheduling",
    "mcp",
)
"""What can be installed with bookstore, each with a file of requirements."""


def long_description() -> str:
    """Return the README."""
    return (HERE / "README.md").read_text(encoding="utf-8")


setup(
    name="bookstore",
    version=version(),
    description="Every notebook save becomes a version that cannot be lost",
    long_description=long_description(),
    long_description_content_type="text/markdown",
    author="bookstore contributors",
    license="BSD-3-Clause",
    license_files=["LICENSE"],
    keywords=["jupyter", "notebook", "versions", "history", "archive", "s3"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Framework :: Jupyter",
        "Framework :: Jupyter :: JupyterLab",
        "Framework :: Jupyter :: JupyterLab :: 4",
        "Framework :: Jupyter :: JupyterLab :: Extensions",
        "Framework :: Jupyter :: JupyterLab :: Extensions :: Prebuilt",
        "Intended Audience :: Science/Research",
        "Intended Audience :: System Administrators",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: System :: Archiving",
        "Typing :: Typed",
    ],
    python_requires=">=3.10",
    install_requires=requirements(),
    extras_require={name: requirements(f"requirements-{name}") for name in EXTRAS},
    packages=find_packages(include=["bookstore", "bookstore.*"]),
    package_data={
        "bookstore": [
            "py.typed",
            "http/static/**/*",
            "http/templates/**/*",
            "**/*.yaml",
            "gallery/rendering/static/*",
            "gallery/web/static/**/*",
            "gallery/web/templates/**/*",
        ]
    },
    data_files=[],  # BuildPy fills them in, when the front end is compiled
    entry_points={
        "console_scripts": ["jupyter-bookstore = bookstore.__main__:main"],
        "bookstore.gallery": [
            "fields.markings = bookstore.gallery.extensions.markings:fields",
            "permissions.markings = bookstore.gallery.extensions.markings:permissions",
        ],
        "papermill.io": ["bookstore:// = bookstore.papermill_io:handler"],
    },
    cmdclass={"build_py": BuildPy},
    zip_safe=False,
)
