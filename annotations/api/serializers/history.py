"""What the API takes and gives of what was done, and of taking it back."""

from rest_framework import serializers

from annotations.api.serializers.jobs import JobOut
from annotations.history.queries import ACTIONS, MOST_ACTIONS, UndoPreview
from annotations.history.sitting import MOST_STEPS, STEPS, Stack
from annotations.history.wording import ActionLine
from annotations.labels.models import BatchKind


class SittingIn(serializers.Serializer):
    stack = serializers.ChoiceField(list(Stack), default=Stack.DONE)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_STEPS, default=STEPS)
    cursor = serializers.CharField(required=False)


class StepOut(serializers.Serializer):
    batch = serializers.IntegerField(help_text="to be undone: of something undone and redone, the redo")
    kind = serializers.CharField(help_text="label or trait")
    changed = serializers.IntegerField()
    created = serializers.DateTimeField()


class StepsOut(serializers.Serializer):
    results = StepOut(many=True)
    next = serializers.CharField(allow_null=True)


class PersonOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ActionsIn(serializers.Serializer):
    person = serializers.CharField(required=False, default="")
    since = serializers.CharField(required=False, default="")
    until = serializers.CharField(required=False, default="")
    kind = serializers.ChoiceField(BatchKind.choices, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_ACTIONS, default=ACTIONS)
    cursor = serializers.CharField(required=False)


class ActionOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="its batch; the filter `batch` shows the objects")
    kind = serializers.CharField()
    what = serializers.CharField(help_text="in words")
    user = PersonOut(allow_null=True)
    created = serializers.DateTimeField()
    changed = serializers.IntegerField(help_text="labels and values of traits")
    is_undone = serializers.BooleanField()
    undone_by = PersonOut(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    is_unfinished = serializers.BooleanField(help_text="its taking back was stopped: the same again goes on")
    reverse = serializers.IntegerField(
        allow_null=True,
        help_text="the batch for batches/{id}/undo/: takes it back or, where it is undone, gives it again; "
        "null: can't be, see `why_not`",
    )
    why_not = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_null=True, help_text="what is not known of it without a long look")


class ActionsOut(serializers.Serializer):
    results = ActionOut(many=True)
    next = serializers.CharField(allow_null=True)


class ChangedSince(serializers.Serializer):
    by = serializers.CharField(help_text="a name, `a model`, `a rule` or `an import`")
    count = serializers.IntegerField()


class PreviewOut(serializers.Serializer):
    labels = serializers.IntegerField(help_text="that go back to what was there before")
    values = serializers.IntegerField(help_text="of traits, as well")
    changed_since = ChangedSince(many=True, help_text="what stays as it is")
    more_than = serializers.IntegerField(
        required=False, help_text="where there is more: of how many changes, or objects, the figures are"
    )


class ActionWithPreview(ActionOut):
    preview = PreviewOut(allow_null=True, help_text="of taking it back")


class RollBackIn(serializers.Serializer):
    person = serializers.CharField(
        required=False, default="", help_text="number of a person; yourself, if left out"
    )
    since = serializers.CharField(help_text="2026-11-28 or 2026-11-28T14:30, in UTC unless it says otherwise")
    until = serializers.CharField(required=False, default="", help_text="now, if left out")


class RollBackOut(JobOut):
    preview = PreviewOut()


def serialize_action(line: ActionLine) -> dict:
    action = line.action
    return {
        "id": action.id,
        "kind": action.kind,
        "what": line.what,
        "user": _person(action.user, action.user_name),
        "created": action.created,
        "changed": action.changed,
        "is_undone": action.is_undone,
        "undone_by": _person(action.latest_user, action.latest_name) if action.is_undone else None,
        "undone_at": action.latest_created if action.is_undone else None,
        "is_unfinished": action.is_unfinished,
        "reverse": None if line.why_not else action.to_reverse,
        "why_not": line.why_not,
        "note": line.note,
    }


def serialize_preview(preview: UndoPreview) -> dict:
    stays = [{"by": name, "count": count} for name, count in preview.stays.items()]
    figures = {"labels": preview.labels, "values": preview.values, "changed_since": stays}
    return figures if preview.more_than is None else {**figures, "more_than": preview.more_than}


def _person(pk: int | None, name: str | None) -> dict | None:
    return None if pk is None else {"id": pk, "name": name}
