"""What the API takes and gives of taxa, their names and training groups."""

from rest_framework import serializers

from annotations.taxon_matching.models import Settling
from annotations.taxonomy.models import Taxon


class TaxonOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class TaxonSuggestion(TaxonOut):
    lineage = serializers.ListField(child=serializers.CharField(), help_text="names from the root down")
    synonym = serializers.CharField(allow_null=True, help_text="by which alone it was found")
    rank = serializers.CharField()
    is_italic = serializers.BooleanField(help_text="whether it is a genus, or lies below one")


class PendingNameOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    lineage = serializers.ListField(child=serializers.CharField())
    ecotaxa_id = serializers.IntegerField(allow_null=True)
    taxon = serializers.IntegerField(allow_null=True, source="taxon_id")
    objects_with_it = serializers.IntegerField()
    traits = serializers.ListField(
        child=serializers.CharField(), help_text="names of those that wait for it, to apply to its taxon"
    )


class ProposalOut(serializers.Serializer):
    act = serializers.CharField(help_text="`map` or `create`")
    taxon = serializers.IntegerField(
        allow_null=True,
        help_text="what the name may mean, or below which it may be made; null: by its lineage",
    )
    name = serializers.CharField(help_text="of that taxon")
    lineage = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField()
    is_clear = serializers.BooleanField(help_text="nothing speaks against it, and no other is as good")


class ProposalsOut(serializers.Serializer):
    name = serializers.IntegerField(help_text="number of a name of `pending-names/`")
    proposals = ProposalOut(many=True)


class ProposalsPage(serializers.Serializer):
    results = ProposalsOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`cursor` of those that follow")


class SettleIn(serializers.Serializer):
    act = serializers.ChoiceField(["map", "create", "refuse"])
    taxon = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="what it means, or the parent of a new one",
    )
    root = serializers.BooleanField(
        required=False,
        default=False,
        help_text="create it even where it becomes a root of the whole site's tree: nothing says what it stands below",
    )


class NameDecisionIn(SettleIn):
    name = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="number of one that waits")


class SettleManyIn(serializers.Serializer):
    decisions = NameDecisionIn(many=True, allow_empty=False, max_length=1000)


class MapProposedIn(serializers.Serializer):
    expected = serializers.IntegerField(
        min_value=0,
        help_text="how many names have one clear proposal: if it is another number, nothing is done",
    )


class SettlingOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="by which it is taken back")
    names = serializers.SerializerMethodField(help_text="numbers of the names")
    job = serializers.IntegerField(
        allow_null=True, source="job_id", help_text="that labels, or takes the labels back"
    )
    undone = serializers.DateTimeField(allow_null=True)

    def get_names(self, settling: Settling) -> list[int]:
        return [note["name"] for note in settling.names]


NUMBER = {"min_value": 1, "max_value": 2**31 - 1, "allow_null": True, "required": False}


class TaxonDetail(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    display_name = serializers.CharField()
    parent = serializers.IntegerField(allow_null=True, source="parent_id")
    path = serializers.ListField(
        child=serializers.IntegerField(), help_text="ids from the root down to itself"
    )
    kind = serializers.ChoiceField(["P", "M"], help_text="phylogenetic, morphotype")
    rank = serializers.CharField()
    authority = serializers.CharField()
    status = serializers.SerializerMethodField()
    replaced_by = serializers.IntegerField(allow_null=True, source="replaced_by_id")
    note = serializers.CharField()
    aphia_id = serializers.IntegerField(allow_null=True)
    ecotaxa_id = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField(help_text="objects of the site, counted every few minutes")
    synonyms = serializers.SerializerMethodField()

    def get_status(self, taxon: Taxon) -> str:
        return "active" if taxon.is_active else "deprecated"

    def get_synonyms(self, taxon: Taxon) -> list[str]:
        return [synonym.name for synonym in taxon.synonyms.all()]


class TaxonIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    parent = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**63 - 1,
        help_text="administrators alone may leave it out: a root of the site's tree",
    )
    kind = serializers.ChoiceField(
        ["P", "M"],
        required=False,
        help_text="phylogenetic, morphotype; else as the name begins large or small",
    )
    rank = serializers.CharField(required=False, allow_blank=True, max_length=40)
    aphia_id = serializers.IntegerField(**NUMBER)
    project = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="for which it is made: your role there counts",
    )
    homonym = serializers.BooleanField(
        required=False, default=False, help_text="make it though a taxon elsewhere in the tree is spelt so"
    )


class SameSpellingOut(serializers.Serializer):
    detail = serializers.CharField()
    taxa = TaxonSuggestion(many=True, help_text="those of the same spelling, or of the same AphiaID")


class TaxonChange(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=200)
    parent = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(["P", "M"], required=False)
    rank = serializers.CharField(required=False, allow_blank=True, max_length=40)
    authority = serializers.CharField(required=False, allow_blank=True, max_length=300)
    note = serializers.CharField(required=False, allow_blank=True)
    aphia_id = serializers.IntegerField(**NUMBER)
    ecotaxa_id = serializers.IntegerField(**NUMBER)
    status = serializers.ChoiceField(["active", "deprecated"], required=False)
    replaced_by = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)


class SynonymIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class SynonymOut(SynonymIn):
    id = serializers.IntegerField()


class MergeIn(serializers.Serializer):
    into = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class MergeOut(serializers.Serializer):
    id = serializers.IntegerField()
    taxon = serializers.IntegerField(source="taxon_id")
    into = serializers.IntegerField(source="into_id")
    created = serializers.DateTimeField()
    undone = serializers.DateTimeField(allow_null=True)


class TaxonEditOut(serializers.Serializer):
    id = serializers.IntegerField()
    created = serializers.DateTimeField()
    user = serializers.CharField(source="user.display_name", allow_null=True, default=None)
    before = serializers.DictField(help_text="the changed fields, as they were")
    after = serializers.DictField(help_text="and as they became")


class TaxaImportIn(serializers.Serializer):
    table = serializers.FileField()
    format = serializers.ChoiceField(["", "ecotaxa", "dwc"], required=False, default="")
    dry_run = serializers.BooleanField(required=False, default=False)


class TrainingRuleInOut(serializers.Serializer):
    taxon = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    into = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=2**63 - 1, help_text="null: not learnt from"
    )


class Presets(serializers.Serializer):
    favourites = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False
    )
    training_rules = TrainingRuleInOut(many=True, required=False)
