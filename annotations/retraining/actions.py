"""Setting when a project's own model is trained anew, starting that, and deciding what becomes of the new one."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import UNFINISHED
from annotations.labels.tally import counts_by_project
from annotations.learning.actions import new_model, require_manager
from annotations.learning.models import Model, ProjectModel
from annotations.learning.rerunning import own_options
from annotations.projects.models import Project
from annotations.retraining.gate import GateDecision, decide
from annotations.retraining.models import Retraining, RetrainingPlan

LEAST_EVERY, MOST_EVERY = 50, 10_000_000  # newly validated objects

NO_OWN_MODEL = "The project has no model of its own: train one, and make it the project’s own on its page."
IMPORTED_MODEL = (
    "The project’s own model was brought in as a folder: nothing says on what it was tested. Train one here, and make "
    "that the project’s own."
)
NOBODYS_PLAN = "Who set the plan has no account any more: an administrator sets it anew."
UNDER_WAY = "A retraining of this project is under way: wait until the gate has decided."


def validated_in(project_id: int) -> int:
    """Objects that people have validated."""
    return counts_by_project([project_id])[project_id].get("V", 0)


def set_plan(*, user: User, project: Project, every: int | None, hour: int | None) -> None:
    """Trains the project's own model anew after `every` newly validated objects, at an hour UTC, or both; None and
    None: never by itself. Needs an administrator, whose machine it keeps busy. Raises ValidationError."""
    if not user.is_superuser:
        raise PermissionDenied("Only administrators set when models are trained by themselves.")
    if every is not None and not LEAST_EVERY <= every <= MOST_EVERY:
        raise ValidationError(f"`every` is {every:,}, but takes {LEAST_EVERY} to {MOST_EVERY:,} objects.")
    if hour is not None and not 0 <= hour <= 23:
        raise ValidationError(f"`hour` is {hour}, but takes 0 to 23, in UTC.")
    if every is None and hour is None:
        RetrainingPlan.objects.filter(project=project).delete()
        return
    former_model(project)
    defaults = {"every": every, "hour": hour, "set_by": user}
    first = {"validated": validated_in(project.pk)}
    RetrainingPlan.objects.update_or_create(
        project=project, defaults=defaults, create_defaults=defaults | first
    )


def former_model(project: Project) -> Model:
    """The project's own model, which another is compared with. Raises ValidationError where none can be."""
    own = ProjectModel.objects.select_related("model__learning_set").filter(project=project).first()
    if own is None:
        raise ValidationError(NO_OWN_MODEL)
    if own.model.learning_set is None or not own.model.learning_set.is_frozen:
        raise ValidationError(IMPORTED_MODEL)
    return own.model


def start_retraining(*, user: User, project: Project) -> Retraining:
    """At once, as a person asks for it who manages all projects that the own model has learnt from. Raises
    PermissionDenied, ValidationError."""
    require_manager(user, project)
    return _start(project, user, Retraining.Reason.REQUEST)


@transaction.atomic
def _start(project: Project, owner: User, reason: Retraining.Reason) -> Retraining:
    """As the own model was trained, from what is validated by now; tested on what that was tested on."""
    former = former_model(project)
    assert former.learning_set is not None
    for source in former.learning_set.projects.all():
        require_manager(owner, source)
    try:
        with transaction.atomic():
            retraining = Retraining.objects.create(project=project, reason=reason, former=former)
    except IntegrityError:
        raise ValidationError(UNDER_WAY) from None
    now = timezone.now()
    model, params = new_model(
        projects=list(former.learning_set.projects.all()),
        recipe={**former.learning_set.recipe, "tested_as": former.learning_set.pk},
        name=f"{project.title}, {now:%Y-%m-%d %H:%M}",
        method=former.method,
        start_from=former.parent,
        start_backbone=former.start_backbone,
        owner=owner,
        **own_options(former),
    )
    model.job = start_job(kind="train", owner=owner, project=project, params=params)
    model.save(update_fields=["job"])
    Retraining.objects.filter(pk=retraining.pk).update(model=model)
    _note_begun(project, now)
    retraining.model = model
    return retraining


