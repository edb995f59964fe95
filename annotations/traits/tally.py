"""How many objects have which value of a trait, exact at every commit: deltas by triggers, as of labels."""

from annotations.labels.tally import TALLIES, Deltas

TALLIES.append(Deltas("traits_traittally", ("trait_id", "choices", "is_hidden", "state")))
# what nobody has looked at are the others of the project: for a trait that applies to all
TALLIED = """
WITH seen AS (
    SELECT choices, is_hidden, state, sum(count)::bigint AS count FROM traits_traittally
    WHERE trait_id = %s GROUP BY 1, 2, 3 HAVING sum(count) <> 0
), unseen AS (
    SELECT (SELECT COALESCE(sum(count), 0) FROM labels_tally WHERE project_id = %s)
         - (SELECT COALESCE(sum(count), 0) FROM seen) AS count
)
SELECT choices, is_hidden, state AS seen, count FROM seen
UNION ALL SELECT NULL, NULL, 'U', count::bigint FROM unseen WHERE count > 0
ORDER BY 1, 2, 3
"""
