"""What the gallery and the API read. Rows come as tuples and leave as dicts: no model instance a row, no count."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.dateparse import parse_datetime

from annotations.accounts.models import User
from annotations.common.keyset import Cursor
from annotations.gallery.filter import Filter
from annotations.gallery.indexing import note_sort
from annotations.gallery.models import TaxonSlot, View
from annotations.gallery.order import Order, parse_order
from annotations.gallery.paging import Found, find_page
from annotations.labels.queries import history
from annotations.labels.tally import project_counts
from annotations.learning.doubt import is_nine_in_ten, is_unlike
from annotations.pictures.keys import image_url
from annotations.samples.models import FreeColumn, Object, State
from annotations.similarity.queries import is_embedded
from annotations.taxonomy.models import Taxon, TaxonStatus
from annotations.taxonomy.queries import described, names_of
from annotations.taxonomy.replacements import in_use, scores_in_use
from annotations.traits.queries import traits_of

MOST_A_PAGE = 1000


@dataclass
class Page:
    objects: list[dict]
    next: str | None  # cursor of the next page


def page(
    project_id: int,
    wanted: Filter,
    order: str | None = "id",
    limit: int = 200,
    cursor: str | None = None,
    with_fields: bool = True,
) -> Page:
    """One page of objects in the API's shape. Raises ValidationError for a bad order or cursor."""
    sorting = parse_order(order, project_id)
    limit = max(1, min(limit, MOST_A_PAGE))
    start = _start(cursor, sorting) if cursor else None
    note_sort(sorting)
    found = find_page(project_id, wanted, sorting, limit + 1, start)
    following = _next_cursor(found[limit - 1], sorting) if len(found) > limit else None
    return Page(rows(project_id, [f.id for f in found[:limit]], with_fields), following)


def _start(cursor: str, order: Order) -> Cursor:
    """Where the page before ended. Raises ValidationError where PostgreSQL would choke on the key."""
    start = Cursor.decode(cursor, order.text)
    if not (abs(start.id) < 2**63 and (start.key is None or _is_key(start.key, order))):
        raise ValidationError("`cursor` is damaged: start again without it.")
    return start


def _is_key(key: float | str | int, order: Order) -> bool:
    if order.type == "double precision":
        return isinstance(key, int | float)
    if order.type in ("bigint", "integer"):
        return isinstance(key, int) and abs(key) < 2 ** (63 if order.type == "bigint" else 31)
    if not isinstance(key, str) or "\0" in key:
        return False
    return order.type != "timestamptz" or _moment(key) is not None


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _next_cursor(last: Found, order: Order) -> str:
    key = last.key.isoformat() if isinstance(last.key, datetime) else last.key
    return Cursor(order.text, key, last.id).encode()


def rows(project_id: int, ids: list[int], with_fields: bool = True) -> list[dict]:
    """Those of the objects that are the project's, in this order."""
    names = _field_names(project_id) if with_fields else []
    images = _images(ids)
    with connection.cursor() as db:
        db.execute(ROWS.format(wide=", w.values, w.texts" if with_fields else ""), [ids, project_id])
        return [_row(row, images, names) for row in db.fetchall()]


def _row(row: tuple, images: dict[int, list[dict]], names: list[str]) -> dict:
    (
        row_id,
        version,
        original_id,
        sample,
        sample_name,
        taxon,
        taxon_name,
        state,
        score,
        margin,
        entropy,
        *more,
    ) = row
    depth_min, depth_max, taken_at, latitude, longitude, annotator, labelled_at, pixel_um, *wide = more
    shape = {
        "id": row_id,
        "version": version,
        "original_id": original_id,
        "sample": sample,
        "sample_original_id": sample_name,
        "taxon": None if taxon is None else {"id": taxon, "name": taxon_name},
        "state": WORDS[state],
        "score": score,
        "margin": margin,
        "entropy": entropy,
        "depth_min": depth_min,
        "depth_max": depth_max,
        "date": _utc(taken_at),
        "latitude": latitude,
        "longitude": longitude,
        "annotator": annotator,
        "labelled_at": _utc(labelled_at),
        "pixel_um": pixel_um,
        "images": images.get(row_id, []),
    }
    if wide:
        values, texts = wide
        shape["fields"] = dict(zip(names, values, strict=False)) | orjson.loads(texts)
    return shape


