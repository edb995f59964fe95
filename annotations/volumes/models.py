from django.db import models

from annotations.projects.models import Project

COEFFICIENT = "1 / ssm.sub_part"  # of the acquisition, or of its process
VOLUME = "sample.tot_vol"
INDIVIDUAL_VOLUME = "4/3 * pi * (sqrt(object.area / pi) * pixel)^3"


class VolumeUnit(models.TextChoices):
    """In which the samples' volumes are: no file states it, so a person says it."""

    CUBIC_METRES = "m3", "m³"
    LITRES = "l", "litres"

    @property
    def in_cubic_metres(self) -> float:
        return 1.0 if self is VolumeUnit.CUBIC_METRES else 0.001


class VolumeSettings(models.Model):
    """How a project's concentrations and biovolumes are worked out: EcoTaxa's three formulas, by default as there."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="volume_settings"
    )
    volume_unit = models.CharField(max_length=2, choices=VolumeUnit, blank=True)  # empty: nobody has said it
    coefficient = models.CharField(
        max_length=500, default=COEFFICIENT
    )  # what share of a sample was looked at
    volume = models.CharField(max_length=500, default=VOLUME)  # of water that a sample is of, in the unit
    individual_volume = models.CharField(max_length=500, default=INDIVIDUAL_VOLUME)  # mm³, of one object

    def __str__(self) -> str:
        return f"volumes of {self.project_id}"

    @property
    def unit(self) -> VolumeUnit | None:
        return VolumeUnit(self.volume_unit) if self.volume_unit else None
