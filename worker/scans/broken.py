"""What did not come in of an import of scans: the first are named, of the others only the number is kept."""

from dataclasses import dataclass, field

# the checkpoint has them, which is written after each frame: of a video whose frames are all broken, ten thousand times
MOST_NAMED = 200


@dataclass
class BrokenScans:
    """`named` are entries of a job's errors (file, line, column, message)."""

    named: list[dict] = field(default_factory=list)
    count: int = 0

    @classmethod
    def of_checkpoint(cls, note: dict) -> "BrokenScans":
        named = list(note.get("errors", []))[:MOST_NAMED]
        return cls(named, note.get("broken", len(note.get("errors", []))))

    def as_note(self) -> dict:
        return {"errors": self.named, "broken": self.count}

    def add(self, entry: dict) -> None:
        self.count += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(entry)

    @property
    def where_named(self) -> str:
        """Of which of them is said why, behind a colon."""
        named = "each" if self.count == len(self.named) else f"the first {len(self.named):,}"
        return f"what is wrong with {named} is listed."
