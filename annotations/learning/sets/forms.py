"""The form of a learning set: from what was filled in to a recipe as JSON, nothing checked yet."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from annotations.accounts.models import User
from annotations.learning.recipe import LEAVE_OUT
from annotations.search.filter import Filter
from annotations.taxonomy.queries import taxon_called


def recipe_of(given: QueryDict, asker: User) -> dict[str, Any]:
    """Raises ValidationError for a filter or the name of a taxon that can't be understood.

    Only taxa and traits that the form has shown can be unticked: what it has not shown is learnt.
    """
    sources = [
        {"project": project, "filter": filter_of(pasted(given.get(f"filter-{project}", "")), asker)}
        for project in given.getlist("project")
    ]
    shown, ticked = given.getlist("shown"), set(given.getlist("learn"))
    merge = {
        taxon: taxon_called(text).pk for taxon in shown if (text := given.get(f"into-{taxon}", "").strip())
    }
    caps = {taxon: text for taxon in shown if (text := given.get(f"most-{taxon}", "").strip())}
    return {
        "projects": sources,
        "least_per_taxon": given.get("least_per_taxon") or None,
        "leave_out": [taxon for taxon in shown if taxon not in ticked],
        "merge": {taxon: into for taxon, into in merge.items() if taxon in ticked},
        "cap": given.get("cap") or None,
        "caps": caps,
        "rest": given.get("rest") or LEAVE_OUT,
        "traits": given.getlist("trait") if "traits_shown" in given else None,
        "split": given.get("split") or "sample",
        "duplicates": "duplicates" in given,
        "seed": given.get("seed") or None,
    }


def pasted(text: str) -> QueryDict:
    """A query string, or a whole address of the gallery from the address bar."""
    return QueryDict(text.strip().rpartition("?")[2])


def filter_of(given: Mapping[str, Any], asker: User | None) -> dict:
    """The gallery's filter as JSON, without its order and looks. Raises ValidationError."""
    return json.loads(json.dumps(Filter.parse(given, asker).as_dict()))
