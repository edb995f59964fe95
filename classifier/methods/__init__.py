"""Three methods with one interface, by their names."""

from classifier.contract.errors import ClassifierError
from classifier.methods.interface import Method


def method_of(name: str) -> Method:
    """Raises ClassifierError for a name that there is not."""
    from classifier.methods.features import FeaturesMethod
    from classifier.methods.measure import MeasureMethod
    from classifier.methods.network import NetworkMethod

    methods: dict[str, Method] = {
        "measure": MeasureMethod(),
        "features": FeaturesMethod(),
        "network": NetworkMethod(),
    }
    if name not in methods:
        raise ClassifierError(f"There is no method {name!r}. Choose one of {', '.join(methods)}.")
    return methods[name]
