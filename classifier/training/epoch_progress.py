"""What a training tells its listener while a network learns."""

from collections.abc import Iterable


def epoch_step(
    epoch: int, epochs: int, done: int, total: int, history: list[dict], more: Iterable[str] = ()
) -> dict:
    """As `on_progress` takes it: so many steps of all; the epoch, which counts from 0, and `more` are its message."""
    message = ", ".join([f"Epoch {min(epoch + 1, epochs)} of {epochs}", *more])
    return {"stage": "train", "done": done, "total": total, "message": message, "history": history}
