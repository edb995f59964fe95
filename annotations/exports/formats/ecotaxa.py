"""EcoTaxa packages: how they are written stands in `exports/ecotaxa.py`."""

from annotations.exports.registry import ExportFormat, export_format
from annotations.exports.request import ExportRequest
from annotations.labels.tally import project_counts
from annotations.marks.models import Mark
from annotations.samples.models import State


@export_format
class ExportedPackage(ExportFormat):
    name = "ecotaxa"
    title = "EcoTaxa package"
    help = (
        "One table a sample with all columns and labels. A project with traits takes its vocabulary and every value "
        "along. It can be imported again, here or into EcoTaxa."
    )
    written_by = "annotations.exports.ecotaxa:write_package"

    def losses(self, request: ExportRequest) -> list[str]:
        project = request.project
        losses = ["Labels before those that stand: the history of each object stays here."]
        if any(state == State.MACHINE_VALIDATED for _, state, _ in project_counts(project.pk)):
            losses.append(
                "That a rule accepted a label: machine-validated goes out as predicted. Tables hold it."
            )
        if Mark.objects.filter(project=project, removed=None).exists():
            losses.append("Marks on images: COCO holds them.")
        return losses
