"""EcoTaxa packages: how they are written stands in `exports/ecotaxa.py`."""

from annotations.exports.registry import ExportFormat, export_format


@export_format
class ExportedPackage(ExportFormat):
    name = "ecotaxa"
    title = "EcoTaxa package"
    help = (
        "One table a sample with all columns and labels. A project with traits takes its vocabulary and every value "
        "along. It can be imported again, here or into EcoTaxa."
    )
    written_by = "annotations.exports.ecotaxa:write_package"
