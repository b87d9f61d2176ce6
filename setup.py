"""Build script: what cannot be said in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent.resolve()


class BuildPy(build_py):
    """Installs data files for editable installs too, which setuptools leaves out of them.

    Without the file in ``etc/jupyter`` the server extension would be installed, but not enabled.
    """

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            self.run_command("install_data")


def version() -> str:
    """Return the version without importing bookstore, whose requirements may be missing."""
    names: dict[str, str] = {}
    exec((HERE / "bookstore" / "_version.py").read_text(encoding="utf-8"), names)  # noqa: S102
    return names["__version__"]


def requirements() -> list[str]:
    """Return the lines of requirements.txt, the one list of what is needed at run time."""
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


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
    packages=find_packages(include=["bookstore", "bookstore.*"]),
    package_data={"bookstore": ["py.typed", "static/**/*", "templates/**/*", "**/*.yaml"]},
    data_files=[("etc/jupyter/jupyter_server_config.d", ["bookstore/etc/bookstore.json"])],
    entry_points={"console_scripts": ["jupyter-bookstore = bookstore.extension:main"]},
    cmdclass={"build_py": BuildPy},
    zip_safe=False,
)
