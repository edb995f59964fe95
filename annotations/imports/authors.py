"""Who gave the labels of a package, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from annotations.accounts.models import User
from annotations.imports.records import RecordLabel
from annotations.projects.annotators import imported_annotator, link_annotator
from annotations.projects.models import ImportedAnnotator, Project
from annotations.samples.models import State


@dataclass
class LabelAuthors:
    """Accounts of the people whom a package names; `user` imports it."""

    project: Project
    user: User | None
    # numbers of members by names in lower case, of the mapping that was chosen
    members: Mapping[str, int] = field(default_factory=dict)
    people: dict[tuple[str, str], int | None] = field(default_factory=dict)

    def who_and_when(self, label: RecordLabel) -> tuple[int | None, datetime | None]:
        """A person's label without a name or date gets the importing user, and now."""
        if label.state == State.PREDICTED:
            return None, label.labelled_at
        name, email = label.annotator, label.annotator_email
        if (name, email) not in self.people:
            named = name or email
            person = self._named(name, email) if named else self.user
            self.people[name, email] = person.pk if person else None
        return self.people[name, email], label.labelled_at or timezone.now()

    def _named(self, name: str, email: str) -> User:
        """The account that carries the labels; the mapping says which member it is, where nobody has said so before."""
        person = imported_annotator(project=self.project, name=name, email=email)
        number = self.members.get(name.lower()) or self.members.get(email.lower())
        annotator = ImportedAnnotator.objects.select_related("project").get(project=self.project, user=person)
        member = (
            self.project.members.filter(pk=number).first() if number and annotator.member_id is None else None
        )
        if member is not None:
            link_annotator(annotator=annotator, member=member, by=self.user)
        return person
