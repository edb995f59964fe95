"""The scans that an import has added, as its checkpoint keeps them."""

from worker.scans.added import AddedScans


def test_scans_that_follow_each_other_are_kept_by_their_ends():
    added = AddedScans([])
    for number in (4, 5, 6, 9, 10, 3):
        added.add(number)
    assert added.runs == [[4, 6], [9, 10], [3, 3]]
    assert list(added) == [4, 5, 6, 9, 10, 3] and len(added) == 6


def test_who_takes_them_up_goes_on_where_they_ended():
    added = AddedScans([[4, 6]])
    added.add(7)
    assert added.runs == [[4, 7]] and added
    assert not AddedScans([])


def test_what_an_earlier_version_kept_counts_until_runs_are_kept():
    assert AddedScans.of_checkpoint({"scans": [4, 5, 9]}).runs == [[4, 5], [9, 9]]
    assert AddedScans.of_checkpoint({"scans": [4, 5], "scan_runs": [[4, 6]]}).runs == [[4, 6]]
    assert not AddedScans.of_checkpoint({})
