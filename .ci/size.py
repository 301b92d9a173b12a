"""Prints how many packages the environment of this interpreter holds and how many MB of disk they take.

The installer itself (pip) isn't counted.
"""

from importlib.metadata import distributions
from pathlib import Path

packages = [found for found in distributions() if found.metadata["Name"] != "pip"]
files = {Path(str(found.locate_file(file))) for found in packages for file in found.files or ()}
folders = {file.parent for file in files if file.suffix == ".py"}
compiled = {file for folder in folders for file in folder.glob("__pycache__/*.pyc")}
octets = sum(file.stat().st_size for file in files | compiled if file.is_file())
print(f"{len(packages)} packages, {round(octets / 2**20)} MB")
