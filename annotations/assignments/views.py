from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.assignments import queries
from annotations.assignments.actions import assign, share_out, take_back
from annotations.assignments.forms import AfterForm, ShareForm
from annotations.assignments.plots import settled_by_day
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.common.spreadsheet import csv_lines
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import State


@login_required
@require_GET
def progress(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How far the project is, and who does what."""
    project = open_project(request.user, project_id)
    after = cleaned(AfterForm(request.GET))["after"]
    samples = queries.by_sample(project_id, after)
    imported = queries.recent_imports(project_id)
    totals, days = queries.states(project_id), queries.by_day(project_id, imported=imported)
    waiting = totals["predicted"] + totals["unclassified"]
    context = {
        "project": project,
        "tab": "progress",
        "totals": _shares(totals),
        "total": sum(totals.values()),
        "waiting": waiting,
        "machine_validated": totals[State.MACHINE_VALIDATED.word],
        "forecast": queries.forecast(waiting, days),
        "least_pace": queries.LEAST_PACE,
        "days": days,
        "plot": settled_by_day(days),
        "worked": [day for day in days if day["labels"]],
        "mine": queries.samples_of(project_id, request.user),
        "samples": [{**sample, "shares": _shares(sample["states"])} for sample in samples],
        "next": samples[-1]["name"] if len(samples) == queries.MOST_SAMPLES else None,
        "after": after,
        "taxa": [{**entry, "shares": _shares(entry["states"])} for entry in queries.by_taxon(project_id)],
        "people": queries.by_person(project_id, imported=imported),
        "is_manager": project.role == Role.MANAGER,
        "sharing": ShareForm(project=project, manager=request.user),
    }
    return render(request, "assignments/progress.html", context)


def _shares(states: dict[str, int]) -> list[dict]:
    """Without those of rules where there are none."""
    total = max(sum(states.values()), 1)
    return [
        {"word": word, "letter": word[0].upper(), "count": count, "percent": round(100 * count / total, 2)}
        for word, count in states.items()
        if count or word != State.MACHINE_VALIDATED.word
    ]


@login_required
@require_POST
@back_to("assignments:progress", "project_id")
def distribute(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A manager gives the ticked samples to the ticked people, shares them out, or takes them back."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = cleaned(ShareForm(request.POST, project=project, manager=request.user))
    people, samples = form["user"], form["sample"]
    if form["do"] == "back":
        count = take_back(project=project, samples=samples, users=people or None)
        messages.success(request, f"{count:,} assignments taken back.")
    else:
        act = share_out if form["do"] == "share" else assign
        count = act(project=project, samples=samples, users=people, due=form["due"])
        messages.success(request, f"{count:,} assignments made.")
    return redirect("assignments:progress", project_id)


@download_view
@require_GET
def table(request: SignedInRequest, project_id: int, name: str) -> HttpResponse:
    """One of the page's tables as CSV."""
    open_project(request.user, project_id)
    rows = _rows(name, project_id)
    lines = csv_lines([list(rows[0]) if rows else ["nothing"], *(row.values() for row in rows)])
    headers = {"Content-Disposition": f'attachment; filename="progress_{name}_{project_id}.csv"'}
    return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(name: str, project_id: int) -> list[dict]:
    if name == "samples":
        return [
            {"sample": s["name"], **s["states"], "people": "; ".join(p["name"] for p in s["people"])}
            for s in queries.by_sample(project_id, limit=None)
        ]
    if name == "taxa":
        return [{"taxon": t["taxon"]["name"], **t["states"]} for t in queries.by_taxon(project_id)]
    if name == "people":
        return [{k: v for k, v in person.items() if k != "id"} for person in queries.by_person(project_id)]
    if name == "days":
        return queries.by_day(project_id)
    raise Http404("There are tables of samples, taxa, people and days.")
