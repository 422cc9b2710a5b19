"""Stage names to open, won and lost, in an order."""

import pytest

from kpilot.load.stages import guess

DEFAULTS = {
    "salesforce-en": (["Prospecting", "Qualification", "Needs Analysis", "Value Proposition",
                       "Id. Decision Makers", "Perception Analysis", "Proposal/Price Quote",
                       "Negotiation/Review"], "Closed Won", "Closed Lost"),
    "salesforce-fr": (["Prospection", "Qualification", "Analyse des besoins",
                       "Proposition de valeur", "Identification des décideurs",
                       "Analyse de la perception", "Proposition/Devis", "Négociation/Révision"],
                      "Fermée/Gagnée", "Fermée/Perdue"),
    "hubspot-en": (["Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled",
                    "Decision Maker Bought-In", "Contract Sent"], "Closed Won", "Closed Lost"),
    "hubspot-ids": (["appointmentscheduled", "qualifiedtobuy", "presentationscheduled",
                     "decisionmakerboughtin", "contractsent"], "closedwon", "closedlost"),
    "hubspot-fr": (["Rendez-vous planifié", "Qualifié pour l'achat", "Présentation planifiée",
                    "Décideur convaincu", "Contrat envoyé"], "Fermé gagné", "Fermé perdu"),
    "pipedrive-en": (["Qualified", "Contact Made", "Demo Scheduled", "Proposal Made",
                      "Negotiations Started"], "Won", "Lost"),
    "pipedrive-fr": (["Qualifié", "Contact établi", "Démo planifiée", "Proposition faite",
                      "Négociations commencées"], "Gagné", "Perdu"),
    "odoo-en": (["New", "Qualified", "Proposition"], "Won", "Lost"),
    "odoo-fr": (["Nouveau", "Qualifié", "Proposition"], "Gagné", "Perdu"),
    "zoho-en": (["Qualification", "Needs Analysis", "Value Proposition",
                 "Identify Decision Makers", "Proposal/Price Quote", "Negotiation/Review"],
                "Closed Won", "Closed-Lost to Competition"),
    "zoho-fr": (["Qualification", "Analyse des besoins", "Proposition de valeur",
                 "Identifier les décideurs", "Proposition/Offre de prix",
                 "Négociation/Révision"], "Fermé - Gagné", "Fermé - Perdu"),
    "own-fr": (["À contacter", "Rendez-vous", "Qualif.", "Découverte", "Démo", "Devis envoyé",
                "Relance", "Négo", "Accord verbal"], "Contrat signé", "Sans suite"),
    "numbered": (["1 - Zorg", "2 - Blip", "10 - Aaa"], "11 - Gagné", "12 - Abandonné"),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_first_stages_of_crms_have_their_kinds_and_order(name: str) -> None:
    opened, won, lost = DEFAULTS[name]
    shuffled = [lost, won, *sorted(opened, key=lambda stage: stage[::-1])]
    stages = guess(shuffled)
    assert [stage.name for stage in stages] == [*opened, won, lost]
    assert [stage.kind for stage in stages] == ["open"] * len(opened) + ["won", "lost"]
    assert [stage.pos for stage in stages] == list(range(1, len(opened) + 3))
    assert all(stage.guessed for stage in stages)


@pytest.mark.parametrize(("name", "kind"), [
    ("En attente de signature", "open"), ("Signature", "open"), ("Contrat signé", "won"),
    ("Won - to be invoiced", "won"), ("Perdu (prix)", "lost"), ("Verbal agreement", "open"),
    ("Attente commande", "open"), ("Commande", "won"), ("On hold", "open"), ("No-go", "lost"),
    ("Win-back", "open"), ("Customer evaluation", "open"), ("Closed - No decision", "lost"),
    ("Gewonnen", "won"), ("Perdido", "lost"),
    ("Conclue - Perdue", "lost"), ("Conclue - Gagnée", "won"), ("Terminé - gagné", "won"),
    ("Contrat non signé", "open"), ("Not won", "open"), ("Demo completed", "open"),
    ("Audit terminé", "open"), ("Terminé", "won"),
])
def test_a_name_says_won_or_lost_only_when_it_does(name: str, kind: str) -> None:
    assert [stage.kind for stage in guess([name])] == [kind]


def test_closed_alone_is_what_its_neighbours_are_not() -> None:
    assert {s.name: s.kind for s in guess(["Lead", "Closed", "Lost"])}["Closed"] == "won"
    assert {s.name: s.kind for s in guess(["Lead", "Closed", "Won"])}["Closed"] == "lost"


def test_unknown_names_keep_the_order_they_came_in() -> None:
    assert [stage.name for stage in guess(["Zorg", "Blip", "Aaa"])] == ["Zorg", "Blip", "Aaa"]
