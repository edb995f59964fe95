"""What a formula comes to: of one acquisition, or of many objects at once."""

import ast
from collections.abc import Mapping

import numpy as np

from annotations.volumes.formulas.syntax import Formula, FormulaColumn, column_of, constant_of, function_of

Number = float | np.ndarray
UNARY = {"sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10, "abs": np.abs}
BINARY = {"min": np.minimum, "max": np.maximum, "pow": np.power}
OPERATIONS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


def evaluate(formula: Formula, columns: Mapping[FormulaColumn, Number], pixel_mm: Number) -> np.ndarray:
    """Float, as broad as what it is given; NaN where a value is missing or nothing comes out of it (a division by 0,
    the root of a negative number).

    `columns` has all of `formula.columns`, NaN where a value is missing; `pixel_mm` is the side of a pixel.
    """
    with np.errstate(all="ignore"):
        value = np.asarray(_value(formula.tree, columns, pixel_mm), np.float64)
    return np.where(np.isfinite(value), value, np.nan)


def _value(node: ast.AST, columns: Mapping[FormulaColumn, Number], pixel_mm: Number) -> Number:
    def inner(part: ast.AST) -> Number:
        return np.float64(1) * _value(part, columns, pixel_mm)

    if column := column_of(node):
        return columns[column]
    if name := constant_of(node):
        return np.pi if name == "pi" else pixel_mm
    if isinstance(node, ast.Constant):
        return _as_float(node.value)
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](inner(node.left), inner(node.right))
    if isinstance(node, ast.UnaryOp):
        return -inner(node.operand) if isinstance(node.op, ast.USub) else inner(node.operand)
    assert isinstance(node, ast.Call)
    name = function_of(node)
    if name in UNARY:
        return UNARY[name](inner(node.args[0]))
    return BINARY[name](inner(node.args[0]), inner(node.args[1]))


def _as_float(value: object) -> float:
    """Whole numbers have no end in Python: one with hundreds of digits is beyond all floats."""
    assert isinstance(value, int | float)
    try:
        return float(value)
    except OverflowError:
        return np.inf
