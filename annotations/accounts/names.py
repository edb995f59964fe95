"""How people are named to each other: what looks like an e-mail address in a name is nobody's business."""

import re
from functools import partial

from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

# In a name, an address ends at a blank, a bracket or a comma. The database reads the same pattern.
_LETTER = r'[^ @<>()\[\],;:"]'
ADDRESS = rf'({_LETTER}){_LETTER}*@[^ <>()\[\],;:"]+'
MASKED = r"\1…@…"
masked = partial(re.compile(ADDRESS).sub, MASKED)  # "Ann <ann@example.org>" → "Ann <a…@…>"

# of a row of accounts_user, as `User.display_name` says it
SHOWN_NAME = Func(
    Coalesce(NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")), F("username")),
    Value(ADDRESS),
    Value(MASKED),
    Value("g"),
    function="regexp_replace",
)
