"""The figures that each epoch is judged by, on the fold `tune`."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import accuracy_score, f1_score


def figures(logits: np.ndarray, labels: np.ndarray) -> dict[str, float | None]:
    """Macro-F1 is over the classes that the fold has: no figure can be had of the others."""
    predicted = logits.argmax(1)
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(labels))
    return {
        "val_loss": float(loss),
        "val_accuracy": float(accuracy_score(labels, predicted)),
        "val_macro_f1": float(
            f1_score(labels, predicted, labels=np.unique(labels), average="macro", zero_division=0)
        ),
    }
