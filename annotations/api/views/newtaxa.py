"""A page of a review that is a new taxon: what it would be called, and naming it so."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxon
from annotations.api.serializers.newtaxa import (
    NewTaxonIn,
    NewTaxonOut,
    NewTaxonProposalOut,
    NewTaxonQuery,
    serialize_new_taxon,
)
from annotations.api.serializers.taxa import SameSpellingOut
from annotations.api.views.review import in_full, own_page
from annotations.review.newtaxa.actions import name_new_taxon
from annotations.review.newtaxa.naming import propose_new_taxon
from annotations.taxonomy.creating import SameSpelling
from annotations.taxonomy.queries import described


@extend_schema(
    methods=["GET"],
    parameters=[NewTaxonQuery],
    responses=NewTaxonProposalOut,
)
@extend_schema(
    methods=["POST"],
    parameters=IDEMPOTENCY,
    request=NewTaxonIn,
    responses={200: NewTaxonOut, 409: SameSpellingOut},
)
@api_view(["GET", "POST"])
@answered_once
def new_taxon(request: Request, page_id: int) -> Response:
    """What a page of yours would be called if it were a new taxon, and the known taxa nearest to it. POST makes the
    taxon and labels the objects with it, in one batch: both or neither; for who may create taxa."""
    page = own_page(request, page_id)
    if request.method == "GET":
        query = NewTaxonQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        parent = the_taxon(query.validated_data.get("parent"))
        return Response(serialize_new_taxon(propose_new_taxon(page=page, user=request.user, parent=parent)))
    body = checked(NewTaxonIn, request)
    try:
        answer = name_new_taxon(
            page=page,
            user=request.user,
            targets=body["objects"],
            name=body.get("name", ""),
            parent=the_taxon(body.get("parent")),
            is_homonym=body["homonym"],
        )
    except SameSpelling as refusal:
        return Response({"detail": refusal.messages[0], "taxa": described(refusal.taxa)}, status=409)
    [taxon] = described([answer.taxon.pk])
    rest = answer.rest and in_full(answer.rest)
    return Response({**answer.outcome.as_dict(), "taxon": taxon, "rest": rest})
