"""What estimates and validation plans leave where they are when objects go to another project."""

from annotations.abundance.models import (
    AbundanceTable,
    DrawnObject,
    SampleAbundance,
    SamplingFrame,
    TaxonAbundance,
    ValidationPlan,
)
from annotations.samples.following import stays

stays(
    AbundanceTable,
    SampleAbundance,
    TaxonAbundance,
    reason="what a project's samples held: estimated anew there",
)
DRAWS = "a draw is of the sample as it was: of what joins another one, nobody knows that it was by chance"
stays(ValidationPlan, DrawnObject, reason=DRAWS)
stays(SamplingFrame, reason=DRAWS, goes_with_sample=True)
