"""The form of a learning set: from what was filled in to a recipe as JSON, nothing checked yet."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from annotations.accounts.models import User
from annotations.learning.sets.recipe import LEAVE_OUT
from annotations.search.filter import Filter
from annotations.taxonomy.queries import taxon_called


def recipe_of(form: QueryDict, user: User) -> dict[str, Any]:
    """Raises ValidationError for a filter or the name of a taxon that can't be understood.

    Only taxa and traits that the form has shown can be unticked: what it has not shown is learnt.
    """
    sources = [
        {"project": project, "filter": filter_of(pasted(form.get(f"filter-{project}", "")), user)}
        for project in form.getlist("project")
    ]
    offered, ticked = form.getlist("offered"), set(form.getlist("learn"))
    merge = {
        taxon: taxon_called(text).pk for taxon in offered if (text := form.get(f"into-{taxon}", "").strip())
    }
    caps = {taxon: text for taxon in offered if (text := form.get(f"most-{taxon}", "").strip())}
    return {
        "projects": sources,
        "least_per_taxon": form.get("least_per_taxon") or None,
        "leave_out": [taxon for taxon in offered if taxon not in ticked],
        "merge": {taxon: into for taxon, into in merge.items() if taxon in ticked},
        "cap": form.get("cap") or None,
        "caps": caps,
        "rest": form.get("rest") or LEAVE_OUT,
        "traits": form.getlist("trait") if "traits_shown" in form else None,
        "split": form.get("split") or "sample",
        "duplicates": "duplicates" in form,
        "unlabelled": "unlabelled" in form,
        "seed": form.get("seed") or None,
    }


def pasted(text: str) -> QueryDict:
    """A query string, or a whole address of the gallery from the address bar."""
    return QueryDict(text.strip().rpartition("?")[2])


def filter_of(params: Mapping[str, Any], user: User | None) -> dict:
    """The gallery's filter as JSON, without its order and looks. Raises ValidationError."""
    return json.loads(json.dumps(Filter.parse(params, user).as_dict()))
