"""A net of 200 objects called Oithona, of which a truth says what they are."""

from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.checks.actions import answer_look, start_check
from annotations.checks.figures import CheckFigures, figures_of, waiting_looks
from annotations.checks.models import CheckAnswer, QualityCheck
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Image, Object, ObjectFields, Sample, State
from annotations.search.filter import Filter
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


FIRST = 5_000_000_000  # the number of the first object: with it and the seed, what is drawn when is always the same


@dataclass
class Net:
    project: Project
    oithona: Taxon
    calanus: Taxon
    copepoda: Taxon  # above both
    ids: list[int]
    wrong: set[int]  # that are Calanus

    def check(self, user: User, query: dict | None = None, **more: object) -> QualityCheck:
        more = {"half_width": 0.01, "seed": 1, **more}
        return start_check(project=self.project, user=user, criteria=Filter.parse(query or {}, user), **more)

    def look(self, check: QualityCheck, user: User, most: int | None = None) -> CheckFigures:
        """As whoever knows the truth: until it is decided, or `most` looks; what is wrong is named."""
        for look in list(waiting_looks(check)[:most]):
            is_wrong = look.object_id in self.wrong
            more = {"taxon": self.calanus} if is_wrong else {"answer": CheckAnswer.RIGHT}
            answer_look(check=check, user=user, place=look.place, **more)
        return figures_of(check)


@shared_rows
def net(project) -> Net:
    ensure_taxa([TaxonName(name, ("Copepoda", name)) for name in ("Oithona", "Calanus")])
    copepoda, oithona, calanus = (Taxon.objects.get(name=name) for name in ("Copepoda", "Oithona", "Calanus"))
    Taxon.objects.filter(pk=oithona.pk).update(rank="genus")
    sample = Sample.objects.create(project=project, original_id="net_1")
    acquisition = Acquisition.objects.create(sample=sample, original_id="net_1", pixel_um=50)
    objects = Object.objects.bulk_create(
        Object(
            pk=FIRST + n,
            project=project,
            sample=sample,
            acquisition=acquisition,
            taxon=oithona,
            state=State.VALIDATED,
        )
        for n in range(200)
    )
    ids = [each.pk for each in objects]
    ObjectFields.objects.bulk_create(
        ObjectFields(object_id=pk, project=project, original_id=f"net_1_{pk}") for pk in ids
    )
    Image.objects.bulk_create(
        Image(object_id=pk, key=f"v/ab/cd/{pk:060x}.png", file_name="n.png", width=80, height=40)
        for pk in ids
    )
    return Net(project, oithona, calanus, copepoda, ids, set(ids[::20]))
