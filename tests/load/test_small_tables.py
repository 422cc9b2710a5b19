"""Rates, holidays, costs, subscriptions, surveys, calls and e-mails as other programs export them.

All are loaded without an answer. What can't be understood is refused in words: nothing is taken
that would count nowhere.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.load.conftest import utc
from tests.load.loaded import Loaded

FILES = {
    "eurofxref-hist": """
Date,USD,JPY,GBP,
2024-03-28,1.0811,163.45,0.85510,
2024-01-02,1.0956,155.68,N/A,
""",
    "taux de change": """
Date;Paire;Cours
13/02/2024;EUR/CHF;0,951
""",
    "exchange rates in words": """
Date,Rate
2024-02-01,1 SEK = 0.089 EUR
2024-02-01,100 HUF = 0.26 EUR
""",
    "taux devises": """
Devise;Date;1 EUR =
PLN;13/01/2024;4,35
""",
    "res.currency.rate": """
Currency,Date,Unit per EUR,EUR per Unit
CAD,2024-01-13,1.46,0.684932
""",
    "dated conversion rates": """
IsoCode,StartDate,ConversionRate
NOK,2024-01-13,11.4
EUR,2024-01-13,1
""",
    "currency rates": """
Currency,Date,Rate
DKK,2024-01-13,0.134
CZK,2024-01-13,0.04
""",
    "rates nobody knows": """
Currency,Date,Rate
XYZ,2024-01-13,2
""",
    "public holidays 2024": """
Date,Holiday
04/01/2024,Easter Monday
12/25/2024,Christmas Day
""",
    "jours feries": """
date;est_jour_ferie;nom
2024-05-01;Vrai;Fête du travail
2024-05-02;Faux;
""",
    "fermetures entreprise": """
Du;Au;Motif
24/12/2024;26/12/2024;Fermeture de fin d'année
""",
    "Google Ads Campaign report": """
Campaign report
1 January 2024 - 31 January 2024
Day,Campaign,Currency code,Cost,Impr.,Clicks
2024-01-01,Brand,EUR,12.50,100,10
2024-01-02,Brand,EUR,"1,013.00",110,11
Total: Account,,EUR,"1,025.50",210,21
""",
    "Meta-Ads-Jan": """
Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Impressions,Results
2024-01-01,2024-01-31,Promo,310,10000,12
""",
    "Grand livre": """
Date;N° compte;Libellé du compte;Libellé;Débit;Crédit
05/02/2024;623100;Publicité, annonces et insertions;Google Ireland;1 200,00;
20/02/2024;623100;Publicité, annonces et insertions;Avoir Google;;200,00
29/02/2024;641100;Salaires et appointements;Paie;15 000,00;
29/02/2024;512000;Banque;Paie;;15 000,00
""",
    "masse salariale": """
Mois;Salarié;Service;Salaire brut;Coût total employeur
01/2024;Cy;Commercial;3000,00;4200,00
01/2024;Di;Marketing;2800,00;3900,00
""",
    "google_ads_api": """
segments.date,campaign.name,metrics.cost_micros,metrics.clicks,customer.currency_code
2024-03-01,Brand,12500000,10,EUR
""",
    "FEC": """
EcritureDate;CompteNum;CompteLib;EcritureLib;Debit;Credit
20240405;623100;Publicité;Google Ads;1200,00;0,00
20240405;401000;Fournisseurs;Google Ads;0,00;1200,00
""",
    "costs without a function": """
Date,Cost,Channel
2024-01-01,100,Fair
""",
    "stripe_subscriptions": """
id,Customer ID,Currency,Interval,Amount,Status,Start (UTC),Trial End (UTC),Ended At (UTC)
sub_1,cus_1,eur,month,49.00,active,2024-01-05 10:00,,
sub_2,cus_2,eur,year,1200.00,canceled,2023-01-10 10:00,,2024-02-10 10:00
sub_3,cus_3,eur,month,98.00,trialing,2024-03-01 10:00,2024-07-15 10:00,
""",
    "abonnements": """
Client;Montant annuel HT;Date de souscription;Date de résiliation
Acme;1 200,00;15/01/2024;
""",
    "contracts": """
Contract number,Customer,Start date,End date,Annual contract value,Currency
C1,Dell,2024-01-01,2024-02-29,12000,EUR
C2,Elm,2024-01-01,2024-03-31,12000,EUR
""",
    "arr par client": """
Client;Date;ARR
Fir;15/05/2024;24 000
""",
    "mrr levels": """
subscription_id,customer,date,mrr_cents
s9,Bolt,2024-02-05,4900
""",
    "mrr movements": """
Date,Customer,Type,MRR change
2024-01-05,Acme,New business,49.00
""",
    "enquete satisfaction": """
Horodateur;Client;Êtes-vous satisfait de notre service ?;Note sur 10 : recommanderiez-vous ?
13/03/2024 10:00;Acme;Très satisfaite;9/10
14/03/2024 11:00;Bolt;Insatisfait;4/10
15/03/2024 11:00;Cray;Plutôt satisfait;10/10
""",
    "survey answers": """
