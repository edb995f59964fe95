"""What the API takes and gives of marks on images and their labels."""

from rest_framework import serializers

from annotations.marks.models import Colour, Dash, PointShape
from annotations.marks.models import MarkKind as Figure


class MarkLabelIn(serializers.Serializer):
    key = serializers.SlugField(max_length=50, help_text="its name in files; never changes")
    name = serializers.CharField(max_length=100)
    colour = serializers.ChoiceField(Colour.choices)
    dash = serializers.ChoiceField(Dash.choices)
    shape = serializers.ChoiceField(PointShape.choices)
    help = serializers.CharField(required=False, allow_blank=True, max_length=500)
    position = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    is_active = serializers.BooleanField(required=False)


class StarterSetIn(serializers.Serializer):
    starter = serializers.BooleanField(
        help_text="true: the labels of the starter set that the project has not"
    )

    def validate_starter(self, starter: bool) -> bool:
        if not starter:
            raise serializers.ValidationError("This is true, or left out where a label is described.")
        return starter


class MarkLabelChanged(serializers.Serializer):
    name = serializers.CharField(max_length=100, required=False)
    colour = serializers.ChoiceField(Colour.choices, required=False)
    dash = serializers.ChoiceField(Dash.choices, required=False)
    shape = serializers.ChoiceField(PointShape.choices, required=False)
    help = serializers.CharField(required=False, allow_blank=True, max_length=500)
    position = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    is_active = serializers.BooleanField(required=False)


class MarkLabelOut(MarkLabelIn):
    id = serializers.IntegerField()
    colour_name = serializers.CharField()


class MarkIn(serializers.Serializer):
    image = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1, help_text="its rank")
    label = serializers.IntegerField()
    kind = serializers.ChoiceField(Figure.choices)
    geometry = serializers.DictField(help_text="in pixels of the image: docs/marks.md")


class MarkChanged(serializers.Serializer):
    version = serializers.IntegerField(help_text="as you saw it")
    label = serializers.IntegerField(required=False)
    geometry = serializers.DictField(required=False)


class MarkLabelNamed(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()


class AuthorOut(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()


class MeasuresOut(serializers.Serializer):
    """None for what the kind doesn't have, and for micrometres where the size of a pixel is unknown."""

    count = serializers.IntegerField()
    length_px = serializers.FloatField(allow_null=True)
    length_um = serializers.FloatField(allow_null=True)
    perimeter_px = serializers.FloatField(allow_null=True)
    perimeter_um = serializers.FloatField(allow_null=True)
    area_px = serializers.FloatField(allow_null=True)
    area_um2 = serializers.FloatField(allow_null=True)
    esd_px = serializers.FloatField(allow_null=True)
    esd_um = serializers.FloatField(allow_null=True)
    angle_deg = serializers.FloatField(allow_null=True)


class MarkOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    object = serializers.IntegerField()
    image = serializers.IntegerField(help_text="its rank")
    label = MarkLabelNamed()
    kind = serializers.CharField()
    geometry = serializers.DictField()
    author = AuthorOut(allow_null=True)
    created = serializers.DateTimeField()
    removed = serializers.DateTimeField(allow_null=True)
    measures = MeasuresOut()


class MarkWritten(MarkOut):
    change = serializers.IntegerField(help_text="of the log: mark-changes/{id}/undo/ takes it back")


class MarkChangeOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    user = serializers.CharField(allow_null=True)
    when = serializers.DateTimeField()
    before = serializers.DictField()
    after = serializers.DictField()
    undoes = serializers.IntegerField(allow_null=True)


class MarkWithHistory(MarkOut):
    history = MarkChangeOut(many=True)


class MarkConflict(serializers.Serializer):
    detail = serializers.CharField()
    mark = MarkOut(help_text="as it is now")


class MarkImportIn(serializers.Serializer):
    file = serializers.FileField(help_text="COCO JSON or CSV, as the export writes them")
    dry_run = serializers.BooleanField(required=False, default=False)
