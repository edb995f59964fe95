"""What a folded name with one mistake may have been: a letter wrong, missing, too many, or two the wrong way round.

One mistake leaves one half of a name right: by that half an index finds the few names that a pattern then tells apart.
Pure: texts only, no database.
"""

from dataclasses import dataclass

LEAST_LETTERS = 5  # with fewer, everything is alike
BEYOND = "\U0010ffff"  # sorts behind all that a name may go on with


@dataclass(frozen=True)
class HalfRight:
    """A name's halves, and the patterns of all that has one of them and a mistake in the other.

    `tail` is reversed, as the index of names' ends has it. Empty where the name is too short.
    """

    head: str = ""
    wrong_tail: str = ""
    tail: str = ""
    wrong_head: str = ""


def halves(name: str) -> HalfRight:
    """`name` is folded: small letters, digits and single spaces. More words may follow a name of one word."""
    if len(name) < LEAST_LETTERS:
        return HalfRight()
    middle = len(name) // 2
    head, tail = name[:middle], name[middle:]
    end = "$" if " " in name else "( .*)?$"
    return HalfRight(
        head=head,
        wrong_tail=f"^{head}(?:{'|'.join(_with_a_mistake(tail))}){end}",
        tail=tail[::-1],
        wrong_head=f"^(?:{'|'.join(_with_a_mistake(head))}){tail}$",
    )


def _with_a_mistake(text: str) -> list[str]:
    """Regular expressions of the texts that a mistake may have made this of; a mistake between halves is in both."""
    places = range(len(text))
    wrong = [f"{text[:i]}.{text[i + 1 :]}" for i in places]
    missing = [f"{text[:i]}.{text[i:]}" for i in range(len(text) + 1)]
    too_many = [text[:i] + text[i + 1 :] for i in places]
    turned = [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in places[:-1]]
    return list(dict.fromkeys([*wrong, *missing, *too_many, *turned]))