Date,Customer,Rating
2024-03-01,Acme,7
""",
    "asterisk cdr": """
calldate,src,dst,duration,billsec,disposition,uniqueid
2024-03-04 09:30:00,0601020304,100,65,60,ANSWERED,1.1
2024-03-04 09:36:00,101,0603020304,10,0,BUSY,1.3
2024-03-04 09:37:00,101,102,10,5,ANSWERED,1.4
""",
    "journal appels": """
Date appel;Sens;Résultat;Durée (min);Agent
14/03/2024 10:30;Appel entrant;Décroché;2,5;Ann
14/03/2024 10:40;Appel sortant;Non abouti;0;Bob
""",
    "zoom call log": """
Call ID,Direction,Caller Name,Callee Name,Start Time,Call Result,Duration
z1,inbound,A Customer,Ann,2024-03-05 10:30:00,Connected,1m 20s
z2,outbound,Bob,A Customer,2024-03-05 10:40:00,No Answer,0s
""",
    "etats agents": """
Agent;État;Date;Heure début;Heure fin
Ann;Disponible;14/03/2024;09:00:00;10:00:00
Ann;En communication;14/03/2024;10:00:00;10:30:00
""",
    "agent presence": """
User,Status,Start Time
Ann,Blue,2024-03-15 09:00:00
Ann,Green,2024-03-15 10:00:00
""",
    "agent states": """
Agent,Status,Start time,Duration
Bob,Available,2024-03-14 09:00:00,01:30:00
""",
    "mailchimp activity": """
Email Address,Campaign,Action,Timestamp
a@x.com,Spring,open,2024-03-04 10:00:00
b@x.com,Spring,hard bounce,2024-03-04 10:00:00
""",
    "campaign recipients": """
Email,Campaign,Sent at,Opened at,Bounced at
c@x.com,Autumn,2024-03-04 10:00,2024-03-04 11:00,
""",
    "OpportunitySplit": """
Opportunity: Opportunity ID,Split Owner,Split Percentage
o1,Ann,60
o1,Bob,40
o2,Ann,33.33
o2,Bob,33.33
o2,Eve,33.33
""",
}
LEFT_OUT = {
    "rates nobody knows": "it does not say which way its rates go: name the columns From, To, Date"
                          " and Rate",
    "costs without a function": "it has no column for “Function”, without which its rows count"
                                " nowhere",
    "agent presence": "it has no column for “State”, without which its rows count nowhere",
    "mrr movements": "it holds changes of recurring revenue, and kpilot wants its level: the MRR"
                     " from each date on, 0 when it ends",
    "survey answers": "it does not say what its scores are: add a column “Kind” with CSAT (1 to 5)"
                      " or NPS (0 to 10)",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    made = Loaded(tmp_path_factory.mktemp("small"), FILES)
    yield made
    made.project.close()


def test_a_rate_goes_the_way_its_layout_says(loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT from_currency, to_currency, date, rate FROM fx_rate ORDER BY ALL""") == [
        ("CZK", "EUR", date(2024, 1, 13), 0.04), ("DKK", "EUR", date(2024, 1, 13), 0.134),
        ("EUR", "CAD", date(2024, 1, 13), 1.46), ("EUR", "CHF", date(2024, 2, 13), 0.951),
        ("EUR", "GBP", date(2024, 3, 28), 0.8551), ("EUR", "JPY", date(2024, 1, 2), 155.68),
        ("EUR", "JPY", date(2024, 3, 28), 163.45), ("EUR", "NOK", date(2024, 1, 13), 11.4),
        ("EUR", "PLN", date(2024, 1, 13), 4.35), ("EUR", "USD", date(2024, 1, 2), 1.0956),
        ("EUR", "USD", date(2024, 3, 28), 1.0811), ("HUF", "EUR", date(2024, 2, 1), 0.0026),
        ("SEK", "EUR", date(2024, 2, 1), 0.089)]


def test_a_file_whose_rows_would_count_nowhere_is_left_out_with_what_it_lacks(
        loaded: Loaded) -> None:
    told = [str(note) for note in loaded.report.notes]
    for name, why in LEFT_OUT.items():
        assert f"“{name}” is left out: {why}." in told


def test_a_list_of_holidays_is_of_days_off(loaded: Loaded) -> None:
    assert loaded.ask("SELECT date, is_working FROM calendar_day ORDER BY 1") == [
        (date(2024, 4, 1), False), (date(2024, 5, 1), False), (date(2024, 12, 24), False),
        (date(2024, 12, 25), False), (date(2024, 12, 26), False)]


