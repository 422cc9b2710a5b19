"""Exports of systems nobody prepared kpilot for, loaded without an answer."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.load.conftest import utc
from tests.load.loaded import Loaded

FILES = {
    # No day of closing, a status of its own, what is archived is not deleted.
    "suite opportunities": """
ID,Name,Currency,Opportunity Amount,Amount (USD),Expected Close,Status,Owned By,Archived ?,Created
s1,Bikes,Euro : €,"1,000.00",$900.00,03/15/2024,Abandoned,Ann,yes,01/13/2024 10:00am
s2,Cars,Euro : €,"2,000.00",$1800.00,02/15/2024,Accepted,Bob,no,01/14/2024 10:00am
s3,Vans,Euro : €,"4,000.00",$3600.00,12/31/2199,Refused,Bob,no,01/14/2024 10:00am
s4,Boats,Euro : €,"8,000.00",$7200.00,06/15/2024,On hold,Bob,no,01/14/2024 10:00am
""",
    # The last change of the stage is the closing; the identifier is a board's own.
    "board deals": """
Deal;Owned By;Company;Stage;Value;Last Stage Change;Created;Board ID;Due date;Associated Contact
Trains;Ann;Acme (https://x.io/Acme-1f?pvs=2);Won;10,50;5. 3. 2024;2024-01-05;101;TBD;"Cy;Di"
Planes;Ann;;Lost;20,50;6. 3. 2024;2024-01-06;102;TBD;Cy
Trams;Ann;Bolt (https://x.io/B-2e);Demo completed;30,50;7. 3. 2024;2024-01-07;103;1. 8. 2024;Di
""",
    # Thousands, what it came to once won, and truths in German.
    "kansen deals": """
Deal ID;Name;Owner;Is won;Is closed;Est. Revenue (k$);Actual Revenue (k$);Close Date;Created
k1;Rails;Ann;ja;ja;1,5;1,25;10.03.2024;10.01.2024
k2;Roads;Ann;nein;ja;2;0;11.03.2024;10.01.2024
k3;Ports;Bob;nein;nein;3,7500125;;30.09.2024;11.01.2024
""",
    "orders_export_1": """
Name,Email,Financial Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Id
#1,a@x.com,paid,EUR,30.00,41.00,2024-03-01 10:00:00 +0100,1,Bell,901
#1,a@x.com,,,,,2024-03-01 10:00:00 +0100,2,Lamp,
#2,b@x.com,refunded,EUR,50.00,65.00,2024-03-02 10:00:00 +0100,1,Lamp,902
#3,a@x.com,pending,EUR,70.00,89.00,2024-03-03 10:00:00 +0100,1,Bell,903
#3,a@x.com,,,,,2024-03-03 10:00:00 +0100,1,Lamp,
""",
    "factures lignes": """
N° facture;Date facture;Code client;Désignation;Quantité;Montant HT
F1;05/03/2024;C1;Bell;1;10,00
F1;05/03/2024;C1;Lamp;2;20,00
F2;06/03/2024;C2;Lamp;1;40,00
""",
    "journal appels": """
Date;Heure;Type d'appel;Statut;Collaborateur;Durée de conversation;ID de l'appel
04/03/2024;09:30:00;Entrant;Répondu;Ann;00:02:05;c1
13/03/2024;14:05:10;Sortant;Manqué;Bob;00:00:00;c2
""",
    "unified_payments": """
id,Created date (UTC),Amount,Currency,Status,Seller Message,Customer ID
ch_1,2024-01-01 10:00,294.07,eur,Paid,Payment complete.,cus_1
""",
}
HISTORY = """
ID de fiche d'informations,Nom de la propriété,Valeur de la propriété,Date de modification
s2,Phase de la transaction,Qualifié,2024-01-14 10:00
s2,Montant,2000,2024-01-14 10:00
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    made = Loaded(tmp_path_factory.mktemp("exports"), FILES)
    made.more({"historique des propriétés transactions": HISTORY})
    yield made
    made.project.close()


def notes(loaded: Loaded) -> list[str]:
    return [str(note) for table in loaded.report.tables for note in table.notes]


def test_no_row_is_refused_and_no_payment_is_an_opportunity(loaded: Loaded) -> None:
    assert [str(problem.why) for problem in loaded.report.problems] == []
    assert loaded.ask("SELECT name FROM contact ORDER BY 1") == [("Cy",), ("Di",)]
    assert loaded.ask("SELECT count(*) FROM opportunity") == [(10,)]


def test_a_header_says_the_thousands_and_the_currency_and_what_was_won_in_the_end(
        loaded: Loaded) -> None:
    assert loaded.ask("SELECT id, status, amount, currency FROM opportunity WHERE id LIKE 'k%'"
                      " ORDER BY 1") == [
        ("k1", "won", Decimal(1250), "USD"), ("k2", "lost", Decimal(2000), "USD"),
        ("k3", "open", Decimal("3750.0125"), "USD")]
    assert "“Est. Revenue (k$)”: each figure counts 1,000 times." in notes(loaded)


def test_words_for_a_status_say_how_it_ended_and_archived_is_not_deleted(loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT o.id, o.status, o.amount, o.currency, g.name, o.deleted_at IS NULL
        FROM opportunity AS o JOIN agent AS g ON g.id = o.owner_id WHERE o.id LIKE 's%'
        ORDER BY 1""") == [
        ("s1", "lost", Decimal(1000), "EUR", "Ann", True),
        ("s2", "won", Decimal(2000), "EUR", "Bob", True),
        ("s3", "lost", Decimal(4000), "EUR", "Bob", True),
        ("s4", "open", Decimal(8000), "EUR", "Bob", True)]


def test_the_expected_day_is_that_of_closing_where_there_is_no_other(loaded: Loaded) -> None:
    assert loaded.ask("SELECT id, closed_on FROM opportunity WHERE id LIKE 's%' ORDER BY 1") == [
        ("s1", date(2024, 3, 15)), ("s2", date(2024, 2, 15)), ("s3", None), ("s4", None)]
    assert "suite opportunities has no day of closing: what is won or lost counts on its" \
        " “Expected Close”." in notes(loaded)


def test_the_last_change_of_a_closed_stage_is_the_closing(loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT o.id, s.kind, o.amount, o.closed_on, a.name FROM opportunity AS o
        JOIN stage AS s ON s.id = o.stage_id LEFT JOIN account AS a ON a.id = o.account_id
        WHERE o.id LIKE '10%' ORDER BY 1""") == [
        ("101", "won", Decimal("10.5"), date(2024, 3, 5), "Acme"),
        ("102", "lost", Decimal("20.5"), date(2024, 3, 6), None),
        ("103", "open", Decimal("30.5"), None, "Bolt")]


def test_an_order_with_a_row_for_each_thing_sold_counts_once(loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT o.id, o.status, o.net_amount, a.name FROM "order" AS o
        JOIN account AS a ON a.id = o.account_id ORDER BY 1""") == [
        ("901", "paid", Decimal(30), "a@x.com"), ("902", "cancelled", Decimal(50), "b@x.com"),
        ("903", "draft", Decimal(70), "a@x.com"), ("F1", None, None, "C1"),
        ("F2", None, None, "C2")]
    assert loaded.ask("SELECT order_id, sum(net_amount), sum(qty) FROM order_line GROUP BY 1"
                      " ORDER BY 1") == [("F1", Decimal(30), 3), ("F2", Decimal(40), 1)]


def test_a_day_and_a_time_beside_it_are_one_moment_and_minutes_are_seconds(loaded: Loaded) -> None:
    assert loaded.ask("SELECT id, started_at, outcome, talk_s FROM call ORDER BY 1") == [
        ("c1", utc(2024, 3, 4, 8, 30), "answered", 125),
        ("c2", utc(2024, 3, 13, 13, 5, 10), "abandoned", 0)]


def test_a_history_whose_record_only_the_name_of_the_file_tells_is_read(loaded: Loaded) -> None:
    assert loaded.ask("SELECT opportunity_id FROM stage_history WHERE origin = 'source'") == [
        ("s2",)]
