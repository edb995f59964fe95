"""A matrix whose cells are shaded: which taxa are taken for which, what two readers say."""

from dataclasses import dataclass

STRONG = 0.5  # share above which a cell is deep


@dataclass(frozen=True)
class Cell:
    """`share` from 0 to 1 is its shade; `address` is where its objects are, after that of the matrix."""

    text: str
    share: float = 0.0
    address: str = ""
    description: str = ""  # read out instead of the text
    is_diagonal: bool = False


@dataclass(frozen=True)
class MatrixRow:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """A table with a row and a column for each name. Cells are links where it has an address."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    name: str = ""
    address: str = ""
    hidden: int = 0  # rows and columns that would be too many
