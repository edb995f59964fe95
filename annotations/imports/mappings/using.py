"""How an import reads a package by a mapping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from annotations.imports.mappings.homonyms import meaning
from annotations.imports.models import ImportMapping, MappingKind
from annotations.jobs.errors import JobError
from annotations.projects.models import Project
from annotations.taxonomy.matching import TaxonName
from annotations.taxonomy.replacements import in_use


@dataclass(frozen=True)
class UsedMapping:
    """By names of the package, in lower case: numbers of taxa and of members, and columns."""

    taxa: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def taxon(self, name: TaxonName) -> int | None:
        return meaning(self.taxa, name)


NO_MAPPING = UsedMapping()


def mapping_of(params: Mapping[str, Any]) -> UsedMapping:
    """Of an import job. Raises JobError where the mapping is gone."""
    number = params.get("mapping")
    return used_mapping(number) if number else NO_MAPPING


def used_mapping(number: int) -> UsedMapping:
    mapping = ImportMapping.objects.filter(pk=number).first()
    if mapping is None:
        raise JobError("The mapping that was chosen is gone: choose another, or none, and import again.")
    rows = list(mapping.entries.values_list("kind", "source", "taxon", "person", "column"))
    taxa = {source.lower(): taxon for kind, source, taxon, _, _ in rows if kind == MappingKind.TAXON}
    became = in_use(taxa.values())
    return UsedMapping(
        {source: became[taxon] for source, taxon in taxa.items()},
        {source.lower(): person for kind, source, _, person, _ in rows if kind == MappingKind.PERSON},
        {source.lower(): column for kind, source, _, _, column in rows if kind == MappingKind.COLUMN},
    )


def checked_mapping(project: Project, number: int | None) -> int | None:
    """Raises ValidationError for one that the project has not."""
    if number is not None and not ImportMapping.objects.filter(project=project, pk=number).exists():
        raise ValidationError({"mapping": "The project has no such mapping: choose another, or none."})
    return number
