"""Python files as trees."""

import ast
from collections.abc import Iterator

BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """All, also those within others. Expressions are most of a tree, hold no statement, and are not looked through."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in BLOCKS:
            waiting += getattr(node, block, ())
