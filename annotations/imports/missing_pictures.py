"""Pictures that lines name and the package does not hold: what is updated does without, what is added needs them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from annotations.imports.modes import ADDING, ImportMode, Taking
from annotations.projects.models import Project
from annotations.samples.queries import objects_named

ASK_EVERY = 2000  # objects that are asked for at once


@dataclass
class MissingPictures:
    """Reports those that are needed: of an import that adds all, of one that also updates those of new objects."""

    taking: Taking = ADDING
    project_id: int | None = None
    every_line_names_one: bool = True
    waiting: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    def note(self, object_id: str, report: Callable[[], None]) -> None:
        if self.taking.mode == ImportMode.ADD or self.project_id is None:
            report()
        elif self.taking.mode == ImportMode.BOTH:
            self.waiting.append((object_id, report))
            if len(self.waiting) >= ASK_EVERY:
                self.ask()

    def ask(self) -> None:
        if self.waiting:
            names = [object_id for object_id, _ in self.waiting]
            here = objects_named(Project(pk=self.project_id), names)
            for object_id, report in self.waiting:
                if object_id not in here:
                    report()
        self.waiting.clear()
