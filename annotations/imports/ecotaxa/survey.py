"""What the check of an EcoTaxa package finds, and reading it again needs."""

from dataclasses import dataclass, field

from annotations.imports.survey import Survey


@dataclass
class EcotaxaSurvey(Survey):
    """What lines say together: no line alone does."""

    pixel_sizes: list[list] = field(default_factory=list)  # see `AcquisitionSizes.decided`
    # level, sample, acquisition, values: what other lines than the first say of a sample or acquisition
    late: list[list] = field(default_factory=list)
