"""Sentences about how much went where."""


def counted(objects: int, samples: int) -> str:
    """`10 objects and 1 sample`; without what there is none of."""
    what = [f"{objects:,} object{'' if objects == 1 else 's'}"] if objects or not samples else []
    what += [f"{samples:,} sample{'' if samples == 1 else 's'}"] if samples else []
    return " and ".join(what)


def is_or_are(objects: int, samples: int) -> str:
    return "is" if objects + samples == 1 else "are"
