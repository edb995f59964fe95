from django.conf import settings
from django.db import models
from django.db.models import Q

from annotations.projects.models import Project
from annotations.samples.models import Image, Object

USER = settings.AUTH_USER_MODEL


class Colour(models.TextChoices):
    """Okabe and Ito's palette, which the colour-blind can tell apart."""

    ORANGE = "#e69f00", "orange"
    SKY = "#56b4e9", "sky blue"
    GREEN = "#009e73", "bluish green"
    YELLOW = "#f0e442", "yellow"
    BLUE = "#0072b2", "blue"
    VERMILION = "#d55e00", "vermilion"
    PURPLE = "#cc79a7", "reddish purple"
    BLACK = "#000000", "black"


class Dash(models.TextChoices):
    """How a line is broken."""

    SOLID = "solid", "solid"
    LONG = "long", "long dashes"
    SHORT = "short", "short dashes"
    DOTTED = "dotted", "dots"
    DASH_DOT = "dash-dot", "dash, dot"
    DASH_DOTS = "dash-dots", "dash, two dots"
    SPARSE = "sparse", "dashes far apart"


class PointShape(models.TextChoices):
    """What stands at a point, and at every vertex of a line."""

    CIRCLE = "circle", "circle"
    SQUARE = "square", "square"
    TRIANGLE = "triangle", "triangle"
    DIAMOND = "diamond", "diamond"
    CROSS = "cross", "cross"
    PLUS = "plus", "plus"
    STAR = "star", "star"


class MarkKind(models.TextChoices):
    POINT = "point", "Points"
    LINE = "line", "Line"
    POLYLINE = "polyline", "Polyline"
    BOX = "box", "Box"
    ELLIPSE = "ellipse", "Ellipse"
    POLYGON = "polygon", "Polygon"
    MASK = "mask", "Mask"


class MarkLabel(models.Model):
    """What may be marked in a project: prosome, egg, gut. Never deleted, since marks keep it: put away instead."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="mark_labels")
    key = models.SlugField(max_length=50)  # its name in files; never changes
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=7, choices=Colour)
    dash = models.CharField(max_length=10, choices=Dash, default=Dash.SOLID)
    shape = models.CharField(max_length=10, choices=PointShape, default=PointShape.CIRCLE)
    help = models.CharField(max_length=500, blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="mark_label_once"),
            # so that two labels in use never differ by their colour alone
            models.UniqueConstraint(
                fields=["project", "dash", "shape"], condition=Q(is_active=True), name="mark_label_look"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """A figure that somebody drew on an image. Its measures in pixels are worked out when it is written."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="marks")
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="marks")
    label = models.ForeignKey(MarkLabel, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=10, choices=MarkKind)
    geometry = models.JSONField()  # in pixels of the image, see geometry.py
    count = models.IntegerField(default=1)
    length = models.FloatField(null=True)  # pixels
    perimeter = models.FloatField(null=True)  # pixels
    area = models.FloatField(null=True)  # square pixels
    esd = models.FloatField(null=True)  # pixels
    angle = models.FloatField(null=True)  # degrees
    author = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    version = models.IntegerField(default=1)
    removed = models.DateTimeField(null=True)  # the row stays: removing is undone

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["project", "id"], name="mark_export")]

    def __str__(self) -> str:
        return f"{self.label} on {self.image}"


class MarkChange(models.Model):
    """The log of marks: one row a change, never updated, never deleted while its mark lives.

    `before` and `after` are states of the mark: {label, geometry, removed}. A mark that is made was `removed` before.
    """

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="changes")
    user = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    version = models.IntegerField()  # of the mark after the change
    before = models.JSONField()
    after = models.JSONField()
    undoes = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["mark", "version"], name="mark_change_once")]

    def __str__(self) -> str:
        return f"mark {self.mark_id}, version {self.version}"
