"""Raw files of instruments: a format for each that `classifier.instruments` reads."""

from annotations.imports.instruments.format import register_format
from classifier.instruments.base import instruments

for each in instruments().values():
    register_format(each)
