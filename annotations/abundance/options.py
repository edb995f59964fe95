"""The samples and taxa of a project's table of abundances."""

from annotations.abundance.queries import counted_samples, counted_taxa
from annotations.projects.models import Role
from annotations.projects.optionlists import ListEntry, OptionList, register
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.taxonomy.models import Taxon


def _sample(sample: Sample) -> ListEntry:
    return ListEntry(str(sample.pk), readable_id(sample.original_id))


def _taxon(taxon: Taxon) -> ListEntry:
    return ListEntry(str(taxon.pk), taxon.display_name)


register(
    OptionList(
        key="counted-samples",
        rows=lambda chooser: counted_samples(chooser.in_project),
        option=_sample,
        searched=("original_id",),
        least=Role.VIEWER,
    ),
    OptionList(
        key="counted-taxa",
        rows=lambda chooser: counted_taxa(chooser.in_project),
        option=_taxon,
        searched=("display_name",),
        least=Role.VIEWER,
    ),
)