def test_costs_know_their_kind_and_their_days(loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT category, function, amount, currency, start_date, end_date FROM cost
        ORDER BY ALL NULLS FIRST""") == [
        ("ads", "marketing", Decimal(-200), None, date(2024, 2, 20), None),
        ("ads", "marketing", Decimal("12.5"), "EUR", date(2024, 1, 1), None),
        ("ads", "marketing", Decimal("12.5"), "EUR", date(2024, 3, 1), None),
        ("ads", "marketing", Decimal(310), "EUR", date(2024, 1, 1), date(2024, 2, 1)),
        ("ads", "marketing", Decimal(1013), "EUR", date(2024, 1, 2), None),
        ("ads", "marketing", Decimal(1200), None, date(2024, 2, 5), None),
        ("ads", "marketing", Decimal(1200), None, date(2024, 4, 5), None),
        ("salary", "marketing", Decimal(3900), None, date(2024, 1, 1), date(2024, 2, 1)),
        ("salary", "sales", Decimal(4200), None, date(2024, 1, 1), date(2024, 2, 1))]
    assert loaded.value("acquisition_cost", "2024-01") == pytest.approx(9435.5)
    assert loaded.value("acquisition_cost", "2024-02") == pytest.approx(1000)


def test_rows_of_a_ledger_that_nobody_pays_for_are_refused_in_words(loaded: Loaded) -> None:
    assert [(problem.file, problem.row, problem.column, str(problem.why))
            for problem in loaded.report.problems] == [
        ("Grand livre.csv", 4, "Function", "This cell must not be empty.")]


def test_a_subscription_is_worth_its_price_by_the_month_once_its_trial_is_over(
        loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT account_id, from_date, mrr, subscription_id = 's9' FROM subscription_mrr
        ORDER BY lower(account_id)""") == [
        ("Acme", date(2024, 1, 15), Decimal(100), False),
        ("Bolt", date(2024, 2, 5), Decimal(49), True),
        ("cus_1", date(2024, 1, 5), Decimal(49), False),
        ("cus_2", date(2023, 1, 10), Decimal(100), False),
        ("Dell", date(2024, 1, 1), Decimal(1000), False),
        ("Elm", date(2024, 1, 1), Decimal(1000), False),
        ("Fir", date(2024, 5, 15), Decimal(2000), None)]
    assert loaded.value("mrr", "2024-01") == pytest.approx(2249)
    assert loaded.value("mrr", "2024-02") == pytest.approx(2198)
    assert loaded.value("mrr", "2024-03") == pytest.approx(1198)


def test_answers_in_words_and_out_of_ten_are_scores_of_their_kind(loaded: Loaded) -> None:
    assert loaded.ask("SELECT account_id, kind, score FROM survey_response ORDER BY 1, 2") == [
        ("Acme", "csat", 5), ("Acme", "nps", 9), ("Bolt", "csat", 2), ("Bolt", "nps", 4),
        ("Cray", "csat", 4), ("Cray", "nps", 10)]
    assert loaded.value("csat", "2024-03") == pytest.approx(2 / 3)


def test_calls_have_seconds_a_direction_and_their_own_salesperson(loaded: Loaded) -> None:
    assert loaded.ask("""
        SELECT started_at, direction, outcome, talk_s, agent_id FROM call ORDER BY 1""") == [
        (utc(2024, 3, 4, 8, 30), "inbound", "answered", 60, None),
        (utc(2024, 3, 4, 8, 36), "outbound", "busy", 0, None),
        (utc(2024, 3, 5, 9, 30), "inbound", "answered", 80, "Ann"),
        (utc(2024, 3, 5, 9, 40), "outbound", "no_answer", 0, "Bob"),
        (utc(2024, 3, 14, 9, 30), "inbound", "answered", 150, "Ann"),
        (utc(2024, 3, 14, 9, 40), "outbound", "no_answer", 0, "Bob")]
    assert loaded.value("call_answer_rate", "2024-03") == 1
    assert loaded.value("call_connect_rate", "2024-03") == 0


def test_a_state_lasts_from_one_time_of_its_day_to_another(loaded: Loaded) -> None:
    assert loaded.ask("SELECT agent_id, state, from_at, to_at FROM agent_state ORDER BY 1, 3") == [
        ("Ann", "available", utc(2024, 3, 14, 8), utc(2024, 3, 14, 9)),
        ("Ann", "handling", utc(2024, 3, 14, 9), utc(2024, 3, 14, 9, 30)),
        ("Bob", "available", utc(2024, 3, 14, 8), utc(2024, 3, 14, 9, 30))]


def test_a_campaign_is_the_message_where_a_report_knows_no_other(loaded: Loaded) -> None:
    assert loaded.ask("SELECT message_id, recipient, event FROM email_event ORDER BY ALL") == [
        ("Autumn", "c@x.com", "opened"), ("Autumn", "c@x.com", "sent"),
        ("Spring", "a@x.com", "opened"), ("Spring", "b@x.com", "bounced")]


def test_shares_of_sixty_and_forty_are_per_cent(loaded: Loaded) -> None:
    assert loaded.ask("SELECT agent_id, weight FROM opportunity_split"
                      " WHERE opportunity_id = 'o1' ORDER BY 1") == [("Ann", 0.6), ("Bob", 0.4)]


def test_shares_that_miss_one_by_a_rounding_are_brought_to_it(loaded: Loaded) -> None:
    [(total,)] = loaded.ask("SELECT sum(weight) FROM opportunity_split WHERE opportunity_id = 'o2'")
    assert total == pytest.approx(1, abs=1e-9)
