"""The interview, its answer and what is followed, asked over the web of real rows."""

import re
from collections.abc import Callable

from kpilot.web.advisor import answering
from kpilot.web.advisor.following import follow, followed
from kpilot.web.advisor.models import AlertReady, Answer, Following
from kpilot.web.people.models import Person

Send = Callable[..., tuple[int, str]]
WORKS = {
    "model": "b2b", "cycle": "long", "revenue": "one_off", "basket": "high", "inbound": "yes",
    "outbound": "no", "email": "no", "calls": "no", "agents": "4",
}  # fmt: skip
SHOP = {
    "model": "b2c", "cycle": "short", "revenue": "repeat", "basket": "low", "inbound": "yes",
    "outbound": "", "email": "", "calls": "", "agents": "4",
}  # fmt: skip
WRONG = (
    ({"objective": ""}, "Choose what you want most"),
    ({"objective": "MONEY"}, "is not one of the available choices"),
    ({"objective": "VOL", "inbound": "no", "outbound": "no"}, "You said no to both"),
    ({"objective": "VOL", "agents": "many"}, "Write a whole number, such as 8."),
    ({"objective": "VOL", "agents": "0"}, "Write 1 if you sell alone."),
)
LONG = "your sales cycle is 90 days or more"


def who(name: str) -> Person:
    return Person.objects.get(email=f"{name}@example.com")


def picks(page: str) -> list[str]:
    return re.findall(r'id="pick-(\w+)"', page)


def checked(page: str, name: str) -> list[str]:
    tags = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    values = [re.search(r'value="([^"]*)"', tag) for tag in tags if " checked" in tag]
    return [found[1] for found in values if found]


def ask(send: Send, name: str = "eve", objective: str = "VOL", **said: str) -> str:
    status, page = send(name, "/advice/", {"objective": objective, **WORKS, **said})
    assert status == 200, page
    return page


def test_what_the_data_tell_is_filled_in_and_the_rest_is_not(house: None, send: Send) -> None:
    """Ten wins a month, each after 120 days: those closed from July 2024 to June 2025 were begun
    from March 2024 to early March 2025."""
    status, page = send("eve", "/advice/")
    assert status == 200
    assert checked(page, "model") == ["b2b"]
    assert "60 of 60 accounts are marked so" in page
    assert checked(page, "cycle") == ["long"]
    wins = re.search(r"median cycle 120 days over (\d+) wins", page)
    assert wins
    assert int(wins[1]) == 10 * 12
    assert checked(page, "basket") == ["high"]
    assert re.search(r'name="agents"[^>]*value="4"', page)
    for silent in ("inbound", "outbound", "email", "calls"):
        assert checked(page, silent) == [""], silent


def test_a_long_cycle_with_companies_is_not_told_to_count_leads(house: None, send: Send) -> None:
    page = ask(send)
    assert "new_leads" not in picks(page)
    assert f"you sell to companies and {LONG}" in page
    assert {"new_opportunities", "win_rate"} <= set(picks(page))
    assert 4 <= len(picks(page)) <= 6
    # The number of leads comes back when the cycle is short: it was the cycle that kept it out.
    assert "new_leads" in picks(ask(send, cycle="short"))


def test_small_sales_to_persons_are_not_told_to_raise_the_basket(shop: None, send: Send) -> None:
    _status, page = send("eve", "/advice/")
    assert checked(page, "model") == ["b2c"]
    assert checked(page, "revenue") == ["repeat"]
    assert "€40.00 on average over 720 orders" in page or "€40 on average over 720 orders" in page
    assert checked(page, "basket") == ["low"]
    _status, page = send("eve", "/advice/", {"objective": "REV", **SHOP})
    assert not {"aov", "avg_deal_size"} & set(picks(page))
    assert "orders_per_customer" in picks(page)
    assert "you sell to private persons and a usual sale is small" in page
    _status, large = send("eve", "/advice/", {"objective": "REV", **SHOP, "basket": "high"})
    assert "aov" in picks(large)


