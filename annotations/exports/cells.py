"""What a query of lines selects, column by column."""

from dataclasses import dataclass, field

from annotations.exports.columns import TEXTS
from annotations.exports.shared import SharedRun


@dataclass
class SelectedCells:
    """SQL of the columns and of an object's texts, with parameters; and the cells that are filled in afterwards."""

    columns: list[str] = field(default_factory=list)
    column_params: list = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    text_params: list = field(default_factory=list)
    shared: list[SharedRun] = field(default_factory=list)
    mark: str = ""  # before and behind the owner of shared cells

    def add_shared(self, run: SharedRun) -> None:
        self.columns.append(run.owners(self.mark))
        self.shared.append(run)

    def add_text(self, params: list) -> str:
        """SQL by which the text is known."""
        name = f"t{len(self.texts)}"
        self.texts.append(f"{TEXTS} AS {name}")
        self.text_params += params
        return f"w.{name}"
