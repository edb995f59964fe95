from django.urls import reverse

from annotations.discussions.queries import unseen_mentions
from annotations.projects.waiting import Asker, NextStep, counted, register


def mentions_unseen(asker: Asker) -> list[NextStep]:
    count = unseen_mentions(asker.user)
    words = counted(count, "new mention of you", "new mentions of you")
    return [NextStep(words, reverse("discussions:inbox"), count)] if count else []


register(40, mentions_unseen)
