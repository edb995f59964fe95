"""What the API takes and gives of reviews."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.labels import TargetIn, Targets
from annotations.api.serializers.objects import ChoiceOut, ImageOut
from annotations.api.serializers.taxa import TaxonOut
from annotations.review.actions import LEAST_PAGE
from annotations.review.models import MOST_PAGE, ReviewOrder


class ReviewIn(serializers.Serializer):
    order = serializers.ChoiceField(ReviewOrder.choices, default=ReviewOrder.PROGRESS)
    size = serializers.IntegerField(
        default=MOST_PAGE, min_value=LEAST_PAGE, max_value=MOST_PAGE, help_text="objects a page, at most"
    )
    filter = serializers.DictField(default=dict, help_text="within which pages are looked for")


class ReviewProposalOut(serializers.Serializer):
    taxon = TaxonOut()


class ExpectedOut(serializers.Serializer):
    value = serializers.FloatField(help_text="the share that is right to accept, 0 to 1")
    low = serializers.FloatField(help_text="of the 95 % interval")
    high = serializers.FloatField()


class ReviewObjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    taxon = TaxonOut(allow_null=True, help_text="what a model says that it is, by now")
    images = ImageOut(many=True)
    best = ChoiceOut(
        many=True, help_text="what a model says of it, as `choices/` has it; empty where none has looked"
    )


class ReviewPageOut(serializers.Serializer):
    id = serializers.IntegerField()
    reason = serializers.CharField(help_text="why this page is offered now")
    proposal = ReviewProposalOut(
        allow_null=True, help_text="null where nobody knows: name them, or set them aside"
    )
    is_mixed = serializers.BooleanField(
        help_text="a few each of several rare taxa, without one proposal: each object is asked for as its own `taxon`; "
        "say what it is among `others`, also where that is right"
    )
    may_be_new = serializers.BooleanField(
        help_text="chosen by similarity, not by what a model calls them: perhaps a taxon that has no name yet"
    )
    expected_right = ExpectedOut(allow_null=True)
    objects = ReviewObjectOut(many=True, help_text="what waits of the page, strangers first")
    learnt_labels = serializers.IntegerField(
        help_text="of people, from which it has learnt while they sort; 0 for none"
    )


class OtherIn(TargetIn):
    taxon = serializers.IntegerField(help_text="what it is instead")


class AsideIn(TargetIn):
    taxon = serializers.IntegerField(
        required=False, help_text="what it is not, on a mixed page: what you saw it named"
    )


class ReviewAnswerIn(serializers.Serializer):
    taxon = serializers.IntegerField(
        required=False, help_text="what the accepted ones are: mostly the proposal"
    )
    accepted = Targets(required=False)
    others = OtherIn(many=True, required=False)
    set_aside = AsideIn(
        many=True,
        required=False,
        help_text="not the proposal, and not named yet: they wait together by similarity",
    )


class MachineValidationIn(serializers.Serializer):
    taxon = serializers.IntegerField(help_text="what they are predicted as")
    threshold = NumberField(
        min_value=0, max_value=1, help_text="the least score, 0 to 1, as the API gives them: not rounded"
    )
    objects = serializers.IntegerField(
        min_value=1, help_text="how many you saw: where there are more or fewer by now, nothing is done"
    )
    guesses = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        default=list,
        max_length=1000,
        help_text="taxa below `taxon`: what is predicted as one of them with less than the threshold becomes `taxon`, "
        "where the stored scores at or below that add up to the threshold; see `thresholds/{taxon}/coarser/`",
    )
    filter = serializers.DictField(default=dict, help_text="among what matches it alone")


class MachineValidationOut(serializers.Serializer):
    batch = serializers.IntegerField(
        allow_null=True, help_text="what undoes all of it; null where others were faster, and nothing changed"
    )
    changed = serializers.IntegerField()


class StartedOut(serializers.Serializer):
    job = serializers.IntegerField(help_text="its `result` tells `batch` and `changed` in the end")


class ProposedThresholdOut(serializers.Serializer):
    precision = serializers.FloatField(help_text="0.95 or 0.99")
    threshold = serializers.FloatField(
        help_text="the lowest score above which so many are expected to be right"
    )
    above = serializers.IntegerField(help_text="objects with that score or more")


class ScoringModelOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ThresholdRowOut(serializers.Serializer):
    taxon = TaxonOut()
    waiting = serializers.IntegerField(help_text="objects that are predicted to be the taxon")
    proposals = ProposedThresholdOut(many=True)


class ThresholdPageOut(serializers.Serializer):
    results = ThresholdRowOut(many=True, help_text="those of which most waits first")
    next = serializers.CharField(allow_null=True)


class CoarserQuery(serializers.Serializer):
    threshold = NumberField(
        required=False, min_value=0, max_value=1, help_text="a score, what lies below it is looked at (0.95)"
    )
    coarser = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="the taxon whose `guesses` are told"
    )


class ReachedOut(serializers.Serializer):
    taxon = TaxonOut()
    objects = serializers.IntegerField(help_text="below the threshold, whose stored scores add up to it")
    expected = serializers.FloatField(help_text="the share that is right, by sums that are lower bounds")
    low = serializers.FloatField(help_text="of the 95 % interval")
    high = serializers.FloatField()
    answers = serializers.IntegerField(help_text="that people gave here to such objects")


class BackOffOut(serializers.Serializer):
    coarser = ReachedOut(many=True, help_text="taxa above that reach something, the finest first")
    chosen = TaxonOut(allow_null=True, help_text="of these, the one whose guesses follow: else the finest")
    guesses = ReachedOut(many=True, help_text="what the chosen one reaches, by best guess")


class ShareList(serializers.ListField):
    child = serializers.FloatField()


class ThresholdCurveOut(ThresholdRowOut):
    scored = serializers.IntegerField(
        help_text="of these, with a score and not set aside: what can lie above"
    )
    model = ScoringModelOut(allow_null=True, help_text="that gave most of the scores")
    held_out = serializers.IntegerField(help_text="objects on which its calls of the taxon were measured")
    answers = serializers.IntegerField(help_text="that people gave here to its calls of the taxon")
    basis = serializers.CharField(help_text="the same in words")
    threshold = ShareList(
        help_text="scores, from the highest down, at most 500; each column has an entry for each"
    )
    above = serializers.ListField(
        child=serializers.IntegerField(), help_text="objects with that score or more"
    )
    expected = ShareList(help_text="of these, the share that is expected to be right")
    low = ShareList(help_text="of the 95 % interval")
    high = ShareList()