def test_an_answer_says_why_how_full_fields_are_and_what_to_collect(
    house: None, send: Send
) -> None:
    page = ask(send, objective="EFF")
    assert "72% of 29 rows" in page  # 21 ÷ 29 of the converted leads have their date
    assert "40 of 40" in page
    assert "30 of 30" in page
    assert "12 complete months or more" in page
    assert "Collect this first" in page
    assert "This field is not in your data." in page
    assert "<code>" in page  # where it stands in a CRM
    french = send("eve", f"/advice/{Answer.objects.latest('pk').pk}/", language="fr")[1]
    assert "À collecter d'abord" in french
    assert "Ce champ n'est pas dans vos données." in french


def test_nothing_loaded_says_what_to_load(nothing_loaded: None, send: Send) -> None:
    status, page = send("eve", "/advice/")
    assert status == 200
    assert "There is no data yet" in page
    assert "From your data" not in page
    page = ask(send)
    assert picks(page) == []
    assert "Nothing can be followed yet" in page
    assert "Collect this first" in page


def test_a_wrong_answer_is_said_and_what_was_answered_is_kept(house: None, send: Send) -> None:
    for form, said in WRONG:
        status, page = send("eve", "/advice/", {**WORKS, "calls": "yes", **form})
        assert status == 400
        assert said in page
        assert checked(page, "calls") == ["yes"]
    assert not Answer.objects.exists()


def test_one_click_follows_and_touches_nobody_else(house: None, send: Send) -> None:
    ask(send, "ann")
    number = Answer.objects.get().pk
    status, page = send("ann", f"/advice/{number}/follow/",
                        {"kpi": ["win_rate", "new_opportunities"], "dashboard": "1"})  # fmt: skip
    assert status == 200, page
    assert "2 KPIs are followed from now on." in page
    assert "Open the dashboard" in page
    assert followed(who("ann")) == ("win_rate", "new_opportunities")
    assert followed(who("bob")) == ()
    assert not AlertReady.objects.filter(is_on=True).exists()
    assert AlertReady.objects.filter(person=who("ann")).count() == 2
    # Nor may she follow for others, open an answer that is not hers, or set targets.
    status, page = send("ann", f"/advice/{number}/follow/",
                        {"kpi": ["win_rate"], "for": "everyone"})  # fmt: skip
    assert status == 400
    assert "Only managers and administrators" in page
    assert send("bob", f"/advice/{number}/")[0] == 404
    assert send("eve", f"/advice/{number}/")[0] == 404
    assert send("vic", "/advice/followed/")[0] == 200
    assert 'name="target"' not in send("ann", f"/advice/{number}/")[1]


def test_what_is_followed_for_everyone_is_shown_to_those_without_a_list(
    house: None, send: Send
) -> None:
    follow(who("mia"), ["win_rate"], for_everyone=True)
    follow(who("ann"), ["sales_value"], for_everyone=False)
    assert followed(who("bob")) == ("win_rate",)
    assert followed(who("ann")) == ("sales_value",)
    page = send("bob", "/advice/followed/")[1]
    assert "this is what is followed for everyone" in page
    # Following one from its page starts a list of his own with it.
    send("bob", "/advice/followed/sales_value/", {"back": "/kpis/sales_value/"})
    assert followed(who("bob")) == ("win_rate", "sales_value")
    assert followed(who("vic")) == ("win_rate",)
    status, page = send("bob", "/advice/followed/change/",
                        {"for": "everyone", "do": "none", "version": "1"})  # fmt: skip
    assert status == 409
    assert followed(who("vic")) == ("win_rate",)


def test_a_list_is_put_in_order_and_nothing_of_it_is_lost(house: None, send: Send) -> None:
    kpis = ["win_rate", "sales_value", "new_leads"]
    follow(who("eve"), kpis, for_everyone=False)
    page = send("eve", "/advice/followed/change/",
                {"do": "up:new_leads", "for": "me", "version": "1"})[1]  # fmt: skip
    assert followed(who("eve")) == ("win_rate", "new_leads", "sales_value")
    # Another window still shows the first version: it is told, and nothing changes.
    status, page = send("eve", "/advice/followed/change/",
                        {"do": "drop:win_rate", "for": "me", "version": "1"})  # fmt: skip
    assert status == 409
    assert "Somebody changed what is followed" in page
    assert followed(who("eve")) == ("win_rate", "new_leads", "sales_value")
    send("eve", "/advice/followed/change/", {"do": "drop:win_rate", "for": "me", "version": "2"})
    assert followed(who("eve")) == ("new_leads", "sales_value")
    assert [one.kpis for one in Following.objects.order_by("version")] == [
        kpis, ["win_rate", "new_leads", "sales_value"], ["new_leads", "sales_value"],
    ]  # fmt: skip


