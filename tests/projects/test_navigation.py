"""Where one may go in a project."""

from annotations.projects.navigation import GROUPS


def test_every_page_of_the_navigation_is_the_current_one_on_itself():
    """Else its group is closed while one stands on it."""
    pages = [page for group in GROUPS for page in group.pages]
    assert [page.name for page in pages if not {page.view, page.view.partition(":")[0]} & {*page.views}] == []
