from django.apps import AppConfig


class RefittingConfig(AppConfig):
    """Learning while sorting: the last layer is fitted anew from the newest labels."""

    name = "annotations.refitting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.labels.listening import listen_to_people
        from annotations.refitting.actions import note_labels

        listen_to_people(note_labels)
