from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.taxonomy.queries import complete


@login_required
@require_GET
def complete_taxa(request: SignedInRequest) -> JsonResponse:
    """Completion for the taxon picker; `first` are the ids of taxa to show before others."""
    given = request.GET.get("first", "").split(",")
    first = [int(taxon) for taxon in given if taxon.isdecimal() and len(taxon) < 19]  # a bigint
    return JsonResponse({"results": complete(request.GET.get("q", ""), first=first)})
