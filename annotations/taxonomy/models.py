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
