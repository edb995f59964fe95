"""The result of an import: counts for programs, a sentence for people."""

from dataclasses import dataclass

from annotations.imports.load import Loaded
from annotations.imports.mappings.homonyms import sources_of
from annotations.imports.mappings.queries import offered_mappings
from annotations.imports.modes import Taking
from annotations.imports.planning import incoming_names
from annotations.imports.sentences import (
    broken_sentence,
    differing_sentence,
    ignored_sentence,
    loaded_sentence,
    many,
    plan_sentence,
    trait_values_sentence,
    updated_sentence,
)
from annotations.imports.source import ImportSource
from annotations.imports.survey import Survey
from annotations.imports.taxa import expected_taxa, taxa_sentence
from annotations.imports.updates import UpdatePlan
from annotations.jobs.models import Job
from annotations.traits.importing import Imported


@dataclass(frozen=True)
class Imports:
    """What an import has done: `applied` is what the update says of itself, `report` what became of names of taxa."""

    total: Loaded
    trait_values: Imported | None
    applied: dict
    report: dict
    marks: int = 0


def expected_result(job: Job, source: ImportSource, survey: Survey, plan: UpdatePlan) -> dict:
    """Of a dry run."""
    taking, taxa = Taking.of(job.params), expected_taxa(job, source, incoming_names(job, survey, plan))
    size = many(survey.lines, source.format.record_word)
    sentence = f"{job.params['name']} can be imported: {size}, no error."
    if taking.updates:
        sentence += f"{plan_sentence(plan, survey, taking)} {source.labels_alone}".rstrip()
    return {
        **_counted(survey, plan, taking, survey.objects - survey.here),
        "lines": survey.lines,
        **taxa,
        "mappings": _offered(job, survey),
        "message": sentence
        + broken_sentence(survey)
        + _left_sentence(survey, taking, "would be")
        + taxa_sentence(taxa, is_dry=True),
        "keeps_upload": True,
    }


def loaded_result(job: Job, source: ImportSource, survey: Survey, plan: UpdatePlan, done: Imports) -> dict:
    taking, total = Taking.of(job.params), done.total
    sentence = updated_sentence(plan, survey, done.applied) if taking.updates else ""
    if taking.updates and source.labels_alone:
        sentence += f"{source.labels_alone} "
    if total.objects or total.images or not taking.updates:
        sentence += loaded_sentence(total, survey, source.format.record_word)
    return {
        "project": job.project_id,
        **done.report,
        "objects": total.objects,
        "images": total.images,
        "present": total.present,
        "samples": survey.samples,
        "waiting": total.waiting,
        "mappings": _offered(job, survey),
        "marks": done.marks,
        **(_of_traits(done.trait_values) if done.trait_values else {}),
        **_counted(survey, plan, taking, total.objects),
        **done.applied,
        "keeps_upload": not taking.updates and bool(survey.takeable),
        "message": sentence
        + broken_sentence(survey)
        + _left_sentence(survey, taking, "were")
        + (f" {many(done.marks, 'mark')} drawn." if done.marks else "")
        + trait_values_sentence(done.trait_values, bool(done.report["unknown"]))
        + taxa_sentence(done.report, is_dry=False),
    }


def _offered(job: Job, survey: Survey) -> list[dict]:
    """Mappings that know names of the package, where none was chosen."""
    if job.params.get("mapping") or job.project is None:
        return []
    names = [*sources_of(survey.taxa), *survey.types]
    return [offer._asdict() for offer in offered_mappings(job.project, names)]


def _counted(survey: Survey, plan: UpdatePlan, taking: Taking, created: int) -> dict:
    """Objects of the package: those that were added, those of which something changed, those that were so already, and
    those that an update passed over. `ignored` are values that were left as they are, `takeable` those of them that an
    update would take."""
    here = {"updated": 0, "same": max(survey.objects - created - survey.ignored_objects, 0)}
    if taking.updates:
        here = {"updated": plan.changed, "same": plan.same}
    return {
        "created": created if taking.adds else 0,
        **here,
        "differing": survey.ignored_objects,
        "absent": survey.absent,
        "ignored": survey.ignored,
        "takeable": survey.takeable,
        "update": plan.number or None,
        "columns": plan.columns,
        "labels": plan.labels,
    }


def _left_sentence(survey: Survey, taking: Taking, were: str) -> str:
    if not taking.updates and survey.takeable:
        return differing_sentence(survey, were)
    return ignored_sentence(survey, were)


def _of_traits(imported: Imported) -> dict:
    return {"trait_values": imported.changed, "trait_values_left_out": imported.inapplicable}
