from django.urls import path

from annotations.discussions import taxon_views, views

app_name = "discussions"
urlpatterns = [
    path("mentions/", views.inbox, name="inbox"),
    path("mentions/seen/", views.seen, name="seen"),
    path("mentions/<int:mention_id>/", views.follow, name="follow"),
    path("projects/<int:project_id>/objects/<int:object_id>/comments/", views.on_object, name="object"),
    path("projects/<int:project_id>/objects/<int:object_id>/reference/", taxon_views.refer, name="refer"),
    path("projects/<int:project_id>/comments/<int:comment_id>/edit/", views.edit, name="edit"),
    path("projects/<int:project_id>/comments/<int:comment_id>/remove/", views.remove, name="remove"),
    path("projects/<int:project_id>/taxa/", taxon_views.taxa, name="taxa"),
    path("projects/<int:project_id>/taxa/<int:taxon_id>/", taxon_views.taxon, name="taxon"),
    path("projects/<int:project_id>/taxa/<int:taxon_id>/note/", taxon_views.note, name="note"),
    path(
        "projects/<int:project_id>/notes/<int:note_id>/remove/",
        taxon_views.remove_the_note,
        name="remove_note",
    ),
    path("projects/<int:project_id>/references/<int:reference_id>/remove/", taxon_views.unpin, name="unpin"),
]
