"""The package `footnote` is this folder: the rooms at the top are its sub-packages, listed by looking."""

from setuptools import find_packages, setup

ROOMS = ("rag", "prompts", "store", "eval", "ui")

setup(
    package_dir={"footnote": "."},
    packages=[
        "footnote",
        *(
            f"footnote.{package}"
            for package in find_packages(include=[p for r in ROOMS for p in (r, f"{r}.*")])
        ),
    ],
)
