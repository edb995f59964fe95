"""README.md of an archive: what is in it, how many, of which classes, whose it is, what was asked for, when."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils import timezone

from annotations.exports.columns import TableColumn
from annotations.exports.readme import terms_of
from annotations.exports.request import ExportRequest
from annotations.projects.models import Licence, Project
from annotations.samples.models import State
from annotations.search.describing import in_words

CARD = "README.md"
COUNTS = """
SELECT t.display_name, o.state, count(*) FROM samples_object o LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
WHERE o.project_id = %s AND ({condition}) GROUP BY 1, 2
"""
ClassCounts = Counter[tuple[str, str]]  # of (taxon, state letter)


def class_counts(request: ExportRequest) -> ClassCounts:
    """How many objects match, by taxon (empty for none) and state."""
    condition, params = request.object_filter.where(request.project.pk)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(condition=condition), [request.project.pk, *params])
        return Counter({(taxon or "", state): count for taxon, state, count in cursor.fetchall()})


def data_card(
    request: ExportRequest, title: str, counts: ClassCounts, files: Iterable[str], notes: Sequence[str] = ()
) -> str:
    """`files` says what lies where, `notes` what a reader has to know: splits, what is left out."""
    project = request.project
    parts = [
        f"# {project.title}",
        project.description.strip(),
        f"{title}, written by Seston on {timezone.now():%Y-%m-%d at %H:%M} UTC: {counts.total():,} objects.",
        "\n".join(f"* {line}" for line in files),
        "## Terms\n\n"
        + "\n".join(f"* {line}" for line in [*terms_of(project), f"Citation: {citation(project)}"]),
        "## What was asked for\n\n" + _filter(request),
        "\n".join(f"* {note}" for note in notes),
        "## Classes\n\n" + _classes(counts),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def citation(project: Project) -> str:
    """As one would write it below a paper."""
    who = project.contact.display_name if project.contact else "The members of the project"
    where = project.doi_url or f"Seston project {project.pk}"
    return f"{who} ({timezone.now():%Y}). {project.title}. {where}"


def licence_of(project: Project) -> str:
    """In words, for what has room for one line."""
    return Licence(project.licence).label if project.licence else "not said: ask those you got the data from"


def dictionary(columns: Iterable[TableColumn]) -> list[list[str]]:
    """The data dictionary of a table: a row for each column, its head first."""
    types = {"f": "number", "t": "text"}
    return [
        ["column", "meaning", "unit", "type"],
        *([each.name, each.meaning, each.unit, types[each.kind]] for each in columns),
    ]


def _filter(request: ExportRequest) -> str:
    query = request.object_filter.as_query()
    words = "; ".join(f"{name}: {text}" for name, text in in_words(request.project, request.object_filter))
    return f"The objects of the filter `{query}` ({words})." if query else "All objects of the project."


def _classes(counts: ClassCounts) -> str:
    """A table with a line for each taxon, the most frequent first."""
    taxa: Counter[str] = Counter()
    for (taxon, _), count in counts.items():
        taxa[taxon] += count
    states = [state for state in State if any(letter == state.value for _, letter in counts)]
    lines = [["taxon", "objects", *(state.word for state in states)], ["---", *["---:"] * (len(states) + 1)]]
    lines += [
        [_cell(taxon), str(total), *(str(counts[taxon, state.value]) for state in states)]
        for taxon, total in sorted(taxa.items(), key=lambda item: (-item[1], item[0]))
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(taxon: str) -> str:
    return taxon.replace("|", r"\|") or "(none)"
