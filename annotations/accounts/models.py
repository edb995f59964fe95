from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Index
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person who signs in, or who is only named as the annotator of imported labels (then inactive)."""

    # the person's own keys, quick taxa and look of the gallery (static/js/preferences.js)
    preferences = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [Index(Lower("email"), name="user_email"), Index(Lower("username"), name="user_username")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username
