from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotations.common.addresses import following
from annotations.common.forms import status_of
from annotations.public.exploring import ExplorePage, explore
from annotations.public.forms import ExploreForm
from annotations.public.view_decorators import for_everybody
from annotations.search.fields import Map

HINT = (
    "Degrees east and north: west of Greenwich and south of the equator they are negative. "
    "A west that is greater than the east: across the 180th meridian."
)
NOTHING = ExplorePage([], [], None, False)


@for_everybody
def projects(request: HttpRequest) -> HttpResponse:
    """All public projects, by taxon, place, time and instrument."""
    form = ExploreForm(request.GET)
    page = explore(form.query(), form.cleaned_data["cursor"]) if form.is_valid() else NOTHING
    context = {
        "form": form,
        "page": page,
        "more": following(request, page.following) if page.following else "",
        "is_narrowed": form.is_narrowed,
        "box": {
            "name": "box",
            "text": form["box"].value() or "",
            "label": "The edges of a box, in degrees",
            "widget": Map(places=lambda project: [], hint=HINT),
            "places": page.places,
            "inputs": form.edges,
        },
    }
    return render(request, "public/explore.html", context, status=status_of(form))
