from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from annotations.common.addresses import following
from annotations.common.forms import cleaned
from annotations.pictures.plain import plain_url
from annotations.public.access import NOTHING, open_public
from annotations.public.citing import address_of, citation_of, licence_in_words
from annotations.public.forms import PublicObjectsForm
from annotations.public.landing import landing_context
from annotations.public.objects import page_of_objects, public_object, public_picture
from annotations.public.queries import taxa_of
from annotations.public.results import results_as_csv
from annotations.public.tables import counts_as_csv
from annotations.public.view_decorators import for_everybody


@for_everybody
def project(request: HttpRequest, public_id: int) -> HttpResponse:
    """What it is, where it was taken, which taxa, and how to use it."""
    return render(request, "public/project.html", landing_context(request, open_public(public_id)))


@for_everybody
def objects(request: HttpRequest, public_id: int) -> HttpResponse:
    """The objects, of a taxon and all below it or of a sample."""
    face = open_public(public_id)
    which = cleaned(PublicObjectsForm(request.GET))
    vignettes, cursor = page_of_objects(face, which["taxon"], which["sample"], which["cursor"])
    context = {
        "face": face,
        "shared": face.project,
        "vignettes": vignettes,
        "more": following(request, cursor) if cursor else "",
        "is_further": bool(which["cursor"]),
        "taxa": [each for each in taxa_of(face) if each.taxon],
        "taxon": which["taxon"],
        "sample": which["sample"],
    }
    return render(request, "public/objects.html", context)


@for_everybody
def detail(request: HttpRequest, public_id: int, public_object_id: int) -> HttpResponse:
    """One object: its pictures, and what the manager lists of it."""
    face = open_public(public_id)
    context = {
        "face": face,
        "shared": face.project,
        "one": public_object(face, public_object_id),
        "citation": citation_of(face, address_of(request, face)),
        "licence": licence_in_words(face),
    }
    return render(request, "public/object.html", context)


@for_everybody
def counts(request: HttpRequest, public_id: int) -> HttpResponseBase:
    """Counts by sample and taxon, where the manager allows it."""
    face = open_public(public_id)
    if not face.has_tables:
        raise Http404(NOTHING)
    return counts_as_csv(face, address_of(request, face))


@for_everybody
def results(request: HttpRequest, public_id: int) -> HttpResponseBase:
    """Concentrations, biovolumes and sizes by sample and taxon, where the manager allows it."""
    face = open_public(public_id)
    if not face.has_tables:
        raise Http404(NOTHING)
    return results_as_csv(face, address_of(request, face))


@for_everybody
def picture(request: HttpRequest, public_object_id: int, rank: int) -> HttpResponseBase:
    """The address of a picture that lasts: whether it is public is asked each time. It leads to the signed one."""
    return redirect(plain_url(public_picture(public_object_id, rank)))


@for_everybody
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: what is public."""
    return render(request, "public/robots.txt", content_type="text/plain")
