"""The door: set-up, sign-in, one-time links, and who is kept out."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from kpilot.web.people.models import FailedSignIn, Person, Setup

PASSWORD = "a long enough phrase"
FIRST = {"name": "Claire", "email": "Claire@Example.com", "password": PASSWORD}
Visit = Callable[[str], Client]


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    answer = client.post("/sign-in/", {"email": email, "password": password})
    return answer.status_code


@pytest.mark.usefixtures("empty_house")
def test_before_the_first_administrator_every_page_leads_to_the_set_up() -> None:
    assert Client().get("/").headers["Location"] == "/setup/"
    assert Client().get("/sign-in/").headers["Location"] == "/setup/"


@pytest.mark.usefixtures("empty_house")
def test_the_first_to_come_becomes_the_administrator_and_is_in() -> None:
    client = Client()
    assert client.post("/setup/", FIRST).headers["Location"] == "/"
    person = Person.objects.get()
    assert (person.email, person.role) == ("claire@example.com", "administrator")
    assert client.get("/people/").status_code == 200


@pytest.mark.usefixtures("empty_house")
def test_the_set_up_is_closed_for_ever_even_when_everybody_is_gone() -> None:
    Client().post("/setup/", FIRST)
    Person.objects.all().delete()
    assert Client().get("/setup/").headers["Location"] == "/sign-in/"
    assert Client().post("/setup/", FIRST).status_code == 302
    assert not Person.objects.exists()


@pytest.mark.usefixtures("empty_house")
def test_a_second_set_up_sent_at_the_same_moment_is_refused_by_the_database() -> None:
    Setup.objects.create()
    Person.objects.all().delete()
    from kpilot.web.people import door

    with pytest.raises(door.AlreadySetUp):
        door.set_up(email="b@example.com", name="B", password=PASSWORD, language="en")
    assert not Person.objects.exists()


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize("password", ["short", "1234567890", "claire@example.com"])
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    answer = Client().post("/setup/", FIRST | {"password": password})
    assert answer.status_code == 200
    assert not Person.objects.exists()


@pytest.mark.usefixtures("house")
def test_an_address_is_the_same_in_capitals() -> None:
    assert sign_in(Client(), "ANN@Example.com ") == 302


@pytest.mark.usefixtures("house")
def test_a_wrong_password_and_an_unknown_address_are_answered_alike() -> None:
    wrong = Client().post("/sign-in/", {"email": "ann@example.com", "password": "x"})
    nobody = Client().post("/sign-in/", {"email": "nobody@example.com", "password": "x"})
    assert wrong.status_code == nobody.status_code == 400
    said = "This address and password do not go together."
    assert said in wrong.content.decode()
    assert said in nobody.content.decode()


@pytest.mark.usefixtures("house")
def test_after_five_refusals_even_the_right_password_has_to_wait() -> None:
    for _ in range(5):
        assert sign_in(Client(), "ann@example.com", "wrong") == 400
    answer = Client().post("/sign-in/", {"email": "ann@example.com", "password": PASSWORD})
    assert "Too many tries. Wait 15 min." in answer.content.decode()
    assert sign_in(Client(), "bob@example.com") == 302


@pytest.mark.usefixtures("house")
def test_the_wait_is_over_after_a_quarter_of_an_hour() -> None:
    for _ in range(5):
        sign_in(Client(), "ann@example.com", "wrong")
    FailedSignIn.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert sign_in(Client(), "ann@example.com") == 302


@pytest.mark.usefixtures("house")
def test_behind_a_proxy_one_guesser_does_not_shut_the_door_to_all(settings: Settings) -> None:
    settings.HTTPS = True

    def knock(address: str, email: str, password: str) -> int:
        form = {"email": email, "password": password}
        return Client().post("/sign-in/", form, headers={"X-Forwarded-For": address}).status_code

    for i in range(40):
        assert knock("10.0.0.9", f"guess{i}@example.com", "wrong") == 400
    assert knock("10.0.0.9", "bob@example.com", PASSWORD) == 400
    assert knock("10.0.0.1", "bob@example.com", PASSWORD) == 302


@pytest.mark.usefixtures("house")
def test_one_who_may_no_longer_sign_in_is_out_at_the_next_page() -> None:
    client = Client()
    sign_in(client, "ann@example.com")
    Person.objects.filter(email="ann@example.com").update(is_active=False)
    assert client.get("/").headers["Location"] == "/sign-in/"
    assert sign_in(Client(), "ann@example.com") == 400


@pytest.mark.usefixtures("house")
def test_one_comes_back_to_the_page_asked_for_but_never_to_another_site() -> None:
    assert Client().get("/kpis/").headers["Location"] == "/sign-in/?next=%2Fkpis%2F"
    form = {"email": "ann@example.com", "password": PASSWORD}
    assert Client().post("/sign-in/?next=/kpis/", form).headers["Location"] == "/kpis/"
    away = Client().post("/sign-in/?next=https://evil.example/", form)
    assert away.headers["Location"] == "/"


@pytest.mark.usefixtures("house")
def test_a_fragment_asked_for_after_the_session_ended_sends_the_whole_page_to_the_door() -> None:
    answer = Client().get("/kpis/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/sign-in/"
    page = {"HX-Request": "true", "HX-Current-URL": "http://testserver/kpis/?family=leads"}
    answer = Client().get("/kpis/list/", headers=page)
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fkpis%2F%3Ffamily%3Dleads"


@pytest.mark.usefixtures("house")
def test_a_form_sent_after_signing_out_says_that_nothing_was_saved() -> None:
    client = Client()
    sent = client.post("/me/", {"name": "Ann"}, headers={"Referer": "http://testserver/me/"})
    assert sent.headers["Location"] == "/sign-in/?next=%2Fme%2F"
    assert "what you sent was not saved" in client.get("/sign-in/").content.decode()
    elsewhere = client.post("/me/", {}, headers={"Referer": "https://evil.example/me/"})
    assert elsewhere.headers["Location"] == "/sign-in/"


def test_the_address_of_a_form_is_a_page_that_is_not_there(visit: Visit) -> None:
    answer = visit("ann").get("/me/password/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def test_a_one_time_link_lets_in_once(visit: Visit) -> None:
    new = {"name": "Noa", "email": "noa@example.com", "role": "agent", "agent_id": "ann"}
    page = visit("eve").post("/people/add/", new).content.decode()
    link = re.findall(r"http://testserver(/welcome/[^\"]+)", page)[0]
    guest = Client()
    assert "noa@example.com" in guest.get(link).content.decode()
    assert guest.post(link, {"password": PASSWORD}).headers["Location"] == "/"
    assert guest.get("/").status_code == 200
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"password": "another phrase"}).status_code == 410


def test_a_link_of_somebody_locked_out_opens_nothing(visit: Visit) -> None:
    ann = Person.objects.get(email="ann@example.com")
    page = visit("eve").post(f"/people/{ann.pk}/link/").content.decode()
    link = re.findall(r"http://testserver(/welcome/[^\"]+)", page)[0]
    visit("eve").post(f"/people/{ann.pk}/active/")
    assert Client().get(link).status_code == 410


def test_somebody_remains_administrator(visit: Visit) -> None:
    eve = Person.objects.get(email="eve@example.com")
    visit("eve").post(f"/people/{eve.pk}/active/")
    form = {"name": "Eve", "email": "eve@example.com", "role": "viewer"}
    answer = visit("eve").post(f"/people/{eve.pk}/", form)
    assert "Somebody must remain administrator." in answer.content.decode()
    eve.refresh_from_db()
    assert eve.is_active
    assert eve.is_administrator


def test_a_new_password_needs_the_present_one_and_keeps_one_signed_in(visit: Visit) -> None:
    ann = visit("ann")
    other = Client()
    sign_in(other, "ann@example.com")
    refused = ann.post("/me/password/", {"present": "no", "password": "quite another phrase"})
    assert refused.status_code == 400
    ann.post("/me/password/", {"present": PASSWORD, "password": "quite another phrase"})
    assert ann.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_the_secret_key_is_made_for_the_project_and_readable_by_its_owner_alone(
    project_folder: Path,
) -> None:
    from kpilot.web.secret import secret_key

    keys: list[str] = []
    threads = [
        threading.Thread(target=lambda: keys.append(secret_key(project_folder))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys) == 8
    assert (project_folder / "secret.key").stat().st_mode & 0o777 == 0o600
