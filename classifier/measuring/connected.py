"""Which pixels are joined."""

import numpy as np

EIGHT = np.ones((3, 3), bool)  # those that touch at a corner, too
FOUR = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)  # only those that have a side in common
