from django.apps import AppConfig


class PublicConfig(AppConfig):
    """What everybody may see, without an account: projects whose managers have said so."""

    name = "annotations.public"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.projects.embargo import register_public_face
        from annotations.public.access import is_public_after_embargo
        from annotations.public.media import picture_path, states_for_everybody  # models come first
        from annotations.publishing.media import register_public_pictures

        register_public_face(is_public_after_embargo)
        register_public_pictures(states_for_everybody, picture_path)
