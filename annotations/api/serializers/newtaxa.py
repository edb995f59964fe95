"""What the API takes and gives of new taxa that pages of a review become."""

from rest_framework import serializers

from annotations.api.serializers.labels import OutcomeOut, Targets
from annotations.api.serializers.review import ReviewPageOut
from annotations.api.serializers.taxa import TaxonOut, TaxonSuggestion
from annotations.review.newtaxa.naming import NewTaxonProposal
from annotations.taxonomy.models import Taxon


class RelativePictureOut(serializers.Serializer):
    url = serializers.CharField()
    width = serializers.IntegerField(help_text="pixels")
    height = serializers.IntegerField()


class RelativeOut(serializers.Serializer):
    taxon = TaxonOut()
    share = serializers.FloatField(
        help_text="0 to 1: of the nearest that people have named, or a model's score"
    )
    image = RelativePictureOut(allow_null=True, help_text="of one that people have named so")


class NewTaxonQuery(serializers.Serializer):
    parent = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="a taxon below which it would stand"
    )


class NewTaxonProposalOut(serializers.Serializer):
    name = serializers.CharField(help_text="a temporary one, the next number below the parent")
    parent = TaxonOut(
        allow_null=True,
        help_text="the lowest below which most of what is nearest lies; null where nothing is known: name one",
    )
    nearest = RelativeOut(many=True, help_text="known taxa, the nearest first, at most three")
    is_by_similarity = serializers.BooleanField(
        help_text="whether objects were compared; else the shares are what a model says"
    )
    may_create = serializers.BooleanField()
    refusal = serializers.CharField(allow_blank=True, help_text="why you may not create taxa")


class NewTaxonIn(serializers.Serializer):
    objects = Targets(help_text="of the page, that are it")
    name = serializers.CharField(
        required=False, max_length=200, help_text="without it, the one that is proposed"
    )
    parent = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="a taxon; without it, the one that is proposed",
    )
    homonym = serializers.BooleanField(
        required=False, default=False, help_text="another one than that of the same scientific name is meant"
    )


class NewTaxonOut(OutcomeOut):
    taxon = TaxonSuggestion()
    rest = ReviewPageOut(
        allow_null=True,
        help_text="a page of yours with what you have not answered, offered as the same taxon",
    )


def serialize_new_taxon(proposal: NewTaxonProposal) -> dict:
    relatives = proposal.relatives
    return {
        "name": proposal.name,
        "parent": proposal.parent and _named(proposal.parent),
        "nearest": [
            {"taxon": _named(each.taxon), "share": round(each.share, 3), "image": each.picture}
            for each in relatives.nearest
        ],
        "is_by_similarity": relatives.is_by_similarity,
        "may_create": not proposal.refusal,
        "refusal": proposal.refusal,
    }


def _named(taxon: Taxon) -> dict:
    return {"id": taxon.pk, "name": taxon.display_name}
