"""What the API takes and gives of the registry of models."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.taxa import TaxonOut
from annotations.learning.models import Model
from annotations.learning.registry import FORMATS


class ModelOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    projects = serializers.ListField(child=serializers.IntegerField())
    is_ready = serializers.BooleanField()
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    settings = serializers.DictField()
    taxa = TaxonOut(many=True)
    learning_set = serializers.DictField()
    learning_set_id = serializers.IntegerField(allow_null=True)
    method = serializers.ChoiceField(choices=Model.Method.choices)
    parent = serializers.IntegerField(allow_null=True, help_text="the model whose weights it started from")
    start_backbone = serializers.IntegerField(allow_null=True, help_text="or the backbone")
    notes = serializers.CharField()
    wanted_precision = serializers.FloatField(allow_null=True)
    archived = serializers.DateTimeField(allow_null=True)
    metrics = serializers.DictField()
    verdict = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="sentences on what to rely on it for, from held-out objects; of a single model alone",
    )


class ModelChange(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    notes = serializers.CharField(required=False, allow_blank=True)
    wanted_precision = NumberField(
        required=False,
        allow_null=True,
        help_text="one that `metrics.thresholds` has; null: always the best guess",
    )
    archived = serializers.BooleanField(required=False)


class ModelExportIn(serializers.Serializer):
    format = serializers.ChoiceField(list(FORMATS), required=False, default="folder")


class ModelImportIn(serializers.Serializer):
    folder = serializers.FileField(help_text="the zip of an exported model")
    projects = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)


class OwnModelIn(serializers.Serializer):
    model = serializers.IntegerField()


class OwnModelOut(serializers.Serializer):
    model = serializers.IntegerField(allow_null=True)


class FiguresOut(serializers.Serializer):
    model = serializers.IntegerField()
    accuracy = serializers.FloatField()
    balanced_accuracy = serializers.FloatField()
    macro_f1 = serializers.FloatField()
    intervals = serializers.DictField(help_text="95 %, of each figure")


class DifferenceOut(serializers.Serializer):
    difference = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField())


class DifferencesOut(serializers.Serializer):
    model = serializers.IntegerField()
    accuracy = DifferenceOut()
    balanced_accuracy = DifferenceOut()
    macro_f1 = DifferenceOut()


class ComparedTaxonOut(serializers.Serializer):
    taxon = TaxonOut()
    support = serializers.IntegerField()
    f1 = serializers.ListField(child=serializers.FloatField(), help_text="one for each model")


class AgreedOut(serializers.Serializer):
    models = serializers.ListField(child=serializers.IntegerField())
    share = serializers.FloatField()


class NamedOut(serializers.Serializer):
    taxon = TaxonOut()
    score = serializers.FloatField()
    is_right = serializers.BooleanField()


class DifferingOut(serializers.Serializer):
    object_id = serializers.IntegerField()
    project = serializers.IntegerField()
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    label = TaxonOut()
    predictions = NamedOut(many=True)


class ModelComparisonOut(serializers.Serializer):
    models = serializers.ListField(child=serializers.IntegerField())
    objects = serializers.IntegerField(help_text="held out by all of them")
    samples = serializers.IntegerField()
    left_out = serializers.IntegerField(
        help_text="labelled differently, or a taxon that not all of them know"
    )
    taxa = serializers.IntegerField(help_text="known to all")
    taxa_not_shared = serializers.IntegerField()
    is_enough = serializers.BooleanField()
    shares_set = serializers.BooleanField(help_text="whether they learnt from one learning set")
    figures = FiguresOut(many=True)
    differences = DifferencesOut(many=True, help_text="to the first model")
    per_taxon = ComparedTaxonOut(many=True)
    agreement = AgreedOut(many=True)
    apart = serializers.IntegerField(help_text="objects that they call differently")
    differ = DifferingOut(many=True, help_text="some of these, of your projects")


class RegistryFilter(serializers.Serializer):
    q = serializers.CharField(required=False, default="", allow_blank=True, help_text="part of name or notes")
    method = serializers.ChoiceField(Model.Method.choices, required=False, default="", allow_blank=True)
    archived = serializers.BooleanField(
        required=False, default=False, help_text="those that were put away, in place of the others"
    )
