"""Every route of the site, with each method it answers, against every role.

To add a route, run this file: the test that fails prints the row to check and to paste into TABLE. Which rows of the
database the route's parameters stand for, and the bodies that are sent, is in `world.py`.
"""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.rights.routes import methods_of, routes
from tests.rights.world import Answer, World, rolled_back

ROLES = ["anonymous", "dan", "vera", "bob", "carla", "alice", "root"]
READ = {"dan", "carla"}  # whose answers are looked into
# One column a role, in the order above. S: sent to sign in (302). R: goes on to another page (302).
S, R = "sign in", "redirect"
MEMBERS = (404, 200, 200, 200, 200, 200)
MANAGERS = (404, 403, 403, 403, 200, 200)
ADMINISTRATORS = (403, 403, 403, 403, 403, 200)
ANYBODY = (200, 200, 200, 200, 200, 200)
TABLE = {
    # pages
    ("GET", "accounts:sign_in"): (200, R, R, R, R, R, R),
    ("POST", "accounts:sign_in"): (200, R, R, R, R, R, R),
    ("POST", "accounts:sign_out"): (R, R, R, R, R, R, R),
    ("GET", "accounts:profile"): (S, *ANYBODY),
    ("POST", "accounts:profile"): (S, *ANYBODY),
    ("GET", "accounts:change_password"): (S, *ANYBODY),
    ("POST", "accounts:change_password"): (S, *ANYBODY),
    ("GET", "accounts:forgot_password"): (200, *ANYBODY),
    ("POST", "accounts:forgot_password"): (200, *ANYBODY),
    ("GET", "accounts:set_password"): (200, *ANYBODY),
    ("POST", "accounts:set_password"): (200, *ANYBODY),
    ("POST", "accounts:make_token"): (S, 400, 400, 400, 400, 400, 400),
    ("POST", "accounts:drop_token"): (S, 404, 404, R, 404, 404, 404),
    ("GET", "projects:list"): (S, *ANYBODY),
    ("GET", "projects:switcher"): (S, *ANYBODY),
    ("GET", "projects:new"): (S, *ANYBODY),
    ("POST", "projects:new"): (S, *ANYBODY),
    ("GET", "projects:settings"): (S, *MANAGERS),
    ("POST", "projects:settings"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "projects:set_member"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "projects:drop_member"): (S, 404, 403, 403, 403, R, R),
    # who made an account by Alice's invitation and is in her projects alone; Bob is not
    ("POST", "projects:make_reset_link"): (S, 404, 403, 403, 403, 403, 200),
    ("POST", "projects:invite"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "projects:revoke_invitation"): (S, 404, 403, 403, 403, R, R),
    ("GET", "projects:join"): (200, *ANYBODY),
    ("POST", "projects:join"): (200, R, R, R, R, R, R),
    ("POST", "projects:link_annotator"): (S, 404, 403, 403, 403, R, R),
    ("GET", "deletions:bin"): (S, *ANYBODY),
    ("GET", "deletions:delete"): (S, *MANAGERS),
    ("POST", "deletions:delete"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "deletions:restore"): (S, 404, 404, 404, 404, 404, 404),  # it is not in the bin
    ("GET", "deletions:objects"): (S, *MEMBERS),
    ("POST", "deletions:restore_objects"): (S, 404, 404, 404, 404, R, R),  # Alice deleted them
    ("GET", "deletions:purge"): (S, *MANAGERS),
    ("POST", "deletions:purge"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "gallery:bench"): (S, *MEMBERS),
    ("GET", "gallery:objects"): (S, *MEMBERS),
    ("GET", "gallery:panel"): (S, *MEMBERS),
    ("GET", "gallery:trait_counts"): (S, 404, 400, 400, 400, 400, 400),
    ("GET", "gallery:filters"): (S, *MEMBERS),
    ("POST", "gallery:tour"): (S, 404, 403, R, R, R, R),
    ("GET", "gallery:delete"): (S, *MANAGERS),
    ("POST", "gallery:delete"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "gallery:reset"): (S, 404, 403, 403, 200, 200, 200),
    ("POST", "gallery:reset"): (S, 404, 403, 403, 400, 400, 400),
    ("GET", "moving:move"): (S, *MANAGERS),
    ("POST", "moving:move"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "moving:moves"): (S, *MANAGERS),
    ("POST", "gallery:keep_view"): (S, *(302 if code == 200 else code for code in MEMBERS)),
    ("POST", "gallery:drop_view"): (S, 404, 404, 404, 404, 302, 404),
    ("GET", "gallery:detail"): (S, *MEMBERS),
    ("GET", "gallery:neighbours"): (S, *MEMBERS),
    ("GET", "review:queue"): (S, 404, R, 200, 200, 200, 200),
    ("GET", "review:taxa"): (S, *MEMBERS),
    ("GET", "clusters:list"): (S, *MEMBERS),
    ("POST", "clusters:start"): (S, 404, 403, 403, 403, R, R),
    ("POST", "clusters:merge"): (S, 404, 403, R, R, R, R),
    ("GET", "clusters:tree"): (S, *MEMBERS),
    ("POST", "clusters:delete"): (S, 404, 403, 403, 403, R, R),
    ("GET", "clusters:cluster"): (S, *MEMBERS),
    ("GET", "review:thresholds"): (S, *MEMBERS),
    ("GET", "review:threshold"): (S, *MEMBERS),
    ("GET", "review:border"): (S, *MEMBERS),
    ("GET", "review:coarser"): (S, *MEMBERS),
    ("GET", "imports:new"): (S, *MANAGERS),
    ("POST", "imports:new"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "imports:from_url"): (S, *MANAGERS),
    ("POST", "imports:from_url"): (S, 404, 403, 403, 403, 400, 400),
    # the administrator has opened no place
    ("GET", "imports:from_place"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "imports:from_place"): (S, 404, 403, 403, 403, R, R),
    # Alice sent the package, which is gone; root did not
    ("POST", "imports:again"): (S, 404, 403, 403, 403, R, 403),
    ("GET", "pulls:new"): (S, *MANAGERS),
    ("POST", "pulls:new"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "pulls:start"): (S, 404, 403, 403, 403, 400, 400),
    # there is no such job
    ("POST", "pulls:again"): (S, 404, 403, 403, 403, 404, 404),
    ("POST", "api:ecotaxa_imports"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "imports:mappings"): (S, *MANAGERS),
    ("POST", "imports:mappings"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "imports:mapping"): (S, *MANAGERS),
    ("POST", "imports:mapping"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "imports:mapping_file"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "imports:settle_mapped"): (S, 404, 403, 403, 403, R, R),
    ("POST", "imports:remove_mapping"): (S, 404, 403, 403, 403, R, R),
    ("POST", "imports:remove_mapping_entry"): (S, 404, 403, 403, 403, R, R),
    ("GET", "exports:new"): (S, *MEMBERS),
    ("POST", "exports:new"): (S, 404, R, R, R, R, R),
    ("GET", "exports:download"): (401, *MEMBERS),
    ("GET", "learning:list"): (S, *ANYBODY),
    ("GET", "learning_sets:list"): (S, *ANYBODY),
    ("GET", "learning_sets:new"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning_sets:new"): (S, 403, 403, 403, 403, 400, 400),
    ("POST", "learning_sets:choices"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning_sets:preview"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning_sets:sheet"): (S, 403, 403, 403, 403, 200, 200),
    ("GET", "learning_sets:detail"): (S, *MEMBERS),
    ("GET", "learning_sets:download"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "learning_sets:compare"): (S, 400, 400, 400, 400, 400, 400),
    ("GET", "backbones:list"): (S, *ANYBODY),
    ("GET", "backbones:new"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "backbones:new"): (S, 403, 403, 403, 403, 400, 400),
    ("GET", "backbones:detail"): (S, *MEMBERS),
    ("POST", "backbones:change"): (S, 404, 403, 403, 403, R, R),
    ("POST", "backbones:export"): (S, 404, 403, 403, 403, R, R),
    ("GET", "backbones:download"): (401, 404, 404, 404, 404, 404, 404),
    ("GET", "backbones:import"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "backbones:import"): (S, 403, 403, 403, 403, 400, 400),
    ("POST", "api:export_backbone"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:backbone_imports"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:backbones"): (401, *ANYBODY),
    ("POST", "api:backbones"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:backbone"): (401, *MEMBERS),
    ("PATCH", "api:backbone"): (401, 404, 403, 403, 403, 200, 200),
    ("GET", "api:go_to"): (401, *ANYBODY),
    ("GET", "api:next_steps"): (401, *ANYBODY),
    ("GET", "api:learning_sets"): (401, *ANYBODY),
    ("POST", "api:learning_sets"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:learning_set"): (401, *MEMBERS),
    ("GET", "api:learning_set_download"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:compare_learning_sets"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "learning:new"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning:new"): (S, 403, 403, 403, 403, 400, 400),
    ("GET", "learning:detail"): (S, *MEMBERS),
    ("GET", "learning:try"): (S, *MEMBERS),
    ("GET", "learning:predict"): (S, *MANAGERS),
    ("POST", "learning:predict"): (S, 404, 403, 403, 403, R, R),
    ("GET", "effort:report"): (S, *MEMBERS),
    ("POST", "effort:start"): (S, 404, 403, R, R, R, R),
    ("GET", "retraining:list"): (S, *MANAGERS),
    ("POST", "retraining:list"): (S, 404, 403, 403, 403, 403, R),
    ("POST", "retraining:start"): (S, 404, 403, 403, 403, R, R),
    ("POST", "learning:start_preview"): (S, 404, 403, 403, 403, R, R),
    ("GET", "learning:preview"): (S, *MANAGERS),
    ("POST", "learning:measure_device"): (S, 403, 403, 403, 403, 200, 200),
    ("GET", "learning:import"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning:import"): (S, 403, 403, 403, 403, 400, 400),
    ("GET", "learning:compare"): (S, *ANYBODY),
    ("GET", "learning:download"): (401, 404, 404, 404, 404, 404, 404),
    ("GET", "learning:part"): (S, 404, 404, 404, 404, 404, 404),
    ("POST", "learning:change"): (S, 404, 403, 403, 403, R, R),
    ("POST", "learning:own"): (S, 404, 403, 403, 403, R, R),
    ("POST", "learning:export"): (S, 404, 403, 403, 403, R, R),
    ("GET", "metadata:samples"): (S, *MEMBERS),
    ("POST", "metadata:cell"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "metadata:plan"): (S, 404, 403, 403, 403, R, R),
    ("GET", "metadata:delete_samples"): (S, 404, 403, 403, 403, 400, 400),  # none is named
    ("POST", "metadata:delete_samples"): (S, 404, 403, 403, 403, R, R),
    ("GET", "metadata:download"): (401, *MEMBERS),
    ("POST", "metadata:table"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "metadata:corrections"): (S, *MANAGERS),
    ("GET", "metadata:correction"): (S, *MANAGERS),
    ("GET", "metadata:package_update"): (S, *MANAGERS),
    ("POST", "metadata:apply"): (S, 404, 403, 403, 403, R, R),
    ("POST", "metadata:undo"): (S, 404, 403, 403, 403, R, R),
    ("POST", "metadata:apply_package_update"): (S, 404, 403, 403, 403, R, R),
    ("POST", "metadata:undo_package_update"): (S, 404, 403, 403, 403, R, R),
    ("GET", "metadata:rows"): (S, *MEMBERS),
    ("POST", "metadata:row_cell"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "metadata:plan_rows"): (S, 404, 403, 403, 403, R, R),
    ("GET", "metadata:download_rows"): (401, *MEMBERS),
    ("POST", "metadata:take_rows"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "measurements:start"): (S, 404, 403, 403, 403, R, R),
    ("GET", "jobs:list"): (S, *ANYBODY),
    ("GET", "jobs:detail"): (S, *MEMBERS),
    ("POST", "jobs:cancel"): (S, 404, R, R, R, R, R),
    ("POST", "jobs:again"): (S, 404, R, R, R, R, R),
    # Alice asked for it
    ("POST", "jobs:remove"): (S, 404, 403, 403, 403, R, R),
    ("DELETE", "api:job"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "taxonomy:complete"): (S, *ANYBODY),
    ("GET", "taxonomy:presets"): (S, *MANAGERS),
    ("POST", "taxonomy:presets"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "taxonomy:tree"): (S, *ADMINISTRATORS),
    ("GET", "taxonomy:new"): (S, *ADMINISTRATORS),
    ("POST", "taxonomy:new"): (S, 403, 403, 403, 403, 403, 400),
    ("GET", "taxonomy:new_in_project"): (S, *MANAGERS),
    ("POST", "taxonomy:new_in_project"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "taxonomy:import"): (S, *ADMINISTRATORS),
    ("POST", "taxonomy:import"): (S, 403, 403, 403, 403, 403, 400),
    ("GET", "taxonomy:taxon"): (S, *ADMINISTRATORS),
    ("POST", "taxonomy:taxon"): (S, 403, 403, 403, 403, 403, 400),
    ("POST", "taxonomy:status"): (S, 403, 403, 403, 403, 403, 302),
    ("POST", "taxonomy:synonym"): (S, 403, 403, 403, 302, 302, 302),
    ("POST", "taxonomy:drop_synonym"): (S, 403, 403, 403, 302, 302, 302),
    ("POST", "taxonomy:undo"): (S, *(302 if code == 200 else code for code in ADMINISTRATORS)),
    ("GET", "taxon_matching:merges"): (S, *ADMINISTRATORS),
    ("POST", "taxon_matching:merge"): (S, 403, 403, 403, 403, 403, 302),
    ("POST", "taxon_matching:undo_merge"): (S, 403, 403, 403, 403, 403, 302),
    ("GET", "taxon_matching:names"): (S, *MANAGERS),
    ("POST", "taxon_matching:settle"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "taxon_matching:settle_many"): (S, 404, 403, 403, 403, R, R),
    ("GET", "taxon_matching:proposed"): (S, *MANAGERS),
    ("POST", "taxon_matching:proposed"): (S, 404, 403, 403, 403, R, R),
    ("POST", "taxon_matching:undo_settling"): (S, 404, 403, 403, 403, R, R),
    ("GET", "health"): (200, *ANYBODY),
    # API
    ("GET", "assignments:progress"): (S, *MEMBERS),
    ("POST", "assignments:distribute"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "assignments:table"): (401, *MEMBERS),
    ("GET", "api:progress"): (401, *MEMBERS),
    ("POST", "api:assignments"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:assignments"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "discussions:inbox"): (S, *ANYBODY),
    ("POST", "discussions:seen"): (S, *(302 for _ in ANYBODY)),
    ("GET", "discussions:follow"): (S, 404, 404, 302, 404, 404, 404),
    ("GET", "discussions:object"): (S, *MEMBERS),
    ("POST", "discussions:object"): (S, 404, 403, 200, 200, 200, 200),
    ("POST", "discussions:refer"): (S, 404, 403, 403, 302, 302, 302),
    ("POST", "discussions:edit"): (S, 404, 403, 403, 403, 302, 403),
    ("POST", "discussions:remove_note"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "discussions:remove"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "discussions:taxa"): (S, *MEMBERS),
    ("GET", "discussions:taxon"): (S, *MEMBERS),
    ("POST", "discussions:taxon"): (S, 404, 403, 400, 400, 400, 400),
    ("POST", "discussions:note"): (S, 404, 403, 403, 302, 302, 302),
    ("POST", "discussions:unpin"): (S, 404, 403, 403, 302, 302, 302),
    ("GET", "traits:list"): (S, *MEMBERS),
    ("GET", "traits:new"): (S, *MANAGERS),
    ("POST", "traits:new"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "traits:edit"): (S, *MANAGERS),
    ("POST", "traits:edit"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "traits:example"): (S, 404, 403, 403, 200, 200, 200),
    ("POST", "traits:adopt"): (S, 404, 403, 403, 403, R, R),
    ("POST", "traits:retire"): (S, 404, 403, 403, 403, R, R),
    ("GET", "maps:map"): (S, *MEMBERS),
    ("GET", "maps:axes"): (S, *MEMBERS),
    ("POST", "maps:start"): (S, 404, 403, R, R, R, R),
    ("GET", "api:projections"): (401, *MEMBERS),
    ("POST", "api:projections"): (401, 404, 403, 202, 202, 202, 202),
    ("GET", "maps:points"): (401, 404, 404, 404, 404, 404, 404),  # nothing is compared yet
    ("GET", "maps:pictures"): (S, 404, 400, 400, 400, 400, 400),  # none is named
    ("GET", "results:table"): (S, *MEMBERS),
    ("GET", "results:download"): (401, *MEMBERS),
    ("GET", "results:gradients"): (S, *MEMBERS),
    ("GET", "results:map"): (S, *MEMBERS),
    ("GET", "results:gradient_table"): (401, *MEMBERS),
    ("GET", "results:spectra"): (S, *MEMBERS),
    ("GET", "results:spectrum_classes"): (401, *MEMBERS),
    ("GET", "results:spectrum_slopes"): (401, *MEMBERS),
    ("GET", "publishing:darwin_core"): (S, *MEMBERS),
    ("POST", "publishing:darwin_core"): (S, 404, 400, 400, 400, 400, 400),
    ("GET", "regroupings:list"): (S, *MEMBERS),
    ("GET", "regroupings:new"): (S, *MANAGERS),
    ("POST", "regroupings:new"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "regroupings:from_table"): (S, 404, 403, 403, 403, 200, 200),
    ("GET", "regroupings:detail"): (S, *MEMBERS),
    ("POST", "regroupings:groups"): (S, 404, 403, 403, 403, R, R),
    ("POST", "regroupings:rows"): (S, 404, 403, 403, 403, R, R),
    ("POST", "regroupings:retire"): (S, 404, 403, 403, 403, R, R),
    ("GET", "regroupings:download"): (401, *MEMBERS),
    ("GET", "api:regroupings"): (401, *MEMBERS),
    ("POST", "api:regroupings"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:regrouping"): (401, *MEMBERS),
    ("PATCH", "api:regrouping"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "taxon_traits:list"): (S, *ANYBODY),
    ("GET", "taxon_traits:new"): (S, *ADMINISTRATORS),
    ("POST", "taxon_traits:new"): (S, 403, 403, 403, 403, 403, 400),
    ("GET", "taxon_traits:detail"): (S, *ANYBODY),
    ("POST", "taxon_traits:match"): (S, 403, 403, 403, 403, 403, R),
    ("GET", "volumes:settings"): (S, *MANAGERS),
    ("POST", "volumes:settings"): (S, 404, 403, 403, 403, R, R),
    ("GET", "api:results"): (401, *MEMBERS),
    ("GET", "api:spectra"): (401, *MEMBERS),
    ("GET", "api:gradients"): (401, *MEMBERS),
    ("GET", "api:volume_settings"): (401, *MEMBERS),
    ("PATCH", "api:volume_settings"): (401, 404, 403, 403, 403, 200, 200),
    ("GET", "abundance:table"): (S, *MEMBERS),
    ("POST", "abundance:table"): (S, 404, 403, R, R, R, R),
    ("GET", "abundance:download"): (401, *MEMBERS),
    ("POST", "abundance:plans"): (S, 404, 403, R, R, R, R),
    ("GET", "summaries:traits"): (S, *MEMBERS),
    ("GET", "summaries:download"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:abundance"): (401, *MEMBERS),
    ("POST", "api:abundance"): (401, 404, 403, 202, 202, 202, 202),
    ("GET", "api:validation_plans"): (401, *MEMBERS),
    ("POST", "api:validation_plans"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:trait_tables"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:traits"): (401, *MEMBERS),
    ("POST", "api:traits"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:trait_sets"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:trait_versions"): (401, *MEMBERS),
    ("GET", "api:trait"): (401, *MEMBERS),
    ("PATCH", "api:trait"): (401, *MANAGERS),
    ("GET", "api:trait_values"): (401, 404, 400, 400, 400, 400, 400),
    ("POST", "api:trait_values"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:trait_value_counts"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:object_trait_values"): (401, *MEMBERS),
    ("GET", "api:object_comments"): (401, *MEMBERS),
    ("POST", "api:object_comments"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:taxon_comments"): (401, *MEMBERS),
    ("POST", "api:taxon_comments"): (401, 404, 403, 400, 400, 400, 400),
    ("PATCH", "api:comment"): (401, 404, 403, 403, 403, 200, 403),
    ("DELETE", "api:comment"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "api:notes"): (401, *MEMBERS),
    ("POST", "api:notes"): (401, 404, 403, 403, 400, 400, 400),
    ("DELETE", "api:note"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "api:references"): (401, *MEMBERS),
    ("POST", "api:references"): (401, 404, 403, 403, 400, 400, 400),
    ("DELETE", "api:reference"): (401, 404, 403, 403, 204, 204, 204),
    ("GET", "api:mentions"): (401, *ANYBODY),
    ("GET", "readings:list"): (S, *MEMBERS),
    ("GET", "readings:new"): (S, *MANAGERS),
    ("POST", "readings:new"): (S, *MANAGERS),
    ("GET", "readings:read"): (S, 404, 403, 200, 200, 403, 403),
    ("POST", "readings:submit"): (S, 404, 403, 302, 302, 403, 403),
    ("POST", "readings:close"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "readings:figures"): (S, 404, 403, 403, 403, 403, 403),
    ("POST", "readings:agreed"): (S, 404, 403, 403, 403, 403, 403),
    ("GET", "readings:settle"): (S, 404, 403, 403, 403, 403, 403),
    ("POST", "readings:settle"): (S, 404, 403, 403, 403, 403, 403),
    ("GET", "checks:list"): (S, *MEMBERS),
    ("GET", "checks:new"): (S, 404, 403, 200, 200, 200, 200),
    ("POST", "checks:new"): (S, 404, 403, 400, 400, 400, 400),
    # Alice looks
    ("GET", "checks:look"): (S, 404, 403, 403, 403, 200, 403),
    ("POST", "checks:look"): (S, 404, 403, 403, 403, 200, 403),
    ("POST", "checks:finish"): (S, 404, 403, 403, 403, R, 403),
    ("POST", "checks:discard"): (S, 404, 403, 403, 403, R, 403),
    ("GET", "checks:figures"): (S, 404, 403, 403, 403, R, 403),
    ("POST", "checks:correct"): (S, 404, 403, R, R, R, R),
    ("GET", "api:checks"): (401, *MEMBERS),
    ("POST", "api:checks"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:check"): (401, 404, 403, 403, 403, 200, 403),
    ("DELETE", "api:check"): (401, 404, 403, 403, 403, 204, 403),
    ("GET", "api:looks"): (401, 404, 403, 403, 403, 200, 403),
    ("POST", "api:looks"): (401, 404, 403, 403, 403, 400, 403),
    ("POST", "api:finish_check"): (401, 404, 403, 403, 403, 400, 403),
    ("POST", "api:correct_check"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:review_pages"): (401, 404, 403, 200, 200, 200, 200),
    ("POST", "api:machine_validations"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:clusterings"): (401, *MEMBERS),
    ("POST", "api:clusterings"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:clusters"): (401, *MEMBERS),
    ("GET", "api:clustering"): (401, *MEMBERS),
    ("DELETE", "api:clustering"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "api:cluster_tree"): (401, *MEMBERS),
    ("POST", "api:moved_clusters"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:cluster_groups"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:undone_tree_change"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:proposed_tree"): (401, 404, 403, 202, 202, 202, 202),
    ("POST", "api:dissolved_group"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:named_group"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:cluster"): (401, *MEMBERS),
    ("PATCH", "api:cluster"): (401, 404, 403, 200, 200, 200, 200),
    ("POST", "api:opened_cluster"): (401, 404, 403, 200, 200, 200, 200),
    ("POST", "api:cluster_members"): (401, 404, 403, 200, 200, 200, 200),
    ("POST", "api:validated_cluster"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:growing_cluster"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:named_cluster"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:new_cluster_taxon"): (401, 404, 403, 200, 200, 200, 200),
    ("POST", "api:new_cluster_taxon"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:merged_cluster"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:parted_cluster"): (401, 404, 403, 202, 202, 202, 202),
    ("GET", "api:thresholds"): (401, *MEMBERS),
    ("GET", "api:threshold"): (401, *MEMBERS),
    ("GET", "api:coarser"): (401, *MEMBERS),
    # Alice's
    ("GET", "api:review_page"): (401, 404, 404, 404, 404, 200, 404),
    ("DELETE", "api:review_page"): (401, 404, 404, 404, 404, 204, 404),
    ("POST", "api:review_answer"): (401, 404, 404, 404, 404, 400, 404),
    ("GET", "api:new_taxon"): (401, 404, 404, 404, 404, 200, 404),
    ("POST", "api:new_taxon"): (401, 404, 404, 404, 404, 400, 404),
    ("GET", "api:readings"): (401, *MEMBERS),
    ("POST", "api:readings"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:choices"): (401, 404, 404, 400, 400, 400, 400),
    ("GET", "api:reading_objects"): (401, 404, 404, 200, 200, 403, 403),
    ("POST", "api:submit_reading"): (401, 404, 404, 400, 400, 403, 403),
    ("POST", "api:close_reading"): (401, 404, 404, 403, 403, 200, 200),
    ("GET", "api:agreement"): (401, 404, 404, 403, 403, 403, 403),
    ("POST", "api:agreed"): (401, 404, 404, 403, 403, 403, 403),
    ("GET", "api:settle"): (401, 404, 404, 403, 403, 403, 403),
    ("POST", "api:settle"): (401, 404, 404, 403, 403, 403, 403),
    ("GET", "api:schema"): (200, *ANYBODY),
    ("GET", "api:docs"): (200, *ANYBODY),
    ("POST", "api:token"): (400,) * 7,
    ("GET", "api:tokens"): (401, *ANYBODY),
    ("DELETE", "api:own_token"): (401, 404, 404, 204, 404, 404, 404),
    ("GET", "api:preferences"): (401, *ANYBODY),
    ("POST", "api:preferences"): (401, *ANYBODY),
    ("GET", "api:projects"): (401, *ANYBODY),
    ("POST", "api:projects"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:project"): (401, *MEMBERS),
    ("PATCH", "api:project"): (401, *MANAGERS),
    ("DELETE", "api:project"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:bin"): (401, *ANYBODY),
    ("GET", "api:deleted_objects"): (401, *MEMBERS),
    ("POST", "api:restore_objects"): (401, 404, 404, 404, 404, 202, 202),  # Alice deleted them
    ("DELETE", "api:purge"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:restore_project"): (401, 404, 404, 404, 404, 404, 404),  # it is not in the bin
    ("GET", "api:members"): (401, *MEMBERS),
    ("POST", "api:members"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:member"): (401, 404, 403, 403, 403, 204, 204),
    ("POST", "api:reset_link"): (401, 404, 403, 403, 403, 403, 200),
    ("GET", "api:invitations"): (401, *MANAGERS),
    ("POST", "api:invitations"): (401, 404, 403, 403, 403, 201, 201),
    ("DELETE", "api:invitation"): (401, 404, 403, 403, 403, 204, 204),
    ("POST", "api:join"): (401, 400, 400, 400, 400, 400, 400),
    ("POST", "api:password"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:annotators"): (401, *MEMBERS),
    ("PATCH", "api:annotator"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:samples"): (401, *MEMBERS),
    ("GET", "api:options"): (401, *ANYBODY),
    ("GET", "api:project_options"): (401, *MANAGERS),
    ("GET", "api:objects"): (401, *MEMBERS),
    ("GET", "api:counts"): (401, *MEMBERS),
    ("GET", "api:total"): (401, *MEMBERS),
    ("PATCH", "api:correct_rows"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:annotations"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:views"): (401, *MEMBERS),
    ("POST", "api:views"): (401, 404, 400, 400, 400, 400, 400),
    ("DELETE", "api:view"): (401, 404, 404, 404, 404, 204, 404),
    ("GET", "api:orders"): (401, *MEMBERS),
    ("GET", "api:slots"): (401, *MEMBERS),
    ("PUT", "api:slots"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:labels"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:batches"): (401, 404, 403, 200, 200, 200, 200),
    ("GET", "history:list"): (S, 404, 403, 200, 200, 200, 200),
    ("GET", "history:action"): (S, 404, 403, 404, 200, 200, 200),
    ("POST", "history:take_back"): (S, 404, 403, 403, R, R, R),
    ("GET", "history:roll_back"): (S, 404, 403, 200, 200, 200, 200),
    ("POST", "history:roll_back"): (S, 404, 403, 200, 200, 200, 200),
    ("GET", "api:actions"): (401, 404, 403, 200, 200, 200, 200),
    ("GET", "api:action"): (401, 404, 403, 404, 200, 200, 200),
    ("GET", "api:roll_backs"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:roll_backs"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:sitting"): (401, 404, 403, 200, 200, 200, 200),
    ("GET", "api:uploads"): (401, *ANYBODY),
    # without the header Tus-Resumable
    ("POST", "api:uploads"): (401, 412, 412, 412, 412, 412, 412),
    ("GET", "api:upload"): (401, 404, 404, 404, 404, 200, 404),
    ("PATCH", "api:upload"): (401, 412, 412, 412, 412, 412, 412),
    ("DELETE", "api:upload"): (401, 412, 412, 412, 412, 412, 412),
    ("GET", "api:import_places"): (401, *MANAGERS),
    ("GET", "api:import_place"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:imports"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:mappings"): (401, *MANAGERS),
    ("POST", "api:mappings"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:mapping"): (401, *MANAGERS),
    ("DELETE", "api:mapping"): (401, 404, 403, 403, 403, 204, 204),
    ("POST", "api:deletions"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:moves"): (401, *MANAGERS),
    ("POST", "api:moves"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:exports"): (401, 404, 202, 202, 202, 202, 202),
    ("GET", "api:predictions"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:predictions"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:effort"): (401, *MEMBERS),
    ("POST", "api:effort"): (401, 404, 403, 202, 202, 202, 202),
    ("GET", "api:retraining"): (401, *MANAGERS),
    ("PUT", "api:retraining"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:retraining"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:previews"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:preview"): (401, *MANAGERS),
    ("DELETE", "api:samples"): (401, 404, 403, 403, 403, 400, 400),
    ("PATCH", "api:samples"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:corrections"): (401, *MANAGERS),
    ("GET", "api:package_update"): (401, *MANAGERS),
    ("POST", "api:undo_package_update"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:undo_correction"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:acquisitions"): (401, *MEMBERS),
    ("PATCH", "api:acquisitions"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:measurements"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:embedding_spaces"): (401, *MEMBERS),
    ("POST", "api:embedding_spaces"): (401, 404, 403, 403, 403, 202, 202),
    ("PATCH", "api:embedding_space"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:embedding_space"): (401, 404, 403, 403, 403, 400, 400),  # it is in use
    ("POST", "api:embeddings"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:embeddings_of_all"): (401, 403, 403, 403, 403, 403, 400),
    ("GET", "api:duplicates"): (401, *MEMBERS),
    ("POST", "api:duplicates"): (401, 404, 403, 202, 202, 202, 202),
    ("PATCH", "api:duplicate_group"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:refit"): (401, *MEMBERS),
    ("PATCH", "api:refit"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "refitting:switch"): (S, 404, 403, 403, 403, R, R),
    ("GET", "similarity:spaces"): (S, *MEMBERS),
    ("POST", "similarity:spaces"): (S, 404, 403, 403, 403, R, R),
    ("POST", "similarity:embed"): (S, 404, 403, 403, 403, R, R),
    ("POST", "similarity:own"): (S, 404, 403, 403, 403, R, R),
    ("POST", "similarity:complete"): (S, 404, 403, 403, 403, R, R),
    ("POST", "similarity:remove"): (S, 404, 403, 403, 403, R, R),  # it is in use
    ("GET", "similarity:duplicates"): (S, *MEMBERS),
    ("POST", "similarity:duplicates"): (S, 404, 403, 400, 400, 400, 400),
    ("POST", "similarity:keep_group"): (S, 404, 403, R, R, R, R),
    ("POST", "similarity:label_group"): (S, 404, 403, R, R, R, R),
    ("POST", "similarity:undo_label"): (S, 404, 403, R, R, R, R),
    ("POST", "similarity:delete_others"): (S, 404, 403, 403, 403, R, R),
    ("POST", "api:undo"): (401, 404, 403, 403, 200, 200, 200),
    ("GET", "api:object"): (401, *MEMBERS),
    ("GET", "api:history"): (401, *MEMBERS),
    ("GET", "api:neighbours"): (401, *MEMBERS),
    ("GET", "api:object_predictions"): (401, *MEMBERS),
    ("GET", "api:taxa"): (401, *ANYBODY),
    ("POST", "api:taxa"): (401, 403, 403, 403, 403, 400, 400),
    ("GET", "api:taxon"): (401, *ANYBODY),
    ("PATCH", "api:taxon"): (401, *ADMINISTRATORS),
    ("GET", "api:synonyms"): (401, *ANYBODY),
    ("POST", "api:synonyms"): (401, 403, 403, 403, 400, 400, 400),
    ("DELETE", "api:synonym"): (401, 403, 403, 403, 204, 204, 204),
    ("POST", "api:merge"): (401, 403, 403, 403, 403, 403, 400),
    ("GET", "api:taxon_edits"): (401, *ADMINISTRATORS),
    ("POST", "api:undo_edit"): (401, *ADMINISTRATORS),
    ("GET", "api:merges"): (401, *ADMINISTRATORS),
    ("POST", "api:undo_merge"): (401, 403, 403, 403, 403, 403, 400),
    ("POST", "api:taxa_imports"): (401, 403, 403, 403, 403, 403, 400),
    ("GET", "api:presets"): (401, *MEMBERS),
    ("PUT", "api:presets"): (401, *MANAGERS),
    ("GET", "api:pending_names"): (401, *MANAGERS),
    ("POST", "api:pending_name"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:proposals"): (401, *MANAGERS),
    ("POST", "api:settle_names"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:map_proposed"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:undo_settling"): (401, *MANAGERS),
    ("GET", "api:device_speeds"): (401, *ANYBODY),
    ("POST", "api:device_speeds"): (401, 403, 403, 403, 403, 202, 202),
    ("POST", "api:training_runs"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:models"): (401, *ANYBODY),
    ("GET", "api:model"): (401, *MEMBERS),
    ("PATCH", "api:model"): (401, *MANAGERS),
    ("POST", "api:export_model"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:model_imports"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:compare_models"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:own_model"): (401, *MEMBERS),
    ("PUT", "api:own_model"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:own_model"): (401, 404, 403, 403, 403, 204, 204),
    ("POST", "api:look"): (401, 404, 400, 400, 400, 400, 400),  # the model is not ready
    ("GET", "api:job"): (401, *MEMBERS),
    ("POST", "api:cancel"): (401, *MEMBERS),
    ("POST", "api:again"): (401, 404, 202, 202, 202, 202, 202),
    ("GET", "marks:labels"): (S, *MEMBERS),
    ("POST", "marks:labels"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "marks:import"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "marks:adopt"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "marks:label"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "api:mark_labels"): (401, *MEMBERS),
    ("POST", "api:mark_labels"): (401, 404, 403, 403, 403, 400, 400),
    ("PATCH", "api:mark_label"): (401, *MANAGERS),
    ("GET", "api:object_marks"): (401, *MEMBERS),
    ("POST", "api:object_marks"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:mark"): (401, *MEMBERS),
    ("PATCH", "api:mark"): (401, 404, 403, 400, 400, 400, 400),
    ("DELETE", "api:mark"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:undo_mark"): (401, 404, 403, 403, 200, 200, 200),
    ("GET", "api:marks"): (401, *MEMBERS),
    ("POST", "api:mark_imports"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:not_found"): (404,) * 7,
    ("POST", "api:not_found"): (404,) * 7,
    ("PUT", "api:not_found"): (404,) * 7,
    ("PATCH", "api:not_found"): (404,) * 7,
    ("DELETE", "api:not_found"): (404,) * 7,
    ("GET", "api:me"): (401, *ANYBODY),
    ("PATCH", "api:me"): (401, *ANYBODY),
    # the project is shown to nobody: what changes where it is, is in `test_public.py`
    ("GET", "public:settings"): (S, *MANAGERS),
    ("POST", "public:settings"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "public:preview"): (S, *MANAGERS),
    ("GET", "public:project"): (404,) * 7,
    ("GET", "public:objects"): (404,) * 7,
    ("GET", "public:object"): (404,) * 7,
    ("GET", "public:counts"): (404,) * 7,
    ("GET", "public:picture"): (404,) * 7,
    ("GET", "public:explore"): (200, *ANYBODY),
    ("GET", "public:catalogue"): (200, *ANYBODY),
    ("GET", "public:whole"): (200, *ANYBODY),
    ("GET", "public:model"): (404,) * 7,
    ("GET", "public:deepaas"): (404,) * 7,
    ("GET", "public:scivision_model"): (404,) * 7,
    ("GET", "public:scivision_datasource"): (404,) * 7,
    ("GET", "public:model_settings"): (S, *MANAGERS),
    ("POST", "public:model_settings"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "api:catalogue_models"): (200, *ANYBODY),
    ("GET", "api:catalogue_projects"): (200, *ANYBODY),
    ("GET", "public:robots"): (200, *ANYBODY),
    ("POST", "api:unlock_sign_in"): (401, 403, 403, 403, 403, 403, 204),
}

# Pages that a program opens as well: whatever is downloaded.
OPEN_TO_TOKENS = {
    "maps:points",
    "assignments:table",
    "exports:download",
    "learning:download",
    "backbones:download",
    "learning_sets:download",
    "abundance:download",
    "regroupings:download",
    "results:download",
    "results:gradient_table",
    "results:spectrum_classes",
    "results:spectrum_slopes",
    "summaries:download",
    "metadata:download",
    "metadata:download_rows",
}


def send(client: Client, world: World, method: str, name: str, **headers: str) -> HttpResponse:
    """The answer to one request, after which the world is as it was."""
    url = reverse(name, kwargs={key: world.ids[key] for key in routes()[name].pattern.converters})
    body = {} if method == "GET" else world.bodies.get(name, {})
    kind = {"content_type": "application/json"} if name.startswith("api:") and method != "GET" else {}
    with rolled_back():
        return getattr(client, method.lower())(url, body, headers=headers, **kind)


def outcome(answer: HttpResponse) -> int | str:
    """What the table says of an answer: its status, or which kind of redirect it is."""
    if answer.status_code != 302:
        return answer.status_code
    return S if answer.url.startswith("/accounts/sign-in/?next") else R


def answer_to(role: str, world: World, method: str, name: str) -> Answer:
    """One request a role and route is enough for all tests: each leaves the world as it was."""
    key = (role, method, name)
    if key not in world.answers:
        answer = send(world.client(role), world, method, name)
        world.answers[key] = Answer(outcome(answer), answer.getvalue() if role in READ else b"")
    return world.answers[key]


def row_of(world: World, method: str, name: str) -> list[int | str]:
    return [answer_to(role, world, method, name).outcome for role in ROLES]


def as_source(method: str, name: str, row: list[int | str]) -> str:
    names = {S: "S", R: "R"}
    return f'    ("{method}", "{name}"): ({", ".join(names.get(code, str(code)) for code in row)}),'


def test_the_table_knows_every_route_and_method(world):
    methods = {name: methods_of(name, world) for name in routes()}
    unlimited = sorted(name for name in methods if methods[name] is None)
    assert not unlimited, (
        f"These answer any method: put require_GET, require_POST or their like on {unlimited}."
    )
    answered = {(method, name) for name in methods for method in methods[name]}
    if unknown := sorted(answered - set(TABLE), key=lambda key: key[::-1]):
        rows = "\n".join(as_source(*key, row_of(world, *key)) for key in unknown)
        pytest.fail(
            f"Nobody has said who may use these. Is what they do today right for {', '.join(ROLES)}? "
            f"Then add them to TABLE:\n{rows}",
            pytrace=False,
        )
    gone = sorted(set(TABLE) - answered)
    assert not gone, f"No route answers these rows of TABLE any more, take them out: {gone}"


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_who_may(method, name, world):
    expected = [R if code == 302 else code for code in TABLE[method, name]]
    actual = row_of(world, method, name)
    assert actual == expected, f"\n{as_source(method, name, actual)}  # is not what TABLE says"


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_a_stranger_reads_nothing_of_the_project(method, name, world):
    body = answer_to("dan", world, method, name).body
    assert b"the secret table" not in body
    if name != "projects:join":  # who has the link is invited
        assert b"Villefranche" not in body


@pytest.mark.parametrize("name", [name for method, name in TABLE if method == "GET"])
def test_the_email_of_others_is_for_managers(name, world):
    page = answer_to("carla", world, "GET", name).body.replace(b"carla@example.org", b"")
    assert b"@example.org" not in page


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_a_token_opens_the_api_alone(method, name, world):
    """Bob's token may what Bob may; on a page it is nobody's."""
    answer = send(Client(), world, method, name, authorization=f"Token {world.token('bob')}")
    role = "bob" if name.startswith("api:") or name in OPEN_TO_TOKENS else "anonymous"
    expected = TABLE[method, name][ROLES.index(role)]
    assert outcome(answer) == (R if expected == 302 else expected), answer.getvalue()[:300]


@pytest.mark.parametrize("token", ["nonsense", "é", "", "two words"])
def test_a_wrong_token_is_refused(token, world):
    answer = Client().get(reverse("api:projects"), headers={"authorization": f"Token {token}"})
    assert answer.status_code == 401


def test_the_administration_is_for_administrators(world):
    for role in ROLES[:-1]:
        answer = world.client(role).get("/admin/accounts/user/")
        assert answer.status_code == 302 and answer.url.startswith("/admin/login/"), role
    assert world.client("root").get("/admin/accounts/user/").status_code == 200
