"""IFCB (Imaging FlowCytobot): bins of three files, with what classifiers and people said of their regions.

The format is that which WHOI's pyifcb and ifcb-analysis read: `.adc` a line a region, `.hdr` settings, `.roi` pixels.
"""

from classifier.instruments.ifcb.reader import Ifcb

__all__ = ["Ifcb"]
