"""What exactly becomes visible, in sentences: of the choices as they are saved."""

from annotations.public.models import PublicFace
from annotations.public.queries import extent_of, taxa_of, total_of

NEVER = (
    "Never visible: names and addresses of people, who labelled what and when, comments, notes, marks, readings, what "
    "models proposed, the log, and columns that are not ticked above."
)


def what_is_visible(face: PublicFace) -> list[str]:
    """For the manager, before and after it is turned on."""
    taxa, extent = taxa_of(face), extent_of(face)
    named = sum(1 for each in taxa if each.taxon)
    which = "all objects, each with its state" if face.has_all_states else "validated objects alone"
    sentences = [
        f"A page with the title “{face.project.title}”, the summary, citation and contact below, licence and DOI.",
        f"{total_of(taxa):,} objects of {named:,} taxa in {extent.samples:,} samples: {which}. "
        "New ones follow as you work.",
        "Of each object its pictures, taxon, identifier, sample, instrument, date, time, depth and position"
        + (f", and the columns {', '.join(face.columns)}." if face.columns else "."),
        "Of each sample its identifier, its position on a map, and how many of which taxa it has.",
    ]
    if face.has_tables:
        sentences.append("A table of counts by sample and taxon, to download.")
    if face.project.is_under_embargo:
        sentences.append(
            f"Until {face.project.embargo_until:%Y-%m-%d} nothing of it: the embargo lasts till then."
        )
    return [*sentences, NEVER]
