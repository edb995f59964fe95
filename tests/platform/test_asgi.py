"""The web process, however it is started."""

from tests.platform.servers import printed_by


def test_it_has_loaded_every_page_before_anybody_asks_and_its_garbage_collector_leaves_that_alone() -> None:
    """Eight people at once waited 2.7 s for the first page, and 0.3 s every few seconds, while all objects were looked
    through that imports had made."""
    code = (
        "import gc, sys, seston.asgi; frozen, tracked = gc.get_freeze_count(), len(gc.get_objects());"
        "print('annotations.api.urls' in sys.modules, frozen > 100 * tracked)"
    )
    assert printed_by(code) == "True True"
