"""What an import of scans says of volumes: the first samples are named, and of the others that there are some."""

from dataclasses import dataclass, field

# the checkpoint has them, which is written after each scan: of a table whose samples all have another volume, thousands
MOST_NAMED = 200
MORE = (
    "More samples than these have a total volume already that is not that of this import, and it stayed: compare the "
    "column tot_vol of the table of samples with your table."
)


@dataclass
class VolumeWarnings:
    """`named` are sentences, each once: a worker that takes the job up compares some samples again."""

    named: list[str] = field(default_factory=list)
    has_more: bool = False

    @classmethod
    def of_checkpoint(cls, note: dict) -> "VolumeWarnings":
        """Earlier versions kept each of them: an import that went on through an update of the site has those."""
        sentences = list(note.get("warnings", []))
        return cls(sentences[:MOST_NAMED], note.get("has_more", False) or len(sentences) > MOST_NAMED)

    def as_note(self) -> dict:
        return {"warnings": self.named, "has_more": self.has_more}

    def add(self, sentence: str) -> bool:
        """Whether there is something new to keep."""
        if not sentence or sentence in self.named or self.has_more:
            return False
        if len(self.named) < MOST_NAMED:
            self.named.append(sentence)
        else:
            self.has_more = True
        return True

    @property
    def sentences(self) -> list[str]:
        return [*self.named, *([MORE] if self.has_more else [])]
