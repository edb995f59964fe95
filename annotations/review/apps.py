from django.apps import AppConfig

from annotations.refitting.priority import predict_first


class ReviewConfig(AppConfig):
    """What is offered next to people who look over what models say."""

    name = "annotations.review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.review.queries import objects_held_in

        predict_first(objects_held_in)
