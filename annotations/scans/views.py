"""The scans of a project: all of them, bringing some, looking at one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.imports.forms import SentPackagesForm
from annotations.imports.origins.links import origin_links
from annotations.imports.views import sent_packages
from annotations.jobs.models import Job
from annotations.jobs.resumable import waiting_uploads
from annotations.labels.tally import project_counts
from annotations.maps.taxon_colours import taxon_groups
from annotations.measurements.pixel_sizes import set_pixel_size
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.scans.actions import SCAN_ENDINGS, delete_scan, start_scan_import
from annotations.scans.forms import (
    AcquisitionsPageForm,
    BoxForm,
    RingedForm,
    ScanMetadataForm,
    ScansPageForm,
)
from annotations.scans.queries import (
    ScanRow,
    acquisition_in_words,
    objects_on,
    open_scan,
    page_of_acquisitions,
    page_of_scans,
    scanned_acquisition,
    tile_address,
)
from annotations.scans.viewport import VisibleBox, object_box, visible_objects


@login_required
@require_GET
def scans(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The acquisitions of the project that have scans, the newest first."""
    project = open_project(request.user, project_id)
    before = cleaned(AcquisitionsPageForm(request.GET))["before"]
    acquisitions, more = page_of_acquisitions(project, before)
    context = {
        "project": project,
        "tab": "scans",
        "acquisitions": acquisitions,
        "more": more,
        "is_manager": project.role == Role.MANAGER,
    }
    return render(request, "scans/list.html", context)


@login_required
@require_GET
def acquisition(request: SignedInRequest, project_id: int, acquisition_id: int) -> HttpResponse:
    """Its scans, the newest first: hundreds of frames of a camera."""
    project = open_project(request.user, project_id)
    opened = scanned_acquisition(project, acquisition_id)
    rows, more = page_of_scans(project, cleaned(ScansPageForm(request.GET))["before"], opened)
    context = {
        "project": project,
        "tab": "scans",
        "acquisition": opened,
        "name": acquisition_in_words(opened),
        "rows": rows,
        "more": more,
        "is_manager": project.role == Role.MANAGER,
    }
    return render(request, "scans/acquisition.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form; the import of what is sent."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = ScanMetadataForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            jobs = _started(request, project, form)
            if len(jobs) > 1:
                messages.success(request, f"{len(jobs)} files of scans are being imported.")
                return redirect("jobs:list")
            if jobs:
                return redirect("jobs:detail", jobs[0].pk)
            form.add_error(None, "Choose the scans first.")
    context = {
        "project": project,
        "tab": "scans",
        "form": form,
        "links": origin_links(request.user, project, request.path, "scans"),
        "waiting": waiting_uploads(request.user),
        "accepted": ",".join((*SCAN_ENDINGS, ".zip")),
    }
    return render(request, "scans/new.html", context, status=status_of(form))


def _started(request: SignedInRequest, project: Project, form: ScanMetadataForm) -> list[Job]:
    sent = cleaned(SentPackagesForm(posted(request), request.FILES))
    return [
        start_scan_import(
            project=project,
            user=request.user,
            path=path,
            name=name,
            metadata=form.metadata,
            frames=form.frames,
        )
        for path, name in sent_packages(request.user, sent)
    ]


@login_required
@require_GET
def viewer(request: SignedInRequest, project_id: int, scan_id: int) -> HttpResponse:
    """One scan with its objects; `object` is ringed."""
    project = open_project(request.user, project_id)
    scan = open_scan(project, scan_id)
    context = {
        "project": project,
        "tab": "scans",
        "row": ScanRow(scan, objects_on([scan.pk]).get(scan.pk, 0)),
        "scan": scan,
        "last_level": scan.levels - 1,
        "tiles": tile_address(scan),
        "taxa": _legend(project),
        "ringed": object_box(scan, cleaned(RingedForm(request.GET))["object"]),
        "is_manager": project.role == Role.MANAGER,
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
    }
    return render(request, "scans/viewer.html", context)


def _legend(project: Project) -> list[dict[str, Any]]:
    """Colours of the project's taxa, the same as on its map."""
    counts = [(taxon, str(state), count) for taxon, state, count in project_counts(project.pk) if count]
    groups = taxon_groups(counts)
    return [
        {"key": key, "name": name, "colour": colour, "italic": is_italic}
        for key, name, colour, _, _, is_italic, _ in groups
    ]


@login_required
@require_GET
def objects(request: SignedInRequest, project_id: int, scan_id: int) -> HttpResponse:
    """What lies in the visible box of a scan."""
    project = open_project(request.user, project_id)
    scan = open_scan(project, scan_id)
    box = cleaned(BoxForm(request.GET))["box"]
    return JsonResponse(visible_objects(scan, VisibleBox.read(box, scan)))


@login_required
@require_POST
@back_to("scans:list", "project_id")
def accept_pixel(request: SignedInRequest, project_id: int, scan_id: int) -> HttpResponse:
    """The size of a pixel that the header of the file says becomes that of the acquisition."""
    project = open_project(request.user, project_id, Role.MANAGER)
    scan = open_scan(project, scan_id)
    set_pixel_size(
        project=project,
        user=request.user,
        acquisitions=[scan.parent.acquisition_id],
        micrometres=scan.header_pixel_um,
    )
    return redirect("scans:list", project.pk)


@login_required
@require_POST
@back_to("scans:list", "project_id")
def delete(request: SignedInRequest, project_id: int, scan_id: int) -> HttpResponse:
    """Deletes a scan of which no object was made."""
    project = open_project(request.user, project_id, Role.MANAGER)
    scan = open_scan(project, scan_id)
    name = scan.parent.file_name
    delete_scan(project=project, scan=scan)
    messages.success(request, f"{name} is deleted.")
    return redirect("scans:list", project.pk)
