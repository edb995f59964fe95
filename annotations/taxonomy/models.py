from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower


class TaxonKind(models.TextChoices):
    PHYLO = "P", "Phylogenetic"
    MORPHO = "M", "Morphotype"


class Taxon(models.Model):
    """A node of the site's one tree: a phylogenetic taxon or a morphotype such as `egg<Copepoda`.

    `path` holds the ids from the root down to the node itself, so that "with descendants" is one indexed look-up.
    """

    name = models.CharField(max_length=200)
    display_name = models.CharField(max_length=400, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = ArrayField(models.BigIntegerField(), default=list)
    kind = models.CharField(max_length=1, choices=TaxonKind, default=TaxonKind.PHYLO)
    rank = models.CharField(max_length=40, blank=True)
    aphia_id = models.PositiveIntegerField(null=True, blank=True)
    ecotaxa_id = models.PositiveIntegerField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name_plural = "taxa"
        ordering = ["display_name"]
        indexes = [
            GinIndex(fields=["path"], name="taxon_path"),  # descendants of a taxon
            # completion in the picker: a prefix of the name, whatever the case
            models.Index(OpClass(Lower("display_name"), "text_pattern_ops"), name="taxon_completion"),
            models.Index(Lower("name"), name="taxon_name"),
        ]

    def __str__(self) -> str:
        return self.display_name


class Synonym(models.Model):
    """Another name of a taxon, as old labels and books have it: the picker finds the taxon by it."""

    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(OpClass(Lower("name"), "text_pattern_ops"), name="synonym_completion")]
        constraints = [models.UniqueConstraint(Lower("name"), "taxon", name="synonym_once_a_taxon")]

    def __str__(self) -> str:
        return f"{self.name} → {self.taxon}"
