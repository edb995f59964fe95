"""What the API takes and gives of abundances and of validation plans."""

from rest_framework import serializers

from annotations.abundance.forms import MOST_DRAWN
from annotations.abundance.models import AbundanceTable, Basis
from annotations.abundance.plan_queries import DrawProposal, PlanState
from annotations.abundance.plans import MOST_AT_ONCE, MOST_SAMPLES
from annotations.abundance.queries import AbundancePage, AbundanceRow
from annotations.abundance.summary import TableSummary


class AbundanceIn(serializers.Serializer):
    model = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="that has predicted here; without it the project's own model, else the newest",
    )
    taxa_below = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        default=list,
        max_length=1000,
        help_text="taxa that hold all that is below them",
    )


NUMBERS = (
    "estimate",
    "low",
    "high",
    *(f"{way}{end}" for way in ("adjusted", "em") for end in ("", "_low", "_high")),
)


class AbundanceRowOut(serializers.Serializer):
    sample = serializers.IntegerField()
    sample_name = serializers.CharField()
    taxon = serializers.IntegerField()
    taxon_name = serializers.CharField()
    validated = serializers.IntegerField(help_text="objects that people validated")
    estimate = serializers.FloatField(help_text="objects")
    low = serializers.FloatField(help_text="of the interval of 95 %")
    high = serializers.FloatField()
    basis = serializers.ChoiceField(Basis.values, help_text="what the sample's estimates stand on")
    adjusted = serializers.FloatField(allow_null=True, help_text="by the model's confusion matrix")
    adjusted_low = serializers.FloatField(
        allow_null=True, help_text="null where held-out samples are too few"
    )
    adjusted_high = serializers.FloatField(allow_null=True)
    em = serializers.FloatField(allow_null=True, help_text="by Saerens' EM")
    em_low = serializers.FloatField(allow_null=True, help_text="null where held-out samples are too few")
    em_high = serializers.FloatField(allow_null=True)
    per_m3 = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="estimate, low and high, objects per m³"
    )
    why_no_volume = serializers.CharField()


class DrawProposalOut(serializers.Serializer):
    sample = serializers.IntegerField()
    taxon = serializers.IntegerField()
    half_width = serializers.FloatField(help_text="of the interval, objects")
    relative = serializers.FloatField(help_text="the same as a share of the count")
    objects = serializers.IntegerField(help_text="drawn by chance, that make it half as wide")


class AbundanceOut(serializers.Serializer):
    created = serializers.DateTimeField()
    model = serializers.IntegerField(allow_null=True)
    objects = serializers.IntegerField()
    validated = serializers.IntegerField()
    dubious = serializers.IntegerField(help_text="people could not tell: of no taxon")
    drawn = serializers.IntegerField(help_text="of both, by chance, so that they speak for others")
    unnamed = serializers.FloatField(help_text="objects that the model gives to no taxon that it names")
    taxa_below = serializers.ListField(child=serializers.IntegerField())
    rows = AbundanceRowOut(many=True)
    next = serializers.CharField(allow_null=True)
    proposals = DrawProposalOut(
        many=True, help_text="the widest interval of each sample: what to validate next"
    )


class ValidationPlanIn(serializers.Serializer):
    samples = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST_SAMPLES
    )
    objects = serializers.IntegerField(
        min_value=1,
        max_value=MOST_DRAWN,
        help_text=f"of each sample; of all together at most {MOST_AT_ONCE:,}",
    )


class ValidationPlanOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="for the filter `plan`")
    created = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    samples = serializers.IntegerField()
    objects = serializers.IntegerField()
    validated = serializers.IntegerField()
    dubious = serializers.IntegerField()


class ValidationPlansOut(serializers.Serializer):
    results = ValidationPlanOut(many=True)
    next = serializers.CharField(allow_null=True)


def serialize_abundance(
    table: AbundanceTable, summary: TableSummary, page: AbundancePage, proposals: list[DrawProposal]
) -> dict:
    return {
        "created": table.created,
        "model": table.model_id,
        "objects": table.objects_seen,
        "validated": summary.validated,
        "dubious": summary.dubious,
        "drawn": summary.drawn,
        "unnamed": summary.unnamed,
        "taxa_below": table.taxa_below,
        "rows": [_row(row) for row in page.rows],
        "next": page.next,
        "proposals": [{name: getattr(one, name) for name in DrawProposalOut().fields} for one in proposals],
    }


def _row(row: AbundanceRow) -> dict:
    one = row.figure
    return {
        "sample": one.sample_id,
        "sample_name": row.sample_name,
        "taxon": one.taxon_id,
        "taxon_name": row.taxon_name,
        "validated": one.counted,
        **{name: getattr(one, name) for name in NUMBERS},
        "basis": row.sample.basis,
        "per_m3": row.per_cubic_metre,
        "why_no_volume": row.why_no_volume,
    }


def serialize_plan(state: PlanState) -> dict:
    owner = state.plan.owner
    counts = {name: getattr(state, name) for name in ("samples", "objects", "validated", "dubious")}
    return {
        "id": state.plan.pk,
        "created": state.plan.created,
        "user": owner.display_name if owner else None,
        **counts,
    }
