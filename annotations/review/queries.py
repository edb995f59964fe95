"""What waits for a review: taxon by taxon, and what is left of a page."""

from collections import defaultdict
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from annotations.accounts.models import User
from annotations.pictures.keys import image_url
from annotations.projects.models import Project
from annotations.review.models import ReviewPage
from annotations.samples.models import State
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.search.queries import counts
from annotations.search.rows import images_of
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import in_use

EXAMPLES = 8
SKIPPED = timedelta(hours=2)  # what a person has skipped isn't offered to them again
HELD = timedelta(minutes=30)  # since the person last did something: then others get what is left

# of all taxa at once, each by the index of the review; what came without a score last
SUREST = f"""
SELECT wanted.taxon, o.score, i.key, i.width, i.height
FROM unnest(%(taxa)s::bigint[]) AS wanted (taxon)
CROSS JOIN LATERAL (
    (SELECT id, score FROM samples_object
     WHERE project_id = %(project)s AND taxon_id = wanted.taxon AND state = 'P' AND score IS NOT NULL
     ORDER BY score DESC, id DESC LIMIT %(most)s)
    UNION ALL
    (SELECT id, score FROM samples_object
     WHERE project_id = %(project)s AND taxon_id = wanted.taxon AND state = 'P' AND score IS NULL
     ORDER BY id LIMIT %(most)s)
    LIMIT %(most)s
) o
{first_image("o.id")}
"""


# what of a page waits yet: neither settled, nor set aside since it was opened, nor gone
WAITING = """
SELECT o.id, o.version, o.score, o.taxon_id FROM unnest(%s::bigint[]) WITH ORDINALITY AS page (id, place)
JOIN samples_object o ON o.id = page.id AND o.project_id = %s
WHERE o.state IN ('U', 'P') AND NOT EXISTS (
    SELECT FROM review_setaside a WHERE a.object_id = o.id AND a.created >= %s)
ORDER BY page.place
"""


def waiting_of(page: ReviewPage) -> list[dict]:
    """What is left of a page, in its order: [{id, version, score, taxon}], `taxon` a number or None."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [page.object_ids, page.project_id, page.opened])
        names = ("id", "version", "score", "taxon")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def not_offered(project: Project, user: User) -> list[int]:
    """What others hold, what the person holds in another order, and what they have skipped a moment ago."""
    skipped = ReviewPage.objects.filter(
        project=project, user=user, is_skipped=True, ended__gt=timezone.now() - SKIPPED
    )
    own = ReviewPage.objects.filter(project=project, user=user, ended=None)
    pages = [*skipped.values_list("object_ids", flat=True), *own.values_list("object_ids", flat=True)]
    return [*held_by_others(project, user), *(object_id for page in pages for object_id in page)]


def held_by_others(project: Project, user: User) -> list[int]:
    occupied = ReviewPage.objects.filter(project=project, ended=None, touched__gt=timezone.now() - HELD)
    pages = occupied.exclude(user=user).values_list("object_ids", flat=True)
    return [object_id for page in pages for object_id in page]


def objects_held_in(project_id: int) -> list[int]:
    """Those on pages that people have before them, the latest first: a refit looks at these before all others."""
    pages = ReviewPage.objects.filter(project=project_id, ended=None, touched__gt=timezone.now() - HELD)
    id_lists = pages.order_by("-touched").values_list("object_ids", flat=True)
    return [object_id for page in id_lists for object_id in page]


def page_in_words(page: ReviewPage) -> dict:
    """In the API's shape, without what is answered."""
    waiting = waiting_of(page)
    images = images_of([row["id"] for row in waiting])
    names = names_of({row["taxon"] for row in waiting if row["taxon"]})
    return {
        "id": page.pk,
        "reason": page.reason,
        "proposal": _proposal(page),
        "is_mixed": page.is_mixed,
        "may_be_new": page.may_be_new,
        "expected_right": page.expected,
        "objects": [
            {
                **row,
                "taxon": row["taxon"] and {"id": row["taxon"], "name": names[row["taxon"]]},
                "images": images.get(row["id"], []),
            }
            for row in waiting
        ],
    }


def _proposal(page: ReviewPage) -> dict | None:
    """A taxon that was merged since the page was opened is what it became."""
    if page.taxon_id is None:
        return None
    taxon = in_use({page.taxon_id})[page.taxon_id]
    return {"taxon": {"id": taxon, "name": names_of({taxon})[taxon]}}


def predicted_taxa(project_id: int) -> list[dict]:
    """Predicted taxa with how many objects wait, most first, each with its most certain vignettes."""
    waiting = counts(project_id, Filter(state=(State.PREDICTED,)))
    waiting.sort(key=lambda entry: -entry["count"])
    examples = _examples(project_id, [entry["taxon"]["id"] for entry in waiting])
    return [{**entry, "examples": examples[entry["taxon"]["id"]]} for entry in waiting]


def _examples(project_id: int, taxa: list[int]) -> dict[int, list[dict]]:
    """taxon → [{score, url, width, height}], the surest first."""
    examples: dict[int, list[dict]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SUREST, {"taxa": taxa, "project": project_id, "most": EXAMPLES})
        for taxon, score, key, width, height in cursor.fetchall():
            examples[taxon].append({"score": score, "url": image_url(key), "width": width, "height": height})
    for entries in examples.values():
        entries.sort(key=lambda entry: (entry["score"] is None, -(entry["score"] or 0)))
    return examples
