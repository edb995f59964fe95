"""The page by which a project is known to everybody."""

from django.http import HttpRequest

from annotations.public.citing import address_of, as_dataset, citation_of, licence_in_words
from annotations.public.models import PublicFace
from annotations.public.offers import archive_of
from annotations.public.pictures import pictures_of_taxa
from annotations.public.places import MOST_PLACES, map_of
from annotations.public.queries import extent_of, instruments_of, taxa_of, total_of

MOST_PICTURES = 24
MOST_TAXA = 200  # of the table; the file has all


def landing_context(request: HttpRequest, face: PublicFace) -> dict:
    """All that the page says."""
    taxa, extent, address = taxa_of(face), extent_of(face), address_of(request, face)
    return {
        "face": face,
        "shared": face.project,
        "address": address,
        "total": total_of(taxa),
        "taxa": taxa[:MOST_TAXA],
        "number_of_taxa": sum(1 for each in taxa if each.taxon),
        "is_cut": len(taxa) > MOST_TAXA,
        "extent": extent,
        "instruments": instruments_of(face),
        "pictures": pictures_of_taxa(face, taxa, MOST_PICTURES),
        "map": map_of(face, taxa),
        "most_places": MOST_PLACES,
        "citation": citation_of(face, address),
        "licence": licence_in_words(face),
        "archive": archive_of(face),
        "dataset": as_dataset(face, address, extent, taxa),
    }
