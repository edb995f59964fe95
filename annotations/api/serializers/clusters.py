"""What the API takes and gives of clusters."""

from rest_framework import serializers

from annotations.api.serializers.labels import OutcomeOut
from annotations.api.serializers.newtaxa import RelativePictureOut
from annotations.api.serializers.taxa import TaxonOut, TaxonSuggestion
from annotations.clusters.queries import WAITING, WHICH
from annotations.clusters.starting import LEAST, MOST, SMALLEST

LARGEST = 2**63 - 1


class RowNumber(serializers.IntegerField):
    def __init__(self, **options):
        super().__init__(min_value=1, max_value=LARGEST, **options)


class Ids(serializers.ListField):
    """Numbers of objects or clusters."""

    child = RowNumber()

    def __init__(self, **options):
        super().__init__(max_length=1000, **options)


class ClusteringIn(serializers.Serializer):
    smallest = serializers.IntegerField(
        default=SMALLEST,
        min_value=LEAST,
        max_value=MOST,
        help_text="objects in the smallest cluster of the first round; halved in each, down to 16",
    )
    filter = serializers.DictField(
        default=dict, help_text="among what matches it; without states, what nobody settled"
    )


class ClusteringOut(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    created = serializers.DateTimeField()
    space = serializers.CharField(source="space.name", allow_null=True, default=None)
    objects_seen = serializers.IntegerField()
    objects_clustered = serializers.IntegerField(help_text="those of them that lie in a cluster")


class ClustersQuery(serializers.Serializer):
    clustering = RowNumber(required=False, help_text="without it, the newest")
    which = serializers.ChoiceField(
        list(WHICH),
        default=WAITING,
        help_text="`unlike`: far from all that is labelled; one whose name was taken back waits again",
    )
    cursor = serializers.CharField(required=False, help_text="`next` of the page before")


class MostlyOut(serializers.Serializer):
    taxon = TaxonOut()
    share = serializers.FloatField(help_text="of the typical members, 0 to 1")


class ClusterOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField(
        help_text="open, validated (it may grow), grown (it waits for a name), named, gone"
    )
    size = serializers.IntegerField(help_text="members")
    round = serializers.IntegerField(help_text="of the clustering in which it was found")
    novelty = serializers.FloatField(
        allow_null=True, help_text="how far it lies from all that is labelled, in spreads of labelled taxa"
    )
    parent = serializers.IntegerField(allow_null=True, help_text="the group that it was put into")
    taxon = TaxonOut(allow_null=True, help_text="what it was named")
    holder = serializers.CharField(allow_null=True, help_text="who has it open")
    images = RelativePictureOut(many=True, help_text="of typical members")
    mostly = MostlyOut(allow_null=True, help_text="what most typical members are, or are predicted as")
    settled = serializers.FloatField(help_text="the share of typical members that somebody has settled")


class ClustersOut(serializers.Serializer):
    results = ClusterOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="the cursor of the next ones")


class CandidatesOut(serializers.Serializer):
    number = serializers.IntegerField(help_text="of the page that is to be looked at, from 0 on")
    pages = serializers.IntegerField()
    good = serializers.IntegerField(help_text="so many pages from the first on belong")
    bad = serializers.IntegerField(help_text="the first that is known not to; `pages` where none is")
    is_single = serializers.BooleanField(
        help_text="the border is found: page by page, as long as something belongs"
    )


class ClusterQuestionOut(ClusterOut):
    phase = serializers.CharField(
        help_text="validate, grow, name, named, gone; held: somebody else has it open"
    )
    waiting = serializers.IntegerField(help_text="members that a name would label")
    settled_elsewhere = serializers.IntegerField(help_text="members that have been settled elsewhere")
    objects = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="to be looked at: members, strangers first, or a page of candidates, the nearest first",
    )
    out = serializers.ListField(
        child=serializers.IntegerField(), help_text="those of them that are taken out"
    )
    candidates = CandidatesOut(allow_null=True)
    next = serializers.IntegerField(
        allow_null=True,
        help_text="after it in the list, or the first: one that waits and that nobody has open",
    )


class ClusterQuestionQuery(serializers.Serializer):
    after = RowNumber(required=False, help_text="the last member of the page before")


class ClusterPatch(serializers.Serializer):
    revision = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=2**31 - 1,
        help_text="of the tree, as you saw it: what others changed since is not overwritten",
    )
    parent = RowNumber(
        required=False, allow_null=True, help_text="a group; null: at the top; there it stands last"
    )
    name = serializers.CharField(
        required=False, max_length=200, allow_blank=True, help_text="blank: by its number"
    )
    taxon = RowNumber(
        required=False, allow_null=True, help_text="that a group is to be; nothing is labelled by it"
    )


class MembersIn(serializers.Serializer):
    out = Ids(default=list, help_text="they don't belong")
    back = Ids(default=list, help_text="they do, after all")


class ValidateIn(serializers.Serializer):
    out = Ids(default=list, help_text="those that don't belong; all others do")
    back = Ids(default=list, help_text="taken out before, but they do belong")


class GrowIn(serializers.Serializer):
    page = serializers.IntegerField(
        required=False, min_value=0, max_value=1_000_000, help_text="which was looked at; not with `growth`"
    )
    belong = serializers.ChoiceField(
        ["all", "none"], required=False, help_text="all but `out`, or none of it"
    )
    out = Ids(default=list)
    growth = serializers.ChoiceField(
        ["begin", "anew", "end"],
        required=False,
        help_text="in the place of `belong`: looks for candidates; again, and what had joined is let go; it is enough",
    )


class ValuesBeside(serializers.DictField):
    """Values of traits by their keys."""

    child = serializers.JSONField()

    def __init__(self, **options):
        super().__init__(
            required=False,
            help_text='`{"egg_sac": "yes", "eggs": 12}`: the same objects get them in the same batch; '
            "what people have said of a trait stays",
            **options,
        )


class NameIn(serializers.Serializer):
    taxon = RowNumber()
    traits = ValuesBeside()


class NewClusterTaxonIn(serializers.Serializer):
    name = serializers.CharField(
        required=False, max_length=200, help_text="without it, the one that is proposed"
    )
    parent = RowNumber(required=False, help_text="a taxon; without it, the one that is proposed")
    homonym = serializers.BooleanField(required=False, default=False)
    traits = ValuesBeside()


class MergeClustersIn(serializers.Serializer):
    clusters = Ids(help_text="that are the same as this one")


class ClusterNamedOut(OutcomeOut):
    question = ClusterQuestionOut()


class NewClusterTaxonOut(ClusterNamedOut):
    taxon = TaxonSuggestion()
    rest = serializers.JSONField(allow_null=True, help_text="always null")
