"""Traits of taxa: lists from the literature, and what they say of one taxon."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.serializers.taxon_traits import StatedTraitOut, TaxonTraitOut, TaxonTraitValuesPage
from annotations.common.keyset import page_back
from annotations.taxon_traits.models import TaxonTrait
from annotations.taxon_traits.queries import all_traits, traits_of
from annotations.taxonomy.models import Taxon

MOST_LISTED = 500
PAGE = 500  # values


@extend_schema(responses=TaxonTraitOut(many=True))
@api_view(["GET"])
def taxon_traits(request: Request) -> Response:
    """The lists that the site has, each with its source and licence."""
    return Response(TaxonTraitOut(all_traits()[:MOST_LISTED], many=True).data)


@extend_schema(
    parameters=[OpenApiParameter("cursor", str, description="`next` of the page before")],
    responses=TaxonTraitValuesPage,
)
@api_view(["GET"])
def taxon_trait_values(request: Request, taxon_trait_id: int) -> Response:
    """The lines of a list, a page at a time."""
    trait = TaxonTrait.objects.filter(pk=taxon_trait_id).first()
    if trait is None:
        raise Http404("There is no such list of traits.")
    cursor = request.query_params.get("cursor")
    page, following = page_back(trait.values.select_related("trait"), "trait-values", cursor, PAGE)
    return Response(TaxonTraitValuesPage({"results": page, "next": following}).data)


@extend_schema(responses=StatedTraitOut(many=True))
@api_view(["GET"])
def traits_of_taxon(request: Request, taxon_id: int) -> Response:
    """What the lists say of a taxon, or of the nearest taxon above it."""
    return Response(StatedTraitOut(traits_of(get_object_or_404(Taxon, pk=taxon_id)), many=True).data)
