from types import SimpleNamespace

from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def tree(db) -> SimpleNamespace:
    """Copepoda > Calanoida > Calanus; Copepoda > Oithona; Appendicularia."""
    lineages = {
        "copepoda": ("Copepoda",),
        "calanoida": ("Copepoda", "Calanoida"),
        "calanus": ("Copepoda", "Calanoida", "Calanus"),
        "oithona": ("Copepoda", "Oithona"),
        "appendicularia": ("Appendicularia",),
    }
    names = {key: TaxonName(lineage[-1], lineage) for key, lineage in lineages.items()}
    created = ensure_taxa(names.values())
    return SimpleNamespace(**{key: created[name] for key, name in names.items()})
