"""EcoTaxa packages: tables with pictures. What they may look like is in the folder `imports/ecotaxa/`."""

from collections.abc import Iterator, Mapping

from annotations.accounts.models import User
from annotations.imports.archive import Package
from annotations.imports.ecotaxa.load_trait_values import load_trait_values
from annotations.imports.ecotaxa.reading import read_records
from annotations.imports.ecotaxa.survey import EcotaxaSurvey
from annotations.imports.ecotaxa.trait_values import restore, taxa_named
from annotations.imports.ecotaxa.validate import survey_package
from annotations.imports.records import Record
from annotations.imports.registry import (
    DATES,
    FormatOption,
    ImportFormat,
    PackageCheck,
    TaxonIds,
    import_format,
)
from annotations.imports.survey import Survey
from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.taxonomy.actions import TaxonName
from annotations.traits.importing import Imported
from annotations.traits.models import Trait

PIXEL_UNIT = FormatOption(
    "pixel_unit",
    "Pixel sizes without a unit are in",
    "Scale bars, marks and measurements depend on it. It is needed only where the import asks for it "
    "(process_pixel), and can be corrected later under Acquisitions.",
    {
        "": "as the package says, or ask me",
        "um": "µm (PlanktoScope, IFCB, FlowCam)",
        "mm": "mm (ZooScan, UVP, ISIIS)",
    },
)
WITHOUT_PICTURES = FormatOption(
    "without_pictures",
    "Lines that name no picture",
    "An object without a picture can be labelled by its measurements alone.",
    {"": "are refused", "allowed": "bring their objects without one"},
)


@import_format
class EcotaxaPackage(ImportFormat):
    name = "ecotaxa"
    title = "EcoTaxa package"
    help = (
        "Tables called ecotaxa_….tsv with the pictures that they name, as ZooProcess, UVPapp, PlanktoScope or "
        "EcoTaxa's export write them."
    )
    options = (PIXEL_UNIT, WITHOUT_PICTURES, DATES)
    survey = EcotaxaSurvey

    def recognises(self, package: Package) -> bool:
        return bool(package.tables())

    def check(self, package: Package, check: PackageCheck) -> Survey:
        return survey_package(
            package,
            check.problems,
            check.project_id,
            check.on_progress,
            check.options["pixel_unit"],
            check.taking,
            needs_pictures=not check.options["without_pictures"],
        )

    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        assert isinstance(survey, EcotaxaSurvey)
        return read_records(package, survey)

    def taxa_of_traits(self, package: Package) -> list[TaxonName]:
        return taxa_named(package)

    def restore_traits(
        self, package: Package, project: Project, user: User | None, taxon_ids: TaxonIds
    ) -> Mapping[str, Trait]:
        return restore(package, project, user, *taxon_ids)

    def load_trait_values(
        self, package: Package, project: Project, user: User | None, batch: Batch, taxon_ids: TaxonIds
    ) -> Imported | None:
        return load_trait_values(package, project, user, batch, taxon_ids)