def test_more_than_six_are_warned_of(house: None, send: Send) -> None:
    many = ["win_rate", "sales_value", "new_leads", "lead_to_opp", "new_opportunities",
            "avg_deal_size"]  # fmt: skip
    follow(who("eve"), many, for_everyone=False)
    assert "KPIs are followed. Beyond six" not in send("eve", "/advice/followed/")[1]
    page = send("eve", "/advice/followed/stalled_rate/", {"back": "/advice/followed/"})[1]
    assert "7 KPIs are followed. Beyond six" in page
    assert "Beyond six, none gets a real look: untick some." in ask(send)


def test_asking_again_says_what_changed(house: None, send: Send) -> None:
    from kpilot.web.warehouse import project

    first = ask(send, objective="TEAM")
    assert "quota_attainment" not in picks(first)
    months = [f"{year}-{month:02d}" for year, month in
              [(2024, m) for m in range(7, 13)] + [(2025, m) for m in range(1, 7)]]  # fmt: skip
    with project().engine.transaction() as cursor:
        cursor.executemany(
            "INSERT INTO target (id, kpi_id, scope_type, period, value) "
            "VALUES (?, 'sales_value', 'org', ?, 100000)", [(one, one) for one in months],
        )  # fmt: skip
        cursor.execute("UPDATE kp_version SET n = n + 1")
    page = ask(send, objective="TEAM")
    assert "quota_attainment" in picks(page)
    assert "New among them:" in page
    assert re.search(r"can be measured now: 0% before, 100% today", page)
    old = Answer.objects.earliest("pk")
    again = send("eve", f"/advice/{old.pk}/")[1]
    assert picks(again) == picks(first)
    assert "There is a later answer." in again
    assert "You said “4”, now “9”." in ask(send, objective="TEAM", agents="9")


def test_an_accepted_suggestion_is_a_target_and_others_are_not(house: None, send: Send) -> None:
    """Ten wins each month, of 10,000 to 11,900 euros: the median deal is the same every month."""
    from kpilot.web.warehouse import project

    page = ask(send, objective="REV")
    offers = re.findall(r'name="target" value="([a-z_]+:[\d.E+]+)"', page)
    by_name = dict(one.split(":") for one in offers)
    assert "avg_deal_size" in by_name
    number = Answer.objects.latest("pk").pk
    chosen = [one for one in offers if one.startswith("avg_deal_size")]
    status, page = send("eve", f"/advice/{number}/follow/",
                        {"kpi": ["avg_deal_size", "win_rate"], "target": chosen})  # fmt: skip
    assert status == 200, page
    assert "3 monthly targets are set." in page
    rows = project().engine.query("SELECT kpi_id, scope_type, period, value FROM target "
                                  "ORDER BY period")  # fmt: skip
    assert [(str(k), str(s), str(p)) for k, s, p, _v in rows] == [
        ("avg_deal_size", "org", month) for month in ("2025-07", "2025-08", "2025-09")
    ]
    assert {float(str(v)) for *_rest, v in rows} == {float(by_name["avg_deal_size"])}


def test_the_demo_follows_the_advisors_own_answer_for_everyone_once(house: None) -> None:
    from kpilot.web.advisor.demo import plant
    from kpilot.web.warehouse import project

    plant(project())
    plant(project())
    assert Following.objects.count() == 1
    found = Answer.objects.get()
    assert found.person == who("eve")
    assert found.objective == "REV"
    assert list(followed(who("bob"))) == answering.chosen(found)
    assert len(followed(who("bob"))) >= 4
