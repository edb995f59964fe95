"""Which objects and samples stay out of an archive, and why."""

from django.utils import timezone

from annotations.projects.models import Project
from annotations.publishing.extents import EventExtent
from annotations.publishing.findings import ArchiveCheck, ArchiveChecks, place_in
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.survey import ArchiveSurvey
from annotations.publishing.wording import objects_that, samples_that, some_of
from annotations.samples.models import State

FAR_M = 100_000  # from the middle of a sample: no tow is as long
FAR_OFF = "more than 100 km off"


def object_checks(project: Project, request: ArchiveRequest, survey: ArchiveSurvey) -> ArchiveChecks:
    if not survey.going_out:
        yield ArchiveCheck(
            "No object would be in the archive: none has a label that goes out, a name of WoRMS, a place and a date.",
            True,
            *(
                _taxa_of(project)
                if survey.taxa.without_aphia_id
                else place_in(project, "gallery:bench", "Open the bench")
            ),
        )
    yield from _of_states(project, request, survey)
    yield from _of_filter(request)
    yield from _of_places(project, survey)
    yield from _of_taxa(project, survey)


def _of_states(project: Project, request: ArchiveRequest, survey: ArchiveSurvey) -> ArchiveChecks:
    waiting = {state: count for state, count in survey.in_state.items() if state not in survey.states}
    for state, count in sorted(waiting.items()):
        word = State(state).word
        yield ArchiveCheck(
            objects_that(count, f"is {word} and stays out.", f"are {word} and stay out."),
            False,
            *place_in(project, "gallery:bench", "See them", f"?state={word}"),
        )
    if waiting and request.with_absent:
        yield ArchiveCheck(
            "Of a sample with such objects no absence is stated: a taxon may be among them.", False
        )


def _of_filter(request: ArchiveRequest) -> ArchiveChecks:
    if request.is_of_whole_samples:
        return
    if request.with_absent:
        yield ArchiveCheck(
            "Absences are of whole samples, and the filter lets only parts of them through: leave out the filter, "
            "or the absences.",
            True,
        )
        return
    yield ArchiveCheck(
        "The filter lets parts of samples through: counts, abundances and biovolumes are of those alone.",
        False,
    )


def _of_places(project: Project, survey: ArchiveSurvey) -> ArchiveChecks:
    samples = place_in(project, "metadata:samples", "Correct the samples")
    names, now = survey.sample_names, timezone.now()
    zero = [names[number] for number, extent in survey.extents.items() if _is_at_zero(extent)]
    late = [names[number] for number, extent in survey.extents.items() if extent.last and extent.last > now]
    far = [names[number] for number, extent in survey.extents.items() if (extent.uncertainty_m or 0) > FAR_M]
    sentences = (
        (survey.unplaced, "has no position and stays out", "have no position and stay out"),
        (survey.undated, "has no date and stays out", "have no date and stay out"),
        (zero, "lies at 0° N 0° E, mostly a missing position", "lie at 0° N 0° E, mostly a missing position"),
        (late, "was taken in the future", "were taken in the future"),
        (far, f"has objects {FAR_OFF} its middle", f"have objects {FAR_OFF} their middle"),
    )
    for such, one, several in sentences:
        if such:
            yield ArchiveCheck(f"{samples_that(len(such), one, several)}: {some_of(such)}.", False, *samples)


def _is_at_zero(extent: EventExtent) -> bool:
    place = extent.latitude, extent.longitude
    return all(value is not None and abs(value) < 1e-9 for value in place)


def _of_taxa(project: Project, survey: ArchiveSurvey) -> ArchiveChecks:
    taxa = _taxa_of(project)
    if names := survey.taxa.without_aphia_id:
        stay = objects_that(survey.objects_of(names), "stays", "stay")
        yield ArchiveCheck(
            f"{stay} out: neither {some_of(names.values())} nor a taxon above has an AphiaID of WoRMS. An "
            "administrator gives it one, from a taxon’s page here or by a table of WoRMS.",
            False,
            *taxa,
        )
    if names := survey.taxa.not_living:
        stay = objects_that(
            survey.objects_of(names), "of what is not living stays", "of what is not living stay"
        )
        yield ArchiveCheck(f"{stay} out: {some_of(names.values())}.", False)
    if mapped := _mapped(survey):
        go = objects_that(survey.objects_of(mapped), "goes", "go")
        yield ArchiveCheck(
            f"{go} out under the nearest name that WoRMS has ({some_of(mapped.values())}); what the project calls "
            "them stays beside it.",
            False,
            *taxa,
        )


def _taxa_of(project: Project) -> tuple[str, str]:
    return place_in(project, "discussions:taxa", "See the taxa")


def _mapped(survey: ArchiveSurvey) -> dict[int, str]:
    taxa = survey.taxa.by_id.items()
    return {
        number: f"{taxon.verbatim} as {taxon.name}" for number, taxon in taxa if number != taxon.registered
    }
