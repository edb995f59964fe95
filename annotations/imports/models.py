"""Saved mappings: what names of taxa and people, and headings of columns, mean that packages bring to a project."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon

USER = settings.AUTH_USER_MODEL


class ImportMapping(models.Model):
    """Imports of the project are read by it where somebody chooses it, by its name."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="import_mappings")
    name = models.CharField(max_length=100)
    user = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("project", Lower("name"), name="import_mapping_once")]

    def __str__(self) -> str:
        return self.name


class MappingKind(models.TextChoices):
    TAXON = "taxon", "Taxon"
    PERSON = "person", "Person"
    COLUMN = "column", "Column"


class MappingEntry(models.Model):
    """What one name of a package means: a taxon, a member of the project, or a column."""

    mapping = models.ForeignKey(ImportMapping, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=6, choices=MappingKind)
    source = models.CharField(max_length=301)  # as packages write it
    taxon = models.ForeignKey(Taxon, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(USER, null=True, on_delete=models.CASCADE, related_name="+")
    column = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["kind", "source"]
        constraints = [
            models.UniqueConstraint("mapping", "kind", Lower("source"), name="mapping_entry_once"),
            models.CheckConstraint(
                condition=models.Q(kind="taxon", taxon__isnull=False, person=None, column="")
                | models.Q(kind="person", person__isnull=False, taxon=None, column="")
                | (models.Q(kind="column", taxon=None, person=None) & ~models.Q(column="")),
                name="mapping_entry_means_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} is {self.meaning}"

    @property
    def meaning(self) -> str:
        if self.taxon is not None:
            return self.taxon.display_name
        return self.person.display_name if self.person else self.column
