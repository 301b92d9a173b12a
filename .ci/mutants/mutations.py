"""The mutations of a module: each is one small change of its source that a test should notice.

The operators are the usual ones (Offutt et al., "An Experimental Determination of Sufficient Mutant
Operators", 1996; mutmut's and cosmic-ray's lists): comparisons, boolean and arithmetic operators, constants,
`not`, dropped arguments, dropped statements, dropped return values.

Left out, since no behaviour depends on it: docstrings, annotations, and the wording of log lines, errors
and prose.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
_LEFT_OUT = frozenset({"annotation", "returns", "decorator_list", "bases", "pattern"})
_TYPING = frozenset({"Literal", "cast", "TypeVar", "NewType"})
_PROSE_BLANKS = 2


@dataclass(frozen=True)
class Mutation:
    """A change of a source: `text` in the place of the octets from `start` to `end` of line `line`."""

    line: int
    start: int
    end: int
    text: str

    def applied(self, source: str) -> str:
        """The mutated source."""
        octets = source.encode()
        return (octets[: self.start] + self.text.encode() + octets[self.end :]).decode()


def mutations(source: str) -> list[Mutation]:
    """Every mutation of a source, in the order of its lines."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: dict[tuple[int, int, str], Mutation] = {}
    for node, replacement in _replacements(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        found[start, end, replacement] = Mutation(node.lineno, start, end, replacement)
    return sorted(found.values(), key=lambda each: (each.line, each.start, each.end, each.text))


def _replacements(node: ast.AST) -> Iterator[tuple[Any, str]]:
    """The nodes below `node` that can be replaced, each with the source in its place."""
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    elif isinstance(node, ast.expr):
        for changed in _expression(node):
            yield node, f"({ast.unparse(changed)})"
    for name, value in ast.iter_fields(node):
        if name in _LEFT_OUT or (name == "exc" and isinstance(node, ast.Raise)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _without_behaviour(child):
                yield from _replacements(child)


def _without_behaviour(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _logs(node.value)
    if isinstance(node, ast.Subscript | ast.Call):
        named = node.value if isinstance(node, ast.Subscript) else node.func
        return isinstance(named, ast.Name) and named.id in _TYPING
    return isinstance(node, ast.JoinedStr)  # Python 3.11 does not know where its parts are


def _logs(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")


def _statement(node: ast.stmt) -> Iterator[tuple[ast.stmt, str]]:
    acts = node.value if isinstance(node, ast.Expr) else node
    if isinstance(acts, ast.AugAssign | ast.Raise | ast.Delete | ast.Call | ast.Await):
        yield node, "pass"
    elif isinstance(node, ast.Break):
        yield node, "continue"
    elif isinstance(node, ast.Continue):
        yield node, "break"
    elif isinstance(node, ast.Return) and node.value and not _is_false(node.value):
        yield node, "return None"


def _is_false(node: ast.expr) -> bool:
    """Whether it is None, or False, for which None does as well."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)


def _expression(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            changed = deepcopy(node)
            changed.ops[place] = _SWAPPED[type(operator)]()  # type: ignore[call-overload]
            yield changed
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPPED:
        changed = deepcopy(node)
        changed.op = _SWAPPED[type(node.op)]()  # type: ignore[assignment]
        yield changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield ast.Name(_NAMES[node.id])
    elif isinstance(node, ast.Constant):
        yield from _constant(node.value)
    elif isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg:
                changed = deepcopy(node)
                del changed.keywords[place]
                yield changed


def _constant(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and value.count(" ") < _PROSE_BLANKS:
        yield ast.Constant(f"XX{value}")
