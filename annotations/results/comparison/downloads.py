"""A comparison of samples as CSV, all dissimilarities or a line a sample, and as JSON."""

from collections.abc import Iterator, Sequence

from django.http import StreamingHttpResponse

from annotations.projects.models import Project
from annotations.results.comparison.colours import SampleGroup, colour_groups
from annotations.results.comparison.comparison import SampleComparison, comparison
from annotations.results.comparison.query import ComparisonQuery
from annotations.results.csv_files import csv_file
from annotations.results.taxon_filters import taxon_as_dict

COLUMNS = (
    "sample",
    "sample_id",
    "objects",
    "axis_1",
    "axis_2",
    "place_in_tree",
    "group",
    "nearest_sample",
    "least_dissimilarity",
)


def dissimilarities_as_csv(project: Project, query: ComparisonQuery) -> StreamingHttpResponse:
    """Square, with the names of the samples above and before it."""
    answer = comparison(project, query)
    names = [sample.name for sample in answer.matrix.samples] if answer.is_drawn else []
    lines = ([name, *row] for name, row in zip(names, answer.dissimilarities.tolist(), strict=True))
    return csv_file(["sample", *names], lines, f"dissimilarities_{project.pk}")


def samples_as_csv(project: Project, query: ComparisonQuery) -> StreamingHttpResponse:
    answer = comparison(project, query)
    lines = compared_samples(answer, groups_of(project, query, answer))
    return csv_file(
        COLUMNS, ([line[name] for name in COLUMNS] for line in lines), f"compared_samples_{project.pk}"
    )


def groups_of(project: Project, query: ComparisonQuery, answer: SampleComparison) -> list[SampleGroup]:
    return colour_groups(project, query, [sample.id for sample in answer.matrix.samples])


def compared_samples(answer: SampleComparison, groups: Sequence[SampleGroup]) -> Iterator[dict]:
    """By the names of the CSV's columns, in the order of the samples."""
    if not answer.is_drawn:
        return
    place_in_tree = {place: row for row, place in enumerate(answer.order, 1)}
    group_of = {sample: group.name for group in groups for sample in group.samples}
    for place, sample in enumerate(answer.matrix.samples):
        nearest = answer.nearest(place)
        x, y = answer.ordination.points[place].tolist()
        yield {
            "sample": sample.name,
            "sample_id": sample.id,
            "objects": sample.count,
            "axis_1": x,
            "axis_2": y,
            "place_in_tree": place_in_tree[place],
            "group": group_of[sample.id],
            "nearest_sample": answer.matrix.samples[nearest].name,
            "least_dissimilarity": float(answer.dissimilarities[place, nearest]),
        }


def comparison_as_dict(
    query: ComparisonQuery, answer: SampleComparison, groups: Sequence[SampleGroup]
) -> dict:
    ordination = answer.ordination
    return {
        "samples": list(compared_samples(answer, groups)),
        "dissimilarities": answer.dissimilarities.tolist(),
        "joins": [{"left": join.left, "right": join.right, "height": join.height} for join in answer.joins],
        "shares": list(ordination.shares),
        "negative_share": ordination.negative,
        "stress": ordination.stress,
        "taxa": [
            {"taxon": taxon_as_dict(query.table, taxon.id, taxon.name), "axis_1": taxon.x, "axis_2": taxon.y}
            for taxon in answer.taxa
        ],
        "warnings": answer.warnings,
    }
