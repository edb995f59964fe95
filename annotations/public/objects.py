"""Public objects: pages of them, and one with what its manager lists. No person, no score, no log is read here."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import Http404

from annotations.pictures.derivatives import thumbnail_url
from annotations.pictures.plain import plain_url
from annotations.public.access import NOTHING, public_faces
from annotations.public.models import PublicFace
from annotations.samples.models import FreeColumn, Image, Object, State
from annotations.samples.naming import readable_id
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.search.queries import page_of_ids
from annotations.taxonomy.ranks import italic_among

PAGE = 60  # objects
ROWS = f"""
SELECT o.id, o.taxon_id, t.display_name, o.state, i.key, i.width, i.height
FROM unnest(%s::bigint[]) WITH ORDINALITY AS page (id, place)
JOIN samples_object o ON o.id = page.id
LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
LEFT {first_image("o.id")}
WHERE o.project_id = %s AND o.state = ANY(%s)
ORDER BY page.place
"""


@dataclass(frozen=True)
class PublicVignette:
    id: int
    taxon: str
    is_italic: bool
    state: str
    thumbnail: str  # its address; empty: it has no picture
    width: int
    height: int


@dataclass(frozen=True)
class PublicObject:
    object: Object
    original_id: str
    images: list[dict]  # {url, width, height, rank}
    columns: list[tuple[str, Any]]
    is_italic: bool

    @property
    def sample(self) -> str:
        return readable_id(self.object.sample.original_id)

    @property
    def state(self) -> str:
        return State(self.object.state).word


def page_of_objects(
    face: PublicFace, taxon: int | None, sample: int | None, cursor: str | None
) -> tuple[list[PublicVignette], str | None]:
    """The objects that come next, of the taxon and all below it, and the cursor of those after them.

    Raises ValidationError for a damaged cursor.
    """
    criteria = Filter(
        taxon=(taxon,) if taxon else (),
        sample=(sample,) if sample else (),
        state=() if face.has_all_states else face.states,
    )
    ids, following = page_of_ids(face.pk, criteria, "id", PAGE, cursor)
    return _vignettes(face, ids), following


def _vignettes(face: PublicFace, ids: list[int]) -> list[PublicVignette]:
    """What was labelled or moved since the ids were read falls out."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [ids, face.pk, face.letters])
        rows = cursor.fetchall()
    italic = italic_among({taxon for _, taxon, *_ in rows if taxon})
    return [
        PublicVignette(
            number,
            name or "",
            taxon in italic,
            State(state).word,
            thumbnail_url(plain_url(key), width, height) if key else "",
            width or 0,
            height or 0,
        )
        for number, taxon, name, state, key, width, height in rows
    ]


def public_object(face: PublicFace, object_id: int) -> PublicObject:
    """Raises Http404 where it is none of the public ones."""
    objects = Object.objects.select_related("taxon", "sample", "acquisition", "wide").defer("annotator")
    one = objects.filter(pk=object_id, project=face.pk, state__in=face.letters).first()
    if one is None:
        raise Http404(NOTHING)
    images = Image.objects.filter(object=one).values_list("key", "width", "height", "rank")
    return PublicObject(
        object=one,
        original_id=readable_id(one.wide.original_id),
        images=[
            {"url": plain_url(key), "width": width, "height": height, "rank": rank}
            for key, width, height, rank in images
        ],
        columns=_columns(face, one),
        is_italic=bool(one.taxon_id and italic_among([one.taxon_id])),
    )


def _columns(face: PublicFace, one: Object) -> list[tuple[str, Any]]:
    """Those that the manager lists and the object has."""
    listed = FreeColumn.objects.filter(project=face.pk, level=FreeColumn.Level.OBJECT, name__in=face.columns)
    values = {column.name: _value(column, one) for column in listed}
    return [(name, values[name]) for name in face.columns if values.get(name) not in (None, "")]


def _value(column: FreeColumn, one: Object) -> Any:
    if column.position is None:
        return one.wide.texts.get(column.name)
    values = one.wide.values
    return values[column.position] if column.position < len(values) else None


def public_picture(object_id: int, rank: int) -> str:
    """The key of a picture of a public object. Raises Http404 where there is none."""
    one = Object.objects.filter(pk=object_id).values_list("project", "state").first()
    face = public_faces().filter(pk=one[0]).first() if one else None
    is_public = one is not None and face is not None and one[1] in face.letters
    key = Image.objects.filter(object=object_id, rank=rank).values_list("key", flat=True).first()
    if not is_public or key is None:
        raise Http404(NOTHING)
    return key
