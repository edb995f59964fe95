from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import NameField

SEVERAL = "|"  # between values of which each may hold


class TaxonTrait(models.Model):
    """A trait of taxa, of the whole site: a list of names with a value each, from one source. What people see on single
    objects is another matter (`traits`)."""

    name = models.CharField(max_length=100)
    source = models.CharField(max_length=500)  # a citation
    licence = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    value_names = models.JSONField(default=dict, blank=True)  # what an abbreviated value means, by value
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="taxon_trait_once")]

    def __str__(self) -> str:
        return self.name

    def in_words(self, value: str) -> str:
        """`AU|MX` as “autotrophic or mixotrophic”, where the values have names."""
        return " or ".join(self.value_names.get(part, part) for part in value.split(SEVERAL))


class TaxonTraitValue(models.Model):
    """One line of the list. `taxon` is None as long as the site has none of that name."""

    trait = models.ForeignKey(TaxonTrait, on_delete=models.CASCADE, related_name="values")
    name = NameField(max_length=200)  # as the source spells it
    value = models.CharField(max_length=200)
    taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.SET_NULL, db_index=True, related_name="trait_values"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["trait", "name"], name="taxon_trait_value_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

    @property
    def in_words(self) -> str:
        return self.trait.in_words(self.value)


class TaxonTraitImport(models.Model):
    """The log: who brought which file, and what came of it."""

    trait = models.ForeignKey(TaxonTrait, on_delete=models.CASCADE, related_name="imports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    sentence = models.CharField(max_length=500)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.trait}: {self.sentence}"
