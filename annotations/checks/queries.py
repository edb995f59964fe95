"""Which checks there are, for whom, and what is looked at next."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.checks.figures import JUDGED, waiting_looks
from annotations.checks.models import QualityCheck, QualityLook
from annotations.labels.statements import ONLY_MACHINES_SINCE
from annotations.pictures.keys import image_url
from annotations.projects.models import Project
from annotations.samples.queries import first_image
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.ranks import italic_among
from annotations.taxonomy.replacements import in_use

MOST_AHEAD = 10
PAGE = 50  # checks of the list

PICTURES = f"""
SELECT o.id, i.key, i.width, i.height, a.pixel_um
FROM samples_object o JOIN samples_acquisition a ON a.id = o.acquisition_id {first_image("o.id")}
WHERE o.id = ANY(%s)
"""


def checks_of(project: Project) -> QuerySet[QualityCheck]:
    return QualityCheck.objects.filter(project=project).select_related("user", "job")


def check_in(project: Project, check_id: int) -> QualityCheck:
    """Raises Http404 where the project has none of that number."""
    check = checks_of(project).filter(pk=check_id).first()
    if check is None:
        raise Http404("There is no such quality check in this project.")
    return check


def looked_at_by(check: QualityCheck, user: User) -> QualityCheck:
    """The check itself; raises PermissionDenied for who didn't start it."""
    if check.user_id != user.pk:
        raise PermissionDenied("Somebody else looks here: start a check of your own.")
    return check


def open_to(check: QualityCheck, user: User) -> QualityCheck:
    """The check itself; raises PermissionDenied for others than who looks, until it is finished."""
    if not check.finished and check.user_id != user.pk:
        raise PermissionDenied("This check isn’t finished: its figures open when it is.")
    return check


def listed_checks(
    project: Project, before: int | None = None
) -> tuple[list[tuple[QualityCheck, int]], int | None]:
    """A page of checks, the latest first, each with how many looks were made; and where the next page begins."""
    checks = checks_of(project).filter(pk__lt=before) if before else checks_of(project)
    page = list(checks[: PAGE + 1])
    looks = QualityLook.objects.filter(quality_check__in=page[:PAGE], answer__isnull=False)
    counts = dict(looks.values_list("quality_check").annotate(n=Count("id")).order_by())
    earlier = page[PAGE - 1].pk if len(page) > PAGE else None
    return [(check, counts.get(check.pk, 0)) for check in page[:PAGE]], earlier


@dataclass(frozen=True)
class NextLook:
    """What is looked at: of a blind check without the label."""

    place: int
    object_id: int
    taxon: Taxon | None
    is_italic: bool  # how its name is written
    image: dict  # url, width, height in pixels
    pixel_um: float | None

    def as_dict(self) -> dict:
        """In the API's shape."""
        return {
            "place": self.place,
            "object": self.object_id,
            "taxon": self.taxon and {"id": self.taxon.pk, "name": self.taxon.display_name},
            "image": self.image,
            "pixel_um": self.pixel_um,
        }


def next_looks(check: QualityCheck, most: int = 1) -> list[NextLook]:
    """Up to `most` of those that wait, the next one first."""
    return [] if check.finished else described(check, list(waiting_looks(check)[: min(most, MOST_AHEAD)]))


def latest_look(check: QualityCheck) -> NextLook | None:
    """The one that was answered last, to be answered once more."""
    answered = check.looks.filter(answer__isnull=False, object__project=check.project_id)
    return next(iter(described(check, list(answered.order_by("-place")[:1]))), None)


def described(check: QualityCheck, looks: list[QualityLook]) -> list[NextLook]:
    """With pictures; a taxon that was merged since is what it became."""
    with connection.cursor() as cursor:
        cursor.execute(PICTURES, [[look.object_id for look in looks]])
        pictures = {row[0]: row[1:] for row in cursor.fetchall()}
    taxa = {} if check.is_blind else _taxa({look.taxon_id for look in looks})
    italic = italic_among({taxon.pk for taxon in taxa.values()})
    return [
        _described(look, taxa.get(look.taxon_id), italic, *pictures[look.object_id])
        for look in looks
        if look.object_id in pictures
    ]


def _described(
    look: QualityLook,
    taxon: Taxon | None,
    italic: set[int],
    key: str,
    width: int,
    height: int,
    pixel_um: float | None,
) -> NextLook:
    return NextLook(
        place=look.place,
        object_id=look.object_id,
        taxon=taxon,
        is_italic=taxon is not None and taxon.pk in italic,
        image={"url": image_url(key), "width": width, "height": height},
        pixel_um=pixel_um,
    )


def _taxa(ids: set[int]) -> dict[int, Taxon]:
    became = in_use(ids)
    taxa = Taxon.objects.in_bulk(became.values())
    return {taxon: taxa[became[taxon]] for taxon in ids}


def changed_since(check: QualityCheck) -> int:
    """How many of the objects that were judged have had another label since they were drawn."""
    judged = check.looks.filter(answer__in=JUDGED, object__project=check.project_id)
    label = Q(object__taxon=F("taxon"), object__state=F("state"))
    return judged.exclude(label).count()


@dataclass(frozen=True)
class NamedWrong:
    """What was judged wrong and has another taxon's name: how many can be given it, how many changed since."""

    count: int
    changed: int


NAMED_WRONG = f"""
SELECT count(*) FILTER (WHERE is_as_drawn), count(*) FILTER (WHERE NOT is_as_drawn) FROM (
    SELECT o.version = l.version OR {ONLY_MACHINES_SINCE.format(version="l.version", names_taxon="TRUE")} AS is_as_drawn
    FROM checks_qualitylook l JOIN samples_object o ON o.id = l.object_id
    WHERE l.quality_check_id = %s AND o.project_id = %s AND l.answer = 'wrong' AND l.named_id IS NOT NULL
    AND o.taxon_id IS DISTINCT FROM taxonomy_in_use(l.named_id)
) named
"""


def named_wrong(check: QualityCheck) -> NamedWrong:
    """Of those that are not called so by now. What only models have changed since is as it was drawn."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED_WRONG, [check.pk, check.project_id])
        return NamedWrong(*cursor.fetchone())
