"""What a page offers to colour the points of a map by."""

from annotations.maps.colouring import NUMBERS
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.search.order import ORDERS
from annotations.traits.queries import vocabulary
from classifier.contract.traits import TraitKind


def colourings_of(project: Project) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(heading, [(what the address says, its name)])]; headings without anything are left out."""
    columns = FreeColumn.objects.filter(
        project=project, level=FreeColumn.Level.OBJECT, position__isnull=False
    )
    traits = [
        (f"trait:{trait.key}", trait.name) for trait in vocabulary(project.pk) if trait.kind != TraitKind.TEXT
    ]
    groups = [
        ("Labels", [("taxon", "taxon"), ("state", "state")]),
        (
            "What a model says",
            [*((name, ORDERS[name].title) for name in NUMBERS if name != "depth"), ("novelty", "novelty")],
        ),
        ("Sample", [("depth", "depth")]),
        ("Traits", traits),
        (
            "Free columns",
            [(f"field:{name}", name) for name in columns.order_by("name").values_list("name", flat=True)],
        ),
    ]
    return [(heading, options) for heading, options in groups if options]
