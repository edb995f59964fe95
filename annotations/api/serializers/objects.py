"""What the API takes and gives of samples, objects and their images. Rows of objects never pass here."""

from rest_framework import serializers

from annotations.api.serializers.taxa import TaxonOut


class WithFields(serializers.Serializer):
    """Gives the free columns as `fields`, a name that a serializer itself has taken."""

    def get_fields(self) -> dict:
        return {
            **super().get_fields(),
            "fields": serializers.DictField(help_text="free columns by their names"),
        }


class TotalOut(serializers.Serializer):
    count = serializers.IntegerField(allow_null=True, help_text="null where counting takes too long")
    is_at_least = serializers.BooleanField(help_text="whether there are more than `count`")


class OrderOut(serializers.Serializer):
    order = serializers.CharField(help_text="for `order=`, in the direction that pages offer first")
    name = serializers.CharField()
    ascending = serializers.CharField(help_text="what comes first then; empty for free columns")
    descending = serializers.CharField()
    is_reversible = serializers.BooleanField()
    is_column = serializers.BooleanField(help_text="whether it is a free column")


class OriginalOut(serializers.Serializer):
    """What came in, where everybody is shown a rendering of it: 8 bits, upright."""

    url = serializers.CharField()
    file_name = serializers.CharField()
    kind = serializers.CharField(help_text="as `TIFF, 16-bit grey`")
    window = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="values up to the first are black, from the second on white; null for pictures of 8 bits",
    )


class ParentImageOut(serializers.Serializer):
    url = serializers.CharField()
    file_name = serializers.CharField()
    width = serializers.IntegerField(help_text="pixels")
    height = serializers.IntegerField()


class RegionOut(serializers.Serializer):
    """Where an image lies in the larger picture that it was cut from: pixels of that, from its upper left corner."""

    parent = ParentImageOut()
    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class ImageOut(serializers.Serializer):
    url = serializers.CharField()
    width = serializers.IntegerField(help_text="pixels, upright")
    height = serializers.IntegerField()
    rank = serializers.IntegerField()
    original = OriginalOut(required=False)
    region = RegionOut(
        required=False, help_text="of what was cut from a larger picture; in the answer about one object"
    )


class ObjectOut(WithFields):
    """An object: one organism or particle, with its label and the pictures of it."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(
        help_text="of the label, goes up with each change: send it with a label"
    )
    original_id = serializers.CharField(help_text="as it came in, `object_id` of EcoTaxa's packages")
    sample = serializers.IntegerField()
    taxon = TaxonOut(allow_null=True)
    state = serializers.ChoiceField(
        ["unclassified", "predicted", "dubious", "validated", "machine-validated"],
        help_text="whether a person has settled it, or only a model, or a rule that a person set",
    )
    score = serializers.FloatField(
        allow_null=True, help_text="the model's calibrated probability of the taxon"
    )
    margin = serializers.FloatField(allow_null=True, help_text="score less that of the second taxon")
    entropy = serializers.FloatField(
        allow_null=True, help_text="of the model's probabilities: high where it is unsure"
    )
    sample_original_id = serializers.CharField()
    depth_min = serializers.FloatField(allow_null=True, help_text="m")
    depth_max = serializers.FloatField(allow_null=True, help_text="m")
    date = serializers.DateTimeField(allow_null=True, help_text="when it was taken, UTC")
    latitude = serializers.FloatField(allow_null=True, help_text="degrees, north is positive")
    longitude = serializers.FloatField(allow_null=True, help_text="degrees, east is positive")
    annotator = serializers.CharField(
        allow_null=True, help_text="who labelled it; null where only a model did"
    )
    labelled_at = serializers.DateTimeField(allow_null=True)
    acquisition_id = serializers.IntegerField()
    pixel_um = serializers.FloatField(allow_null=True, help_text="µm a pixel of its pictures")
    images = ImageOut(many=True)


class ListedObjectOut(ObjectOut):
    traits = serializers.DictField(help_text="values by the keys of the traits")


class ObjectPage(serializers.Serializer):
    results = ListedObjectOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`cursor` of the next page; null on the last")


class CountOut(serializers.Serializer):
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()
    count = serializers.IntegerField()


class ScoredTaxonOut(serializers.Serializer):
    taxon = TaxonOut()
    score = serializers.FloatField(help_text="calibrated probability")


class ChoiceTaxonOut(TaxonOut):
    is_italic = serializers.BooleanField(help_text="whether its name is written so")


class ChoiceOut(serializers.Serializer):
    taxon = ChoiceTaxonOut()
    score = serializers.FloatField(help_text="calibrated probability")


class ObjectChoicesOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="of the object")
    best = ChoiceOut(many=True, help_text="up to three taxa, of a refit up to six, surest first")


class ObjectPredictionOut(serializers.Serializer):
    """What a model said of an object, whether or not that became its label."""

    model = serializers.IntegerField()
    is_current = serializers.BooleanField(help_text="the last model's: what pages and filters go by")
    best = ScoredTaxonOut(many=True, help_text="up to three taxa, of a refit up to six, surest first")
    candidates = TaxonOut(many=True, help_text="hold the true taxon 90 times in 100")
    novelty = serializers.FloatField(
        allow_null=True, help_text="share of the held-out objects that lie nearer to what was learnt"
    )
    is_novel = serializers.BooleanField()
    is_nine_in_ten = serializers.BooleanField()
    created = serializers.DateTimeField()
