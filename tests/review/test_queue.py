from annotations.learning.models import Model, Prediction


def url(tow) -> str:
    return f"/projects/{tow.project.pk}/review/taxa/"


def test_the_queue_names_each_predicted_taxon_and_how_many_wait(client, tow, carla):
    client.force_login(carla)
    page = client.get(url(tow)).content.decode()
    assert "Copepoda" in page
    assert "Appendicularia" not in page  # dubious: a person has spoken
    assert (
        f"?review=1&amp;taxon={tow.copepoda}&amp;descendants=0&amp;state=predicted&amp;order=-score" in page
    )
    assert page.count("<img") == 4


def test_review_offers_to_accept_all_shown(client, tow, carla):
    client.force_login(carla)
    page = client.get(
        f"/projects/{tow.project.pk}/?review=1&taxon={tow.copepoda}&state=predicted&order=score"
    )
    page = page.content.decode()
    assert 'id="accept-seen"' in page
    places = [page.find(f'id="o{each.pk}"') for each in tow.objects[:4]]
    assert places == sorted(places)  # the least certain first
    assert -1 not in places


def test_strangers_and_the_signed_out_do_not_come_in(client, tow, dan):
    assert client.get(url(tow)).url.startswith("/accounts/sign-in/")
    client.force_login(dan)
    assert client.get(url(tow)).status_code == 404


def test_an_empty_queue_says_so(client, project, bob):
    client.force_login(bob)
    assert (
        "No prediction waits for review"
        in client.get(f"/projects/{project.pk}/review/taxa/").content.decode()
    )


def looked_at(tow, novelty: float) -> None:
    """A model that has said something of all, so far from what it has learnt."""
    model = Model.objects.create(name="Elsewhere", is_ready=True, classes=[tow.copepoda])
    for each in tow.objects:
        Prediction.objects.create(
            object=each, model=model, taxa=[tow.copepoda], scores=[0.99], novelty=novelty
        )


def test_what_is_unlike_anything_learnt_is_said_before_anything_else(client, tow, carla):
    looked_at(tow, 0.999)
    client.force_login(carla)
    page = client.get(url(tow)).content.decode()
    notice = "100 % of these objects are unlike anything that the model has learnt"
    assert 0 < page.index(notice) < page.index("wait for a person")
    assert "?novel=99" in page
    assert "Begin with what the model is most certain of" not in page


def test_of_objects_like_those_learnt_nothing_of_the_kind_is_said(client, tow, carla):
    looked_at(tow, 0.5)
    client.force_login(carla)
    page = client.get(url(tow)).content.decode()
    assert "unlike anything" not in page and "Begin with what the model is most certain of" in page
