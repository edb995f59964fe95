from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.db.models.functions import Lower

from annotations.projects.models import Project
from annotations.taxonomy.names import NameField

WORMS = "https://www.marinespecies.org/aphia.php?p=taxdetails&id="


class TaxonKind(models.TextChoices):
    PHYLO = "P", "Phylogenetic"
    MORPHO = "M", "Morphotype"


class TaxonStatus(models.TextChoices):
    ACTIVE = "A", "Active"
    DEPRECATED = "D", "Deprecated"


def folded_of(field: str) -> models.GeneratedField:
    """A name as it is looked up: small letters without accents or signs. Kept by the database, whoever writes."""
    folded = Func(F(field), function="taxonomy_folded")
    return models.GeneratedField(expression=folded, output_field=models.TextField(), db_persist=True)


class Taxon(models.Model):
    """A node of the site's one tree: a phylogenetic taxon or a morphotype such as `egg<Copepoda`.

    `path` holds the ids from the root down to the node itself, so that "with descendants" is one indexed look-up.
    A deprecated taxon stays, because the log of labels speaks of it; nobody can choose it any more. That the tree
    has no circle is seen to by a trigger (migration 0004).
    """

    name = NameField(max_length=200)
    display_name = NameField(max_length=400)
    name_folded = folded_of("name")  # for looking up: see migration 0007
    folded = folded_of("display_name")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = ArrayField(models.BigIntegerField(), default=list)
    kind = models.CharField(max_length=1, choices=TaxonKind, default=TaxonKind.PHYLO)
    rank = models.CharField(max_length=40, blank=True)
    authority = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=1, choices=TaxonStatus, default=TaxonStatus.ACTIVE)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    note = models.TextField(blank=True)  # how to recognise it, for the whole site
    aphia_id = models.PositiveIntegerField(null=True, blank=True)  # of WoRMS
    ecotaxa_id = models.PositiveIntegerField(null=True, blank=True, unique=True)
    used = models.BigIntegerField(default=0)  # objects labelled with it, counted every few minutes

    class Meta:
        verbose_name_plural = "taxa"
        ordering = ["display_name"]
        indexes = [
            GinIndex(fields=["path"], name="taxon_path"),  # descendants of a taxon
            # completion in the picker: a prefix of the name, whatever the case
            models.Index(OpClass("folded", "text_pattern_ops"), name="taxon_completion"),
            models.Index(OpClass("name_folded", "text_pattern_ops"), name="taxon_name"),
            # completion, too: those that are in use come first, and they are few
            models.Index(F("used").desc(), name="taxon_used", condition=Q(used__gt=0)),
        ]
        constraints = [
            # checked at the end of a statement: an import may give one taxon's name or number to another
            models.UniqueConstraint(
                fields=["display_name"], name="taxon_shown_once", deferrable=Deferrable.IMMEDIATE
            ),
            models.UniqueConstraint(
                fields=["aphia_id"], name="taxon_once_in_worms", deferrable=Deferrable.IMMEDIATE
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="taxon_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(status=TaxonStatus.DEPRECATED) | Q(replaced_by=None),
                name="taxon_replaced_is_deprecated",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_active(self) -> bool:
        return self.status == TaxonStatus.ACTIVE

    @property
    def worms_url(self) -> str:
        return f"{WORMS}{self.aphia_id}" if self.aphia_id else ""


class Synonym(models.Model):
    """Another name of a taxon, as old labels and books have it: the picker finds the taxon by it."""

    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="synonyms")
    name = NameField(max_length=200)
    folded = folded_of("name")

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(OpClass("folded", "text_pattern_ops"), name="synonym_completion")]
        constraints = [models.UniqueConstraint(Lower("name"), "taxon", name="synonym_once_a_taxon")]

    def __str__(self) -> str:
        return f"{self.name} → {self.taxon}"


class Word(models.Model):
    """A word of a name or synonym, as it is looked up: what is typed with a letter wrong is compared with them all.

    Kept by triggers, see migration 0008.
    """

    word = models.TextField(primary_key=True, db_collation="C")

    def __str__(self) -> str:
        return self.word


class Favourite(models.Model):
    """A taxon that a project's picker shows before all others."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="favourites")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["project", "taxon"], name="favourite_once")]

    def __str__(self) -> str:
        return str(self.taxon)


class TrainingRule(models.Model):
    """A taxon of a project, with all below it, is learnt as another one, or as nothing. The nearest rule counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="training_rules")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Taxon, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["taxon__display_name"]
        constraints = [models.UniqueConstraint(fields=["project", "taxon"], name="training_rule_once")]

    def __str__(self) -> str:
        return f"{self.taxon} → {self.into or 'not learnt'}"


class TaxonEdit(models.Model):
    """The log of the tree: what somebody changed of a taxon. `before` and `after` have the changed fields alone."""

    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="edits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.taxon}: {', '.join(self.after)}"
