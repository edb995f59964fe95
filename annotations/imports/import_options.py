"""What people choose of an import: how it is read, and what it does with what is here already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from annotations.imports.mappings.using import checked_mapping
from annotations.imports.modes import ImportMode, checked_mode
from annotations.imports.origins.places import Incoming
from annotations.imports.registry import all_options
from annotations.imports.source import checked_choices
from annotations.projects.models import Project


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The answers of a page, a command or a program; nothing of them is checked yet.

    The names of taxa that the site does not know wait until a manager has settled them, or are made into taxa
    (`create_taxa`). `mode`, `annotations` and `file_wins` are as `Taking` has them; `update` is the number of a preview
    that is applied as it is, `mapping` that of a mapping of the project. Without a `format` it is recognised;
    `of_format` is what formats ask.
    """

    dry_run: bool = False
    create_taxa: bool = False
    mode: str = ImportMode.ADD
    annotations: bool = False
    file_wins: bool = False
    mapping: int | None = None
    update: int | None = None
    format: str = ""
    of_format: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Of a form's values, a request's body or an earlier job's parameters, in which each has its own name."""
        own = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**own, of_format={name: values[name] for name in all_options() if name in values})

    def params(self, project: Project) -> dict[str, Any]:
        """Parameters of a job. Raises ValidationError for what there is not, or does not go together."""
        return {
            "dry_run": self.dry_run,
            "create_taxa": self.create_taxa,
            "update": self.update,
            "mapping": checked_mapping(project, self.mapping),
            **checked_mode(self.mode, self.annotations, self.file_wins),
            **checked_choices(self.format, self.of_format),
        }


DEFAULTS = ImportOptions()


def import_params(project: Project, incoming: Incoming, options: ImportOptions) -> dict[str, Any]:
    """Parameters of the job that imports what came in. Raises ValidationError as `ImportOptions.params` does."""
    origin = {"origin": incoming.origin} if incoming.origin else {}
    return {"path": str(incoming.path), "name": incoming.name, **origin, **options.params(project)}
