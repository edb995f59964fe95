"""Who gave the labels of a package, and when."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from annotations.accounts.models import User
from annotations.imports.records import RecordLabel
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project
from annotations.samples.models import State


@dataclass
class LabelAuthors:
    """Accounts of the people whom a package names; `user` imports it."""

    project: Project
    user: User | None
    people: dict[tuple[str, str], int | None] = field(default_factory=dict)

    def who_and_when(self, label: RecordLabel) -> tuple[int | None, datetime | None]:
        """A person's label without a name or date gets the importing user, and now."""
        if label.state == State.PREDICTED:
            return None, label.labelled_at
        name, email = label.annotator, label.annotator_email
        if (name, email) not in self.people:
            named = name or email
            person = imported_annotator(project=self.project, name=name, email=email) if named else self.user
            self.people[name, email] = person.pk if person else None
        return self.people[name, email], label.labelled_at or timezone.now()
