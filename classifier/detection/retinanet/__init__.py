"""The network: torchvision's RetinaNet (Lin et al. 2017, arXiv 1708.02002) on a small backbone."""

from classifier.models.torchvision_ops import declare_missing_operators

declare_missing_operators()  # torchvision can be imported from here on
