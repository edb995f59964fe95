from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.common.problems import Problems
from annotations.common.refusals import back_to
from annotations.common.tables import text_of
from annotations.taxon_traits.actions import import_trait, match_again
from annotations.taxon_traits.forms import TraitTableForm
from annotations.taxon_traits.models import TaxonTrait
from annotations.taxon_traits.queries import MOST_UNKNOWN, all_traits, sizes_of, unknown_names
from annotations.taxon_traits.tables import read_values
from annotations.taxonomy.editing import require_administrator

MOST_LISTED = 200


@login_required
@require_GET
def listed(request: SignedInRequest) -> HttpResponse:
    """The traits of taxa that the site has lists of."""
    return render(request, "taxon_traits/list.html", {"traits": all_traits()[:MOST_LISTED]})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """An administrator brings a list: all of it is looked at before anything is written."""
    require_administrator(request.user)
    form = TraitTableForm(posted(request), request.FILES or None)
    problems = Problems(thing="table")
    if form.is_valid():
        file = form.cleaned_data["table"]
        values = read_values(text_of(file.read(), problems, file.name), file.name, problems)
        if not problems:
            with RefusedIn(form):
                trait = import_trait(user=request.user, values=values, **form.about())
                messages.success(request, trait.imports.all()[0].sentence)
                return redirect("taxon_traits:detail", trait.pk)
    context = {"form": form, "problems": problems}
    status = 400 if problems else status_of(form)
    return render(request, "taxon_traits/new.html", context, status=status)


@login_required
@require_GET
def detail(request: SignedInRequest, taxon_trait_id: int) -> HttpResponse:
    """A list with its source, its values, and names that the site does not know."""
    trait = get_object_or_404(all_traits(), pk=taxon_trait_id)
    context = {
        "trait": trait,
        "sizes": sizes_of(trait),
        "unknown": unknown_names(trait),
        "most_unknown": MOST_UNKNOWN,
        "imports": trait.imports.select_related("user")[:20],
    }
    return render(request, "taxon_traits/detail.html", context)


@login_required
@require_POST
@back_to("taxon_traits:detail", "taxon_trait_id")
def match(request: SignedInRequest, taxon_trait_id: int) -> HttpResponse:
    """Looks once more for names that the site did not know."""
    trait = get_object_or_404(TaxonTrait, pk=taxon_trait_id)
    count = match_again(trait=trait, user=request.user)
    messages.success(request, f"{count:,} more names are taxa of the site.")
    return redirect("taxon_traits:detail", taxon_trait_id)
