from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Plankton that the project draws itself, for the demo, the tests and the benchmarks."""

    name = "annotations.demo"
