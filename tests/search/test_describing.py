from annotations.samples.models import State
from annotations.search.describing import filter_words
from annotations.search.filter import Filter


def test_a_filter_by_state_alone_is_no_filter_without_words(project):
    criteria = Filter(state=(State.PREDICTED, State.DUBIOUS))
    assert filter_words(project, criteria) == ["predicted, dubious"]
    assert filter_words(project, Filter()) == []
