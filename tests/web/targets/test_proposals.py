"""A salesperson proposes, her manager decides: each step kept and told, nobody else may."""

from kpilot.web.goals.notices import notices_of
from kpilot.web.people.models import Person
from kpilot.web.targets.models import Entry, Proposal
from kpilot.web.targets.record import on_record
from kpilot.web.warehouse import project

HERE = "/targets/proposals/"


def told(name):
    return [one.text for one in notices_of(Person.objects.get(email=f"{name}@example.com"))]


def propose(visit, name="ann", **more):
    said = {"kpi": "sales_value", "period": "2025-01", "target": "13 000", "word": "Fair"}
    return visit(name).post(HERE, said | more)


def decide(visit, name, pk, verb, **more):
    return visit(name).post(f"{HERE}{pk}/", {"verb": verb, **more})


def standing(period="2025-01"):
    found = on_record(project()).get(("sales_value", "agent", "ann", period))
    return found.value if found else None


def test_a_proposal_is_told_changed_and_set(visit) -> None:
    assert propose(visit).status_code == 302
    one = Proposal.objects.get()
    assert standing() is None
    assert told("mia") == ["Ann proposes a target: Sales value €13,000.00, January 2025."]
    page = visit("mia").get(HERE).content.decode()
    assert "Fair" in page
    assert 'name="verb" value="approve"' in page
    for name in ("bob", "zoe"):
        assert "13,000" not in visit(name).get(HERE).content.decode()
        assert decide(visit, name, one.pk, "approve").status_code == 404
    for name in ("ann", "vic"):
        assert decide(visit, name, one.pk, "approve").status_code == 404
    assert standing() is None
    assert decide(visit, "mia", one.pk, "change", value="14,000", word="You can").status_code == 302
    assert standing() == 14000
    assert [(s.state, s.who_name) for s in one.steps.all()] == [("proposed", "Ann"),
                                                                ("changed", "Mia")]  # fmt: skip
    assert [(e.who_name, e.why) for e in Entry.objects.all()] == [("Mia", "proposal")]
    assert told("ann") == ["Mia approved your target: Sales value €14,000.00, January 2025."]
    assert "You can" in visit("ann").get(HERE).content.decode()
    again = decide(visit, "eve", one.pk, "refuse", word="No")
    assert (again.status_code, "Mia decided it meanwhile." in again.content.decode()) == (400, True)
    assert standing() == 14000


def test_a_refusal_needs_a_word_and_a_new_proposal_replaces_the_one_waiting(visit) -> None:
    propose(visit)
    propose(visit, target="12000")
    assert [p.state for p in Proposal.objects.order_by("pk")] == ["withdrawn", "proposed"]
    pk = Proposal.objects.get(state="proposed").pk
    refused = decide(visit, "mia", pk, "refuse")
    assert (refused.status_code, "Say in a word why" in refused.content.decode()) == (400, True)
    assert decide(visit, "mia", pk, "refuse", word="Too low for January").status_code == 302
    assert standing() is None
    assert told("ann")[0].startswith("Mia sent your target back")
    propose(visit)
    mine = Proposal.objects.get(state="proposed")
    assert decide(visit, "ann", mine.pk, "withdraw").status_code == 302
    assert Proposal.objects.filter(state="proposed").count() == 0


def test_what_is_no_target_is_said_and_what_was_typed_is_kept(visit) -> None:
    for target, said in (("0", "reached by doing nothing"), ("more", "is not a number"),
                         ("", "Write the target you propose")):  # fmt: skip
        page = propose(visit, target=target, word="My reasons")
        assert page.status_code == 400
        assert said in page.content.decode()
        assert "My reasons" in page.content.decode()
    assert propose(visit, "mia").status_code == 400
    assert propose(visit, kpi="quota_attainment").status_code == 400
    assert propose(visit, period="2025").status_code == 400
    assert Proposal.objects.count() == 0


def test_the_demo_shows_a_proposal_that_waits(house) -> None:
    from kpilot.web.targets.demo import plant

    plant(project())
    plant(project())
    one = Proposal.objects.get()
    assert (one.agent_id, one.period, one.state) == ("ann", "2024-12", "proposed")
    assert told("mia")
