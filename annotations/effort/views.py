from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.plots.intervals import Interval
from annotations.common.refusals import back_to
from annotations.effort.actions import start_report
from annotations.effort.forms import LogPeriodForm
from annotations.effort.plots import corrections_chart
from annotations.effort.queries import last_report
from annotations.effort.reading import PAUSE
from annotations.effort.report import BEGINNING
from annotations.learning.models import Model
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.taxonomy.queries import names_of

MOST_TAXA = 100
KINDS = {
    "by_hand": "By hand",
    "accepted": "Accepted",
    "corrected": "Corrected",
    "by_rule": "Machine-validated",
}


@login_required
@require_GET
def report(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What people do by hand, what is saved, and where models are corrected."""
    project = open_project(request.user, project_id)
    last = last_report(project)
    context = {
        "project": project,
        "last": last,
        "form": LogPeriodForm(),
        "may_start": project.role != Role.VIEWER,
    }
    if last.report is not None:
        context |= _figures(last.report)
    return render(request, "effort/report.html", context)


def _figures(summary: dict[str, Any]) -> dict[str, Any]:
    total = summary["total"]
    return {
        "since": None if summary["since"] == BEGINNING.isoformat() else summary["since"][:10],
        "total": total,
        "kinds": [
            {"name": name, "count": total[key], "percent": 100 * total[key] / max(total["objects"], 1)}
            for key, name in KINDS.items()
        ],
        "worked": _duration(total["seconds"]),
        "saved": None if total["seconds_saved"] is None else _duration(total["seconds_saved"]),
        "per_thousand": _per_thousand(total),
        "people": _people(summary["people"]),
        "models": _models(summary["models"]),
        "taxa": _taxa(summary["taxa"][:MOST_TAXA]),
        "samples": _samples(summary["samples"]),
        "chart": corrections_chart(summary["weeks"]),
        "pause": PAUSE,
    }


def _per_thousand(row: dict[str, Any]) -> dict[str, Any] | None:
    objects = row["by_hand"] + row["accepted"] + row["corrected"] + row["by_rule"]
    if not objects:
        return None
    return {"acts": 1000 * row["acts"] / objects, "time": _duration(1000 * row["seconds"] / objects)}


def _duration(seconds: float) -> str:
    """`2 h 05 min`, `3 min 20 s`"""
    minutes, rest = divmod(timedelta(seconds=round(seconds)).total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:,} h {minutes:02} min" if hours else f"{minutes} min {int(rest):02} s"


def _people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = User.objects.in_bulk([row["person"] for row in rows if row["person"]])
    return [
        {
            **row,
            "user": people.get(row["person"]),
            "time": _duration(row["seconds"]),
            "each": _per_thousand(row),
        }
        for row in rows
    ]


def _models(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    models = Model.objects.in_bulk([row["key"] for row in rows if row["key"]])
    return [{**row, "model": models.get(row["key"] or 0), "share": _share(row)} for row in rows]


def _taxa(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = names_of({row["taxon"] for row in rows})
    return [
        {**row, "name": names.get(row["taxon"], ""), "share": _share(row), "lately": _share(row["recent"])}
        for row in rows
    ]


def _share(row: dict[str, Any]) -> Interval | None:
    """Of the answered those that were corrected, in percent."""
    return Interval.of_share(row["corrected"], row["answered"]) if row["answered"] else None


def _samples(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    samples = Sample.objects.in_bulk([row["sample"] for row in rows])
    named = [(row, samples[row["sample"]]) for row in rows if row["sample"] in samples]
    return [{**row, "id": sample.pk, "name": readable_id(sample.original_id)} for row, sample in named]


@login_required
@require_POST
@back_to("effort:report", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Go through the log."""
    project = open_project(request.user, project_id)
    job = start_report(user=request.user, project=project, days=cleaned(LogPeriodForm(request.POST))["days"])
    return redirect("jobs:detail", job.pk)
