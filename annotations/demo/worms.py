"""What WoRMS calls the drawn taxa, so that the demo project goes out as a Darwin Core Archive.

Only numbers that stand in a source which was read; a taxon without one goes out under the nearest name above.
Acantharea have none above either: they show what the page says of a taxon that waits for its number.
"""

from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.taxonomy.editing import edit_taxon
from annotations.taxonomy.models import Taxon


@dataclass(frozen=True)
class RegisteredName:
    """An entry of the World Register of Marine Species; `aphia_id` is None where no source that was read has it."""

    name: str
    rank: str
    aphia_id: int | None
    authority: str = ""


NAMES = (
    # records of WoRMS's web service in github.com/ecotaxa/ecotaxa_back (its export to EMODnet) and, as a class, in
    # later lists of plankton classes that link marinespecies.org/aphia.php?p=taxdetails&id=1080
    RegisteredName("Copepoda", "Class", 1080, "Milne Edwards, 1840"),
    # the archive that ecotaxa_back holds its own export against (tests, occurrence.txt and eml.xml)
    RegisteredName("Actinopterygii", "Class", 10194),
    RegisteredName("Cyclopoida", "Order", 1101),
    # marinespecies.org/aphia.php?p=taxdetails&id=1100, cited for the order
    RegisteredName("Calanoida", "Order", 1100, "Sars, 1903"),
    # marinespecies.org/aphia.php?p=taxdetails&id=1066, cited for the subphylum
    RegisteredName("Crustacea", "Subphylum", 1066),
    # EMODnet Biology's products of the Continuous Plankton Recorder
    RegisteredName("Oithona", "Genus", 106485, "Baird, 1843"),
    # marinespecies.org/aphia.php?p=taxdetails&id=2081 and 146421, cited for the phylum and the class; ZooGoN's tables
    # of Naples put 146421 in the place of 103357, which stands for the same class
    RegisteredName("Chaetognatha", "Phylum", 2081),
    RegisteredName("Appendicularia", "Class", 146421),
    # the page itself: ras.biodiversity.aq/aphia.php?p=taxdetails&id=1337
    RegisteredName("Hydrozoa", "Class", 1337, "Owen, 1843"),
    # NES-LTER's table of IFCB categories matched with WoRMS
    RegisteredName("Chaetoceros", "Genus", 148985),
    RegisteredName("Dinophyceae", "Class", 19542),
    RegisteredName("Noctiluca", "Genus", None),
)


def register_drawn_taxa(administrator: User) -> None:
    """Gives the taxa that packages have brought their numbers, ranks and authors.

    What a taxon has already stays, and so does a number that another taxon of the site has.
    """
    for name in NAMES:
        taxon = Taxon.objects.filter(name=name.name, aphia_id=None).first()
        if taxon is not None:
            _register(taxon, name, administrator)


def _register(taxon: Taxon, name: RegisteredName, administrator: User) -> None:
    is_taken = Taxon.objects.filter(aphia_id=name.aphia_id or 0).exists()
    edit_taxon(
        taxon=taxon,
        user=administrator,
        aphia_id=None if is_taken else name.aphia_id,
        rank=taxon.rank or name.rank,
        authority=taxon.authority or name.authority,
    )
