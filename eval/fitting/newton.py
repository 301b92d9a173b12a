"""Newton's method for smooth convex functions: what the fits of the weights come down to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from footnote.eval.errors import FitError

Vector = npt.NDArray[np.float64]
Function = Callable[[Vector], tuple[float, Vector, Vector]]
"""A point → the value there, its gradient and its Hessian."""

_STEPS = 100
_HALVINGS = 40
_SMALL = 1e-12


def minimise(function: Function, start: Vector) -> Vector:
    """The point where a strictly convex function is least; a step that doesn't descend is halved.

    Raises FitError where it isn't found.
    """
    point = start
    value, gradient, hessian = function(point)
    for _ in range(_STEPS):
        step = np.linalg.solve(hessian, gradient)
        # Half the decrement is how far the value still is above the least (Boyd and Vandenberghe 2004).
        if float(gradient @ step) <= _SMALL * (1 + abs(value)):
            return point
        size = 1.0
        for _ in range(_HALVINGS):
            following = function(point - size * step)
            if following[0] < value:
                break
            size /= 2
        else:
            raise FitError("the fit doesn't converge: no step makes it better")
        point = point - size * step
        value, gradient, hessian = following
    raise FitError(f"the fit doesn't converge in {_STEPS} steps")
