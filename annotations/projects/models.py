from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    VIEWER = "viewer", "Viewer"
    ANNOTATOR = "annotator", "Annotator"
    EXPERT = "expert", "Expert"
    MANAGER = "manager", "Manager"

    @property
    def rank(self) -> int:
        return RANKS[self]


RANKS = {role: rank for rank, role in enumerate(Role)}


class Licence(models.TextChoices):
    """Under which others may use the data, as EcoTaxa names them."""

    CC0 = "CC0 1.0", "CC0 1.0: use it freely"
    CC_BY = "CC BY 4.0", "CC BY 4.0: name who made it"
    CC_BY_NC = "CC BY-NC 4.0", "CC BY-NC 4.0: name who made it, not for commerce"
    COPYRIGHT = "Copyright", "Copyright: all rights reserved"


LICENCE_TEXTS: dict[str, str] = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
}


class ProjectQuerySet(models.QuerySet["Project"]):
    def living(self) -> "ProjectQuerySet":
        """Without those that wait in the bin."""
        return self.filter(deleted=None)


class Project(models.Model):
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    licence = models.CharField(max_length=12, choices=Licence, blank=True)  # empty: nobody has said
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # a member
    doi = models.CharField(max_length=200, blank=True, verbose_name="DOI")  # 10.…/…, see `doi.py`
    embargo_until = models.DateField(null=True, blank=True)  # UTC; the first day on which it may be passed on
    created = models.DateTimeField(auto_now_add=True)
    deleted = models.DateTimeField(null=True, editable=False)  # since then in the bin, see `access.py`
    # a hidden project that holds what was deleted from this one, in the bin from its first moment: see `deletions`
    bin_of = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.CASCADE, related_name="bins"
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="projects")

    objects = ProjectQuerySet.as_manager()

    role: Role  # of the person who asks; only on projects that access.open_project has opened

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_bin(self) -> bool:
        return self.bin_of_id is not None

    @property
    def licence_url(self) -> str:
        """Of its text; empty where there is none."""
        return LICENCE_TEXTS.get(self.licence, "")

    @property
    def doi_url(self) -> str:
        return f"https://doi.org/{quote(self.doi, safe='/')}" if self.doi else ""

    @property
    def is_under_embargo(self) -> bool:
        return self.embargo_until is not None and timezone.now().date() < self.embargo_until


class Invitation(models.Model):
    """A link by which people become members. Only the digest of its key is kept."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role, default=Role.ANNOTATOR)
    note = models.CharField(max_length=100, blank=True)  # whom it is for, to tell invitations apart
    email = models.EmailField(blank=True)  # where it was sent
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires = models.DateTimeField()
    uses_left = models.PositiveSmallIntegerField(default=1)
    revoked = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.note or f"Invitation {self.pk}"


class Membership(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.ANNOTATOR)
    invitation = models.ForeignKey(
        Invitation, null=True, on_delete=models.SET_NULL, related_name="memberships"
    )
    account_made = models.BooleanField(default=False)  # by accepting the invitation

    address: str | None  # for who looks; only on those that the page of settings shows

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_membership_a_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class ImportedAnnotator(models.Model):
    """Somebody whom imported labels name. Never one of the site's accounts, whatever name or e-mail the package gives.

    `user` carries the labels: an account that can't sign in, made for this project alone. A manager may say which
    member it is; the labels keep the name that they came with.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imported_annotators")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imported_annotator"
    )
    name = models.CharField(max_length=301, blank=True)  # as it came; some packages give only an e-mail
    email = models.CharField(max_length=254, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="imported_names"
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("project", Lower("name"), Lower("email"), name="one_imported_annotator"),
        ]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def name_as_it_came(self) -> str:
        """For managers, who have to find out who it is: also where the package has an address for a name."""
        return self.name or str(self)


class AnnotatorLink(models.Model):
    """The log of who said which member an imported annotator is, or took it back (`member` empty)."""

    annotator = models.ForeignKey(ImportedAnnotator, on_delete=models.CASCADE, related_name="links")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.annotator} is {self.member or 'nobody here'}"
