from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Index
from django.db.models.functions import Lower

from annotations.accounts.names import SHOWN_NAME, masked


class User(AbstractUser):
    """A person who signs in, or who is only named as the annotator of imported labels (then inactive)."""

    # the person's own keys, quick taxa and look of the gallery (static/js/page/preferences.js)
    preferences = models.JSONField(default=dict, blank=True)
    # `display_name` for SQL
    shown_name = models.GeneratedField(
        expression=SHOWN_NAME, output_field=models.TextField(), db_persist=True
    )

    class Meta:
        indexes = [Index(Lower("email"), name="user_email"), Index(Lower("username"), name="user_username")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """For everybody: an address in it is masked."""
        return masked(f"{self.first_name} {self.last_name}".strip(" ") or self.username)

    @property
    def public_username(self) -> str:
        """The user name for who is no manager: some people sign in with their e-mail address."""
        return masked(self.username)


class ApiToken(models.Model):
    """A program's way in, for one person. The key itself is shown once and kept nowhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=4)  # of the key, to tell tokens apart
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    last_used = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"


class SignInFailures(models.Model):
    """Wrong passwords of one name from one address; of one name from anywhere; of one address for any name."""

    name_digest = models.CharField(max_length=64, blank=True)  # of the name as typed; empty for any
    address = models.CharField(max_length=45, blank=True)  # empty for any
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "failed sign-ins"
        constraints = [
            models.UniqueConstraint(fields=["name_digest", "address"], name="one_count_of_failures"),
        ]

    def __str__(self) -> str:
        return f"{self.failures} failures from {self.address or 'anywhere'}"
