"""The package `footnote` is this folder: the folders at the top are its sub-packages."""

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOMS = ("rag", "prompts", "store", "eval", "ui")
PACKAGES = [
    f"footnote.{package}"
    for package in find_packages(include=[pattern for room in ROOMS for pattern in (room, f"{room}.*")])
]


class BuildModules(build_py):
    """Leaves out this file, which lies in the package's folder without being a part of it."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """The modules of a package as (package, module, file)."""
        return [found for found in super().find_package_modules(package, package_dir) if found[1] != "setup"]


setup(
    package_dir={"footnote": "."},
    packages=["footnote", *PACKAGES],
    # A file beside a package's code is one that the code reads: a prompt, a style, the model.
    package_data={
        "footnote": ["py.typed"],
        **{package: ["*"] for package in PACKAGES},
        "footnote.store": ["*", "corpus/*"],
    },
    cmdclass={"build_py": BuildModules},
)
