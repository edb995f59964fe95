from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AnsweredRequest(models.Model):
    """What a request with an Idempotency-Key was answered: sent again, it gets the same answer and writes nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()  # made by the client
    path = models.TextField()
    status = models.SmallIntegerField(
        null=True
    )  # of HTTP; null only inside the transaction that is answering
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answered_once_a_key")]

    def __str__(self) -> str:
        return f"{self.path} ({self.key})"
