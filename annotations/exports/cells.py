"""What a query of lines selects, column by column."""

from dataclasses import dataclass, field

from annotations.exports.columns import TEXTS


@dataclass
class SelectedCells:
    """SQL of the columns, of what all objects of an acquisition share, and of an object's texts; with parameters."""

    columns: list[str] = field(default_factory=list)
    column_params: list = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    parent_params: list = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    text_params: list = field(default_factory=list)

    def add_parent(self, sql: str, params: list) -> None:
        self.columns.append(f"p.c{len(self.parents)}")
        self.parents.append(f"{sql} AS c{len(self.parents)}")
        self.parent_params += params

    def add_text(self, params: list) -> str:
        """SQL by which the text is known."""
        name = f"t{len(self.texts)}"
        self.texts.append(f"{TEXTS} AS {name}")
        self.text_params += params
        return f"w.{name}"
