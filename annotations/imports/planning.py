"""What an update would change is planned before anything is written."""

from annotations.common.problems import Problems
from annotations.imports.modes import Taking
from annotations.imports.source import ImportSource
from annotations.imports.survey import Survey
from annotations.imports.updates import UpdatePlan, updater
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.taxonomy.actions import TaxonName


def refuse_mode(source: ImportSource, taking: Taking) -> None:
    """Raises JobError for an update without labels from a package that says nothing else of objects."""
    if taking.updates and not taking.annotations and source.labels_alone:
        raise JobError(f"{source.labels_alone} Choose that the update takes the labels, too.")


def planned(job: Job, progress: Progress, source: ImportSource, survey: Survey) -> UpdatePlan:
    """An empty plan for an import that only adds. Raises JobError with every value that can't be taken."""
    if not Taking.of(job.params).updates:
        return UpdatePlan()
    problems = Problems()
    plan = updater().plan(job, progress, source, survey, problems)
    if problems:
        raise JobError(problems.sentence, problems.listed, problems.warnings.listed)
    return plan


def incoming_names(job: Job, survey: Survey, plan: UpdatePlan) -> list[TaxonName]:
    """Names of taxa that are made, or wait: of an update alone only those of labels that it takes over."""
    taking = Taking.of(job.params)
    if taking.adds:
        return list(survey.taxa)
    return updater().taxa(plan.number, taking.file_wins) if plan.number else []
