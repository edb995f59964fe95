class OutlineOvertaken(Exception):
    """Somebody corrected, labelled or moved an object meanwhile. The sentence says which, and nothing was changed."""


class ScanBeingSegmented(OutlineOvertaken):
    """A run is making objects of the scan by a plan that does not know of the correction."""

    def __init__(self) -> None:
        super().__init__(
            "This scan is being segmented: correct it when its new objects are there. Nothing was changed."
        )
