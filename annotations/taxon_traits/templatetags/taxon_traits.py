from django import template

from annotations.taxon_traits.queries import StatedTrait, traits_of
from annotations.taxonomy.models import Taxon

register = template.Library()


@register.simple_tag
def traits_of_taxon(taxon: Taxon) -> list[StatedTrait]:
    """What lists of traits state of the taxon, or of the nearest one above it."""
    return traits_of(taxon)