def _utc(seconds: float | None) -> datetime | None:
    """A time that comes as seconds since 1970: read four times as fast as one that comes as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


WORDS = {state.value: state.word for state in State}

ROWS = """
SELECT o.id, o.version, w.original_id, o.sample_id, s.original_id, o.taxon_id, t.display_name, o.state, o.score,
       o.margin, o.entropy, o.depth_min, o.depth_max, extract(epoch FROM o.taken_at)::float8, o.latitude, o.longitude,
       u.shown_name,
       extract(epoch FROM o.labelled_at)::float8, a.pixel_um {wide}
FROM unnest(%s::bigint[]) WITH ORDINALITY AS page (id, place)
JOIN samples_object o ON o.id = page.id AND o.project_id = %s
JOIN samples_objectfields w ON w.object_id = o.id
JOIN samples_sample s ON s.id = o.sample_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
LEFT JOIN accounts_user u ON u.id = o.annotator_id
ORDER BY page.place
"""


def _field_names(project_id: int) -> list[str]:
    """Names of the numeric free columns of objects, each at its position."""
    columns = FreeColumn.objects.filter(project_id=project_id, position__isnull=False)
    return list(columns.order_by("position").values_list("name", flat=True))


def _images(ids: list[int]) -> dict[int, list[dict]]:
    """The images of each object, in the order of their ranks."""
    images: dict[int, list[dict]] = {}
    columns = "object_id, rank, key, width, height, file_name, original_key, origin, window_low, window_high"
    with connection.cursor() as db:
        db.execute(
            f"SELECT {columns} FROM samples_image WHERE object_id = ANY(%s) ORDER BY object_id, rank", [ids]
        )
        for object_id, *row in db.fetchall():
            images.setdefault(object_id, []).append(_image(*row))
    return images


def _image(
    rank: int,
    key: str,
    width: int,
    height: int,
    file_name: str,
    original_key: str,
    origin: str,
    low: float | None,
    high: float | None,
) -> dict:
    """As pages and the API know it. What was rendered says what it was, and where that is."""
    image: dict = {"url": image_url(key), "width": width, "height": height, "rank": rank}
    if original_key:
        original = {"url": image_url(original_key), "file_name": file_name, "kind": origin}
        image["original"] = original | {"window": None if high is None else [low, high]}
    return image


def counts(project_id: int, wanted: Filter) -> list[dict]:
    """How many objects match, per taxon and state: [{taxon: {id, name} or None, state, count}]."""
    found = raw_counts(project_id, wanted)
    names = names_of({taxon for taxon, _, _ in found if taxon is not None})
    return [
        {
            "taxon": None if taxon is None else {"id": taxon, "name": names[taxon]},
            "state": WORDS[state],
            "count": count,
        }
        for taxon, state, count in sorted(found, key=lambda row: (names.get(row[0] or 0, ""), row[1]))
    ]


def raw_counts(project_id: int, wanted: Filter) -> list[tuple[int | None, str, int]]:
    """(taxon id, state letter, number of objects) of all that match."""
    return _tallied(project_id, wanted) if wanted.is_tallied else _counted(project_id, wanted)


def _tallied(project_id: int, wanted: Filter) -> list[tuple[int | None, str, int]]:
    taxa = {None if taxon == 0 else taxon for taxon in (*wanted.taxa, *wanted.taxon)}
    states = {state.value for state in wanted.state}
    return [
        (taxon, state, count)
        for taxon, state, count in project_counts(project_id, list(wanted.sample) or None)
        if (not wanted.taxon or taxon in taxa) and (not states or state in states)
    ]


def _counted(project_id: int, wanted: Filter) -> list[tuple[int | None, str, int]]:
    condition, params = wanted.narrowed(project_id).where(project_id)
    with connection.cursor() as db:
        db.execute(
            f"SELECT o.taxon_id, o.state, count(*) FROM samples_object o WHERE o.project_id = %s AND {condition} "
            "GROUP BY 1, 2",
            [project_id, *params],
        )
        return db.fetchall()


def project_of_object(object_id: int) -> int:
    """Raises Http404 when there is no such object."""
    with connection.cursor() as db:
        db.execute("SELECT project_id FROM samples_object WHERE id = %s", [object_id])
        row = db.fetchone()
    if row is None:
        raise Http404("There is no such object, or it belongs to a project that you are not a member of.")
    return row[0]


def of_project(project_id: int, ids: list[int]) -> list[int]:
    """Those of the objects that are the project's."""
    with connection.cursor() as db:
        db.execute("SELECT id FROM samples_object WHERE project_id = %s AND id = ANY(%s)", [project_id, ids])
        return [object_id for (object_id,) in db.fetchall()]


