"""What a network is asked to make small: the loss of the taxa, and a little of that of the traits."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from classifier.models.network import NetworkOutput
from classifier.models.trait_heads import summed_loss
from classifier.training import recipe
from classifier.training.examples import Examples


class Objective:
    def __init__(
        self, examples: Examples, logit_adjustment: float, device: torch.device, smoothing: float = 0.0
    ):
        self.examples, self.smoothing = examples, smoothing
        adjustment = logit_adjustment * np.log(examples.prior)
        self.adjustment = torch.tensor(adjustment, dtype=torch.float32, device=device)

    def adjusted(self, output: NetworkOutput) -> Tensor:
        """Logits under the natural frequencies (Menon et al. 2021, arXiv 2007.07314), (N, classes)."""
        return output.logits + self.adjustment

    def taxon_loss(self, output: NetworkOutput, rows: Tensor) -> Tensor:
        """Summed over the rows, each times its weight."""
        logits, labels = self.adjusted(output), self.examples.labels[rows]
        if self.examples.weights is None:
            return F.cross_entropy(logits, labels, reduction="sum", label_smoothing=self.smoothing)
        losses = F.cross_entropy(logits, labels, reduction="none", label_smoothing=self.smoothing)
        return losses @ self.examples.weights[rows]

    def share(self, taxon_loss: Tensor, output: NetworkOutput, rows: Tensor, batch: np.ndarray) -> Tensor:
        """The share that these rows have in the mean loss of the whole batch: over its objects for the taxon, over
        those that have a label for each trait."""
        examples = self.examples
        labelled = [int(has_label[batch].sum()) for has_label in examples.has_label]
        taught = [k for k, count in enumerate(labelled) if count]
        total = taxon_loss / len(batch)
        for k in taught:
            summed = summed_loss(examples.traits[k], output.traits[k], examples.targets[k][rows])
            total = total + recipe.TRAITS_WEIGH * summed / labelled[k] / len(taught)
        return total
