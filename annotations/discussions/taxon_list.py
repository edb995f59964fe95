"""The taxa of a project in the order of their names, a page at a time, with what there is to read about each."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from annotations.common.keyset import Cursor
from annotations.discussions.models import Comment, ReferenceImage, TaxonNote
from annotations.labels.tally import project_counts
from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import fold_text
from annotations.taxonomy.ranks import italic_among

A_PAGE = 50
BY_NAME = "name"  # the order that a cursor belongs to


@dataclass(frozen=True)
class DiscussedTaxon:
    """`images` are those that show what it looks like; `is_italic` says how its name is written."""

    taxon: Taxon
    is_italic: bool
    objects: int
    comments: int
    images: int
    has_note: bool


def page_of_taxa(
    project: Project, text: str = "", cursor: str | None = None
) -> tuple[list[DiscussedTaxon], str | None]:
    """Those whose name holds each word of the text, and the cursor of the next page. Raises ValidationError."""
    objects = _objects_by_taxon(project)
    taxa = Taxon.objects.filter(pk__in={*objects, *_taxa_with_something_to_read(project)})
    for word in fold_text(text).split() if text else ():
        taxa = taxa.filter(folded__contains=word)
    if cursor:
        taxa = taxa.filter(_behind(Cursor.decode(cursor, BY_NAME)))
    page = list(taxa.order_by("folded", "pk")[: A_PAGE + 1])
    last = page[A_PAGE - 1] if len(page) > A_PAGE else None
    following = Cursor(BY_NAME, last.folded, last.pk).encode() if last else None
    return _described(project, page[:A_PAGE], objects), following


def _objects_by_taxon(project: Project) -> dict[int, int]:
    objects: dict[int, int] = {}
    for taxon, _, count in project_counts(project.pk):
        if taxon is not None:
            objects[taxon] = objects.get(taxon, 0) + count
    return objects


def _taxa_with_something_to_read(project: Project) -> QuerySet:
    comments, notes, images = _rows(project)
    return (
        comments.values("taxon")
        .union(notes.values("taxon"), images.values("taxon"))
        .values_list("taxon", flat=True)
    )


def _rows(project: Project) -> tuple[QuerySet[Comment], QuerySet[TaxonNote], QuerySet[ReferenceImage]]:
    comments = Comment.objects.filter(project=project, taxon__isnull=False, removed=None)
    notes, images = TaxonNote.objects.filter(project=project), ReferenceImage.objects.filter(project=project)
    return comments.order_by(), notes.order_by(), images.order_by()


def _behind(end: Cursor) -> Q:
    if not isinstance(end.key, str) or "\0" in end.key or abs(end.id) >= 2**63:
        raise ValidationError("`cursor` is damaged: start again without it.")
    return Q(folded__gt=end.key) | Q(folded=end.key, pk__gt=end.id)


def _described(project: Project, taxa: Collection[Taxon], objects: dict[int, int]) -> list[DiscussedTaxon]:
    comments, notes, images = (_counts(rows.filter(taxon__in=taxa)) for rows in _rows(project))
    italic = italic_among([taxon.pk for taxon in taxa])
    return [
        DiscussedTaxon(
            taxon,
            taxon.pk in italic,
            objects.get(taxon.pk, 0),
            comments.get(taxon.pk, 0),
            images.get(taxon.pk, 0),
            taxon.pk in notes,
        )
        for taxon in taxa
    ]


def _counts(rows: QuerySet) -> dict[int, int]:
    return dict(rows.values_list("taxon").annotate(rows=Count("id")))