def object_detail(project_id: int, object_id: int) -> dict:
    """One object with all its metadata, the three best taxa of the last model, and its history."""
    found = rows(project_id, [object_id])
    if not found:
        raise Http404("There is no such object.")
    return {
        **found[0],
        "prediction": _prediction(object_id),
        "history": history(object_id),
        "is_embedded": is_embedded(object_id),
        "traits": traits_of([object_id]).get(object_id, {}),
        **_parents(object_id),
    }


def _prediction(object_id: int) -> dict | None:
    with connection.cursor() as db:
        db.execute(
            "SELECT model_id, taxa, scores, candidates, novelty, created FROM learning_prediction WHERE object_id = %s",
            [object_id],
        )
        row = db.fetchone()
    if row is None:
        return None
    model, taxa, scores, candidates, novelty, created = row
    became = in_use({*taxa, *candidates})
    names = names_of(set(became.values()))
    surest = scores_in_use(zip(taxa, scores, strict=True), became)
    best = [{"taxon": {"id": taxon, "name": names[taxon]}, "score": score} for taxon, score in surest]
    return {
        "model": model,
        "best": best,
        "candidates": [
            {"id": taxon, "name": names[taxon]}
            for taxon in dict.fromkeys(became[candidate] for candidate in candidates)
        ],
        "novelty": novelty,
        "is_novel": is_unlike(novelty),
        "is_nine_in_ten": is_nine_in_ten(candidates, dict(zip(taxa, scores, strict=True)), novelty),
        "created": created,
    }


def _parents(object_id: int) -> dict:
    found = Object.objects.select_related("sample", "acquisition").get(pk=object_id)
    acquisition = found.acquisition
    return {
        "sample_fields": found.sample.fields,
        "acquisition": {
            "original_id": acquisition.original_id,
            "instrument": acquisition.instrument,
            "fields": acquisition.fields,
        },
        "process": {"original_id": acquisition.process_original_id, "fields": acquisition.process_fields},
    }


def views_of(project_id: int, user: User) -> QuerySet[View]:
    """The saved views that a person sees in the project: their own, and the shared ones."""
    return View.objects.filter(Q(owner=user) | Q(is_shared=True), project=project_id).select_related("owner")


def slots_of(project_id: int, user: User) -> list[dict]:
    """The taxa on a person's digits in the project, the one used last first. Merged taxa are what they became; what
    nobody can choose any more has no slot."""
    slots = list(TaxonSlot.objects.filter(project=project_id, user=user.pk))
    if not slots:
        return []
    became = in_use(slot.taxon_id for slot in slots)
    active = Taxon.objects.filter(pk__in=became.values(), status=TaxonStatus.ACTIVE)
    shapes = {
        each["id"]: {name: each[name] for name in ("id", "name", "lineage")}
        for each in described(list(active.values_list("pk", flat=True)))
    }
    slot_of: dict[int, TaxonSlot] = {}  # where two taxa became one, the pinned slot or the one used last
    for slot in sorted(slots, key=lambda slot: (not slot.is_pinned, slot.unused)):
        slot_of.setdefault(became[slot.taxon_id], slot)
    ordered = sorted(slot_of.items(), key=lambda pair: pair[1].unused)
    return [
        {"number": slot.number, "taxon": shapes[taxon], "is_pinned": slot.is_pinned}
        for taxon, slot in ordered
        if taxon in shapes
    ]
