"""What exactly becomes visible, in sentences: of the choices as they are saved."""

from collections.abc import Iterator

from annotations.projects.waiting import counted
from annotations.public.models import PublicFace
from annotations.public.queries import extent_of, taxa_of, total_of

MODELS = "what models proposed, "
NEVER = (
    "Never visible: names and addresses of people, who labelled what and when, comments, notes, marks, readings, "
    "{models}scores, the log, and columns that are not ticked below."
)
PICTURES = (
    "Pictures are the files that were imported, without what cameras wrote into them, as a place or the name of the "
    "owner. Who has opened one can go on opening it when the project is no longer visible."
)
LISTED = "It is listed under Explore and in the catalogue, also for programs and search engines."


ALL_STATES = "all objects, each with its state, those that a model predicted with the taxon that it proposed"
OF_OBJECTS = "its pictures, taxon, identifier, sample, instrument, pixel size, date, time, depth and position"
OF_SAMPLES = (
    "Of each sample with such an object its identifier, instruments and position, how many of which taxa it has, and "
    "the days and places between which its objects were taken, also those that stay hidden."
)


def what_is_visible(face: PublicFace) -> list[str]:
    """For the manager, before and after it is turned on."""
    columns = f", and the columns {', '.join(face.columns)}" if face.columns else ""
    return [
        f"A page with the title “{face.project.title}”, the summary, citation and contact below, licence and DOI.",
        _how_many(face),
        f"Of each object {OF_OBJECTS}{columns}.",
        OF_SAMPLES,
        PICTURES,
        LISTED,
        *_where_chosen(face),
        NEVER.format(models="" if face.has_all_states else MODELS),
    ]


def _how_many(face: PublicFace) -> str:
    taxa, extent = taxa_of(face), extent_of(face)
    objects = _counted(total_of(taxa), "object")
    kinds = _counted(sum(1 for each in taxa if each.taxon), "taxon", "taxa")
    which = ALL_STATES if face.has_all_states else "validated objects alone"
    return (
        f"{objects} of {kinds} in {_counted(extent.samples, 'sample')}: {which}. New ones follow as you work."
    )


def _where_chosen(face: PublicFace) -> Iterator[str]:
    if face.has_tables:
        yield (
            "Tables of counts, concentrations, biovolumes and sizes by sample and taxon, to download, and the Darwin "
            "Core Archive that a manager has made for everybody, if there is one: as the project was on its day, "
            "with the days of identification."
        )
    if face.project.is_under_embargo:
        yield f"Until {face.project.embargo_until:%Y-%m-%d} nothing of it: the embargo lasts till then."


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {counted(count, one, several or one + 's')}"
