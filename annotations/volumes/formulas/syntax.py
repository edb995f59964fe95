"""What a formula may hold: numbers, columns, `pi` and `pixel`, + − × ÷ and powers, and a few functions.

The syntax is that of EcoTaxa's formulas, so that those can be pasted, as `math.sqrt(obj.area / math.pi) * pixel`.
Python's own parser makes the tree; nothing of it is compiled or run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError

MOST_LETTERS = 500
# operations inside each other: working one out goes down as deep, and Python's stack has an end
MOST_DEEP = 100
LEVELS = {  # what stands before the point, with EcoTaxa's short names
    "sample": "sample",
    "sam": "sample",
    "acq": "acq",
    "process": "process",
    "ssm": "ssm",  # acquisition or process, whichever has the column
    "object": "object",
    "obj": "object",
}
CONSTANTS = {"pi", "pixel"}
FUNCTIONS = {
    "sqrt": 1,
    "exp": 1,
    "log": 1,
    "log10": 1,
    "abs": 1,
    "min": 2,
    "max": 2,
    "pow": 2,
}  # how many arguments
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
ALLOWED = "numbers, columns such as sample.tot_vol, acq.sub_part or object.area, pixel, pi, + - * / ^ ( )"


@dataclass(frozen=True, order=True)
class FormulaColumn:
    """A column of the project's packages: `sample.tot_vol`, without the prefix that it has in a file."""

    level: str  # sample, acq, process, ssm or object
    name: str

    def __str__(self) -> str:
        return f"{self.level}.{self.name}"


@dataclass(frozen=True)
class Formula:
    """A formula that holds nothing but what it may."""

    text: str

    @property
    def tree(self) -> ast.expr:
        return _tree(self.text)

    @property
    def columns(self) -> set[FormulaColumn]:
        return {column for node in _parts(self.tree) if (column := column_of(node))}

    @property
    def needs_pixel(self) -> bool:
        return any(isinstance(node, ast.Name) and node.id == "pixel" for node in _parts(self.tree))


def parse_formula(text: str) -> Formula:
    """Raises ValidationError that names the place and the remedy."""
    text = text.strip()
    if len(text) > MOST_LETTERS:
        raise ValidationError(f"The formula has {len(text)} letters; {MOST_LETTERS} are the most.")
    tree = _tree(text)
    if _is_too_deep(tree):
        raise ValidationError(
            f"The formula has more than {MOST_DEEP} operations inside each other: write it in fewer."
        )
    for node in _parts(tree):
        _refuse_unless_allowed(node, text)
    return Formula(text)


def column_of(node: ast.AST) -> FormulaColumn | None:
    """The column that `sample.tot_vol` names; None for anything else."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return None
    level = LEVELS.get(node.value.id)
    return FormulaColumn(level, node.attr) if level else None


def function_of(node: ast.Call) -> str:
    """`sqrt` of `sqrt(x)` and of `math.sqrt(x)`; empty for what is no function here."""
    name = _after_math(node.func)
    return name if name in FUNCTIONS else ""


def constant_of(node: ast.AST) -> str:
    """`pi` of `pi` and of `math.pi`, `pixel`; empty for anything else."""
    name = _after_math(node)
    return name if name in CONSTANTS else ""


def _after_math(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    is_math = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math"
    return node.attr if is_math and isinstance(node, ast.Attribute) else ""


@lru_cache(maxsize=1000)
def _tree(text: str) -> ast.expr:
    try:
        # Python's ^ is another operator, and stands behind + there
        return ast.parse(text.replace("^", "**"), mode="eval").body
    except SyntaxError as error:
        at = f" (letter {_letter(text, error.offset)})" if error.offset else ""
        raise ValidationError(f"`{text}` can't be read as a formula{at}. It takes {ALLOWED}.") from None
    except (ValueError, RecursionError, MemoryError):
        raise ValidationError(f"The formula can't be read. It takes {ALLOWED}.") from None


def _letter(text: str, offset: int) -> int:
    """Where in the text as it was written, 1 for the first: Python's parser saw two letters for each ^."""
    for letter in range(1, len(text) + 1):
        offset -= text[letter - 1] == "^"
        if letter >= offset:
            return letter
    return len(text)


def _is_too_deep(tree: ast.expr) -> bool:
    """Level by level, since going down by calls is what must not happen."""
    level: list[ast.AST] = [tree]
    for _ in range(MOST_DEEP):
        level = [inner for node in level for inner in ast.iter_child_nodes(node)]
    return bool(level)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions of the tree; columns, constants and names of functions are whole ones."""
    yield node
    if column_of(node) or constant_of(node):
        return
    if isinstance(node, ast.Call):
        for argument in [*node.args, *node.keywords]:
            yield from _parts(argument)
    elif isinstance(node, ast.BinOp):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, ast.UnaryOp):
        yield from _parts(node.operand)


def _refuse_unless_allowed(node: ast.AST, text: str) -> None:
    if column_of(node) or constant_of(node) or _is_number(node) or _is_operation(node):
        return
    if isinstance(node, ast.Call) and (name := function_of(node)):
        if len(node.args) == FUNCTIONS[name] and not node.keywords:
            return
        raise ValidationError(
            f"`{name}` takes {FUNCTIONS[name]} value(s), as in {name}({'x, y'[: 4 * FUNCTIONS[name] - 3]})."
        )
    source = ast.get_source_segment(text.replace("^", "**"), node) or text
    raise ValidationError(
        f"`{source}` can't stand in a formula. It takes {ALLOWED}, and {', '.join(FUNCTIONS)}."
    )


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_operation(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, OPERATORS)
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd)
