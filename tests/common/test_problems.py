from annotations.common.problems import MOST_LINES, MOST_SHOWN, Problems


def test_lines_with_the_same_fault_are_one_entry_with_their_number():
    problems = Problems()
    for line in range(3, 1003):
        problems.add(f"'{line} m' is no number.", "a.tsv", line, "object_area", cell=f"{line} m")
    (entry,) = problems.listed
    assert (entry["line"], entry["count"]) == (3, 1000)
    assert entry["message"] == (
        "'3 m' is no number. The same in 999 more lines: 4 (4 m), 5 (5 m), 6 (6 m), 7 (7 m), 8 (8 m), …"
    )
    assert "1,000 errors" in problems.sentence and "listed once" in problems.sentence


def test_other_columns_other_files_and_other_faults_are_entries_of_their_own():
    problems = Problems()
    problems.add("It is empty.", "a.tsv", 3, "object_id")
    problems.add("It is empty.", "a.tsv", 3, "img_file_name")
    problems.add("It is empty.", "b.tsv", 3, "object_id")
    problems.add("It is too long.", "a.tsv", 4, "object_id")
    problems.add("Object 1 has no image.", "c.json")
    problems.add("Object 2 has no image.", "c.json")
    assert len(problems.listed) == problems.count == 6
    assert "listed" not in problems.sentence


def test_a_few_lines_are_entries_of_their_own_in_the_order_in_which_they_were_found():
    problems = Problems()
    for line in (2, 3):
        problems.add("'x' is no number.", "a.tsv", line, "id")
        problems.add("'y' is no number.", "a.tsv", line, "parent_id")
    places = [(entry["line"], entry["column"]) for entry in problems.listed]
    assert places == [(2, "id"), (2, "parent_id"), (3, "id"), (3, "parent_id")]


def test_a_fault_can_be_named_where_messages_differ():
    problems = Problems()
    for line in range(11):
        name = f"{chr(97 + line)}.png"
        problems.add(f"There is no {name}.", "a.tsv", line, "img_file_name", fault="no picture", cell=name)
    (entry,) = problems.listed
    assert entry["message"].startswith("There is no a.png. The same in 10 more lines: 1 (b.png), 2 (c.png)")


def test_millions_of_faults_take_bounded_memory_and_are_all_counted():
    problems = Problems()
    for line in range(20 * MOST_SHOWN):
        problems.add("Wrong.", "a.tsv", line, f"object_{line % (2 * MOST_SHOWN)}")
    assert len(problems.listed) == MOST_SHOWN and problems.count == 20 * MOST_SHOWN
    assert all(len(same.first) <= MOST_LINES for same in problems.errors.same.values())
    assert "20,000 errors" in problems.sentence and "first 1,000 kinds are listed" in problems.sentence


def test_warnings_stop_nothing_and_are_kept_apart():
    problems = Problems()
    problems.warn("Look at this.", "a.tsv", 3)
    assert not problems and not problems.listed
    assert [warning["message"] for warning in problems.warnings.listed] == ["Look at this."]
