"""How the fitted numbers of the product are made. Most modules here need the optional group `fit`."""

from __future__ import annotations

from importlib.util import find_spec

from footnote.eval.errors import FitExtraMissing

_LIBRARIES = {"sklearn": "scikit-learn", "scipy": "scipy", "matplotlib": "matplotlib"}
"""Of the group: module → distribution."""


def require_extra() -> None:
    """Raises FitExtraMissing where a library of the group isn't installed."""
    if missing := [name for module, name in _LIBRARIES.items() if find_spec(module) is None]:
        raise FitExtraMissing(
            f"{', '.join(missing)} missing: fits and plots need the optional group `fit` "
            "(.venv/bin/pip install -e '.[fit]')"
        )