# --- By beat ----------------------------------------------------------------------------------------------------------


def start_due_retrainings(now: datetime | None = None) -> int:
    """Starts what the plans ask for; how many."""
    now = now or timezone.now()
    under_way = Retraining.objects.filter(project=OuterRef("project"), outcome="")
    plans = RetrainingPlan.objects.filter(~Exists(under_way), project__deleted=None).select_related(
        "project", "set_by"
    )
    counts = counts_by_project([plan.project_id for plan in plans])
    started = 0
    for plan in plans:
        fresh = counts[plan.project_id].get("V", 0) - plan.validated
        if reason := due_reason(plan, fresh, now):
            started += _started(plan, reason)
    return started


def due_reason(plan: RetrainingPlan, fresh: int, now: datetime) -> Retraining.Reason | None:
    """`fresh` objects were validated since the last one: where there are none, no night brings anything new."""
    if plan.every is not None and fresh >= plan.every:
        return Retraining.Reason.VALIDATED
    if plan.hour is None or fresh <= 0:
        return None
    last_time = now.replace(hour=plan.hour, minute=0, second=0, microsecond=0)
    if last_time > now:
        last_time -= timedelta(days=1)
    is_new = plan.last_started is None or plan.last_started < last_time
    is_tonight = now - last_time < timedelta(hours=1)  # who switches it on at noon waits for the night
    return Retraining.Reason.NIGHTLY if is_new and is_tonight else None


def _started(plan: RetrainingPlan, reason: Retraining.Reason) -> bool:
    """What can't be started stands among the others with its reason, and is tried again when the plan says so next."""
    try:
        if plan.set_by is None:
            raise ValidationError(NOBODYS_PLAN)
        _start(plan.project, plan.set_by, reason)
    except (ValidationError, PermissionDenied) as refusal:
        now = timezone.now()
        words = " ".join(getattr(refusal, "messages", [str(refusal)]))
        Retraining.objects.create(
            project=plan.project,
            reason=reason,
            outcome=Retraining.GateOutcome.FAILED,
            words=words[:500],
            decided=now,
        )
        _note_begun(plan.project, now)
        return False
    return True


def _note_begun(project: Project, now: datetime) -> None:
    RetrainingPlan.objects.filter(project=project).update(
        validated=validated_in(project.pk), last_started=now
    )


def decide_finished_retrainings() -> int:
    """Lets the gate decide of the models whose training has ended."""
    waiting = (
        Retraining.objects.filter(outcome="")
        .exclude(model__job__state__in=UNFINISHED)
        .select_related("project", "former", "model__job")
    )
    decided = 0
    for retraining in waiting:
        decided += _decide(retraining)
    return decided


@transaction.atomic
def _decide(retraining: Retraining) -> bool:
    """False where another process has decided."""
    row = Retraining.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=retraining.pk, outcome=""
    )
    if not row.exists():
        return False
    decision, outcome = _outcome(retraining)
    if outcome == Retraining.GateOutcome.ADOPTED:
        ProjectModel.objects.filter(project=retraining.project, model=retraining.former).update(
            model=retraining.model
        )
    row.update(outcome=outcome, words=decision.words, figures=decision.figures, decided=timezone.now())
    return True


def _outcome(retraining: Retraining) -> tuple[GateDecision, Retraining.GateOutcome]:
    former, model = retraining.former, retraining.model
    if model is None or not model.is_ready:
        message = model.job.message if model and model.job else ""
        return GateDecision(
            False, f"The training did not end well. {message}".strip()
        ), Retraining.GateOutcome.FAILED
    own = ProjectModel.objects.filter(project=retraining.project).first()
    if former is None or own is None or own.model_id != former.pk:
        words = "Somebody has changed the project’s own model meanwhile: theirs stays."
        return GateDecision(False, words), Retraining.GateOutcome.NOT_BETTER
    if model.archived:
        return GateDecision(False, "Somebody has archived it meanwhile."), Retraining.GateOutcome.NOT_BETTER
    decision = decide(former, model)
    outcome = Retraining.GateOutcome.ADOPTED if decision.is_better else Retraining.GateOutcome.NOT_BETTER
    return decision, outcome
