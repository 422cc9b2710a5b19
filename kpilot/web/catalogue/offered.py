"""What a KPI of one's own can count, in plain words: rows, their dates, and their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilot.ask.catalog import facts, own
from kpilot.ask.facts import cutoff, fact_table, utc_now
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.text import Both
from kpilot.project import Project


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Rows of a fact by one of their dates.

    agent  whose the row is at that date; need  the field without which there is nothing to count
    """

    fact: str
    date: str
    agent: str
    need: str
    rows: Both
    by: Both

    @property
    def word(self) -> str:
        return f"{self.fact}:{self.date}"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column to filter or measure by. kind: "text", "number", "date" or "truth"; table names
    the canonical table whose ids stand in it."""

    name: str
    kind: str
    label: Both
    table: str = ""


def _dated(fact: str, en: str, fr: str, *dates: tuple[str, str, str, str, str]) -> list[Dated]:
    return [
        Dated(fact=fact, date=date, agent=agent, need=need, rows=Both(en=en, fr=fr),
              by=Both(en=by_en, fr=by_fr))
        for date, agent, need, by_en, by_fr in dates
    ]  # fmt: skip


SHIPPED: Sequence[Dated] = (
    *_dated("opportunity", "Opportunities", "Affaires",
            ("created_on", "first", "opportunity.created_at",
             "by creation date", "à la date de création"),
            ("closed_on", "closed", "opportunity.closed_at",
             "won or lost, by close date", "gagnées ou perdues, à la date de clôture"),
            ("", "current", "opportunity.status",
             "open at the end of the period", "ouvertes en fin de période")),
    *_dated("lead", "Leads", "Prospects",
            ("created_on", "first", "lead.created_at",
             "by creation date", "à la date de création"),
            ("qualified_on", "qualified", "lead_status_history.at|lead.qualified_at",
             "by the date they were qualified", "à la date de qualification")),
    *_dated("activity", "Activities", "Activités",
            ("done_on", "acting", "activity.completed_at|activity.at",
             "by the date they were done", "à la date de réalisation")),
    *_dated("meeting", "Meetings", "Rendez-vous",
            ("booked_on", "booked", "activity.created_at",
             "by the date they were booked", "à la date de prise"),
            ("held_on", "held", "activity.at", "by their own date", "à leur date")),
    *_dated("task", "Tasks", "Tâches",
            ("due_on", "due", "activity.due_at", "by due date", "à l'échéance"),
            ("completed_on", "done", "activity.completed_at",
             "by the date they were done", "à la date d'achèvement")),
    *_dated("call_unit", "Calls", "Appels",
            ("started_on", "call", "call.direction", "by their date", "à leur date")),
    *_dated("email_unit", "E-mails", "E-mails",
            ("sent_on", "sent", "email_event.event",
             "by the date they were sent", "à la date d'envoi")),
    *_dated("order_net", "Orders", "Commandes",
            ("ordered_on", "sold", "order.ordered_at", "by order date", "à la date de commande")),
    *_dated("customer", "New customers", "Nouveaux clients",
            ("became_customer_on", "won",
             "opportunity.status|order.ordered_at|subscription_mrr.mrr|account.became_customer_at",
             "by the date they became one", "à la date où ils le deviennent")),
    *_dated("stage_passage", "Opportunities in stages", "Passages d'étapes",
            ("entered_on", "entered", "stage_history.at",
             "by the date they entered", "à la date d'entrée"),
            ("left_on", "left", "stage_history.at",
             "by the date they left", "à la date de sortie")),
    *_dated("survey", "Survey answers", "Réponses d'enquête",
            ("answered_on", "owner", "survey_response.score",
             "by their date", "à leur date")),
)  # fmt: skip

LABELS: Mapping[str, Both] = {
    name: Both(en=en, fr=fr)
    for name, en, fr in (
        ("name", "Name", "Nom"),
        ("status", "Open, won or lost", "Ouverte, gagnée ou perdue"),
        ("close_reason", "Close reason", "Motif de clôture"),
        ("value_created", "Amount when created", "Montant à la création"),
        ("value_closed", "Amount when closed", "Montant à la clôture"),
        ("value_now", "Amount", "Montant"),
        ("value_ordered", "Net amount", "Montant net"),
        ("amount", "Amount in its own currency", "Montant dans sa devise"),
        ("currency", "Currency", "Devise"),
        ("probability", "Probability", "Probabilité"),
        ("cycle_days", "Days from creation to close", "Jours de la création à la clôture"),
        ("stage_days", "Days in the stage", "Jours dans l'étape"),
        ("reopens", "Times reopened", "Nombre de réouvertures"),
        ("expected_close_date", "Expected close date", "Date de clôture prévue"),
        ("created_on", "Creation date", "Date de création"),
        ("is_won", "Won", "Gagnée"),
        ("is_lost", "Lost", "Perdue"),
        ("is_open", "Open", "Ouverte"),
        ("is_void", "Void (duplicate, test …)", "Écartée (doublon, essai …)"),
        ("is_qualified", "Qualified", "Qualifié"),
        ("is_touched", "Contacted", "Contacté"),
        ("is_converted", "Became an opportunity", "Devenu une affaire"),
        ("is_customer", "Became a customer", "Devenu client"),
        ("opp_days", "Days until an opportunity", "Jours avant l'affaire"),
        ("touch_seconds", "Seconds until first contact", "Secondes avant le premier contact"),
        ("kind", "Kind of activity", "Nature d'activité"),
        ("is_automated", "Done by a machine", "Faite par une machine"),
        ("is_done", "Done", "Faite"),
        ("is_held", "Held", "Tenu"),
        ("is_no_show", "Did not show up", "Absent"),
        ("is_cancelled", "Cancelled", "Annulé"),
        ("is_on_time", "On time", "À l'heure"),
        ("is_late", "Late", "En retard"),
        ("direction", "Direction (in, out)", "Sens (in, out)"),
        ("outcome", "Outcome", "Issue"),
        ("is_answered", "Answered", "Répondu"),
        ("is_abandoned", "Given up", "Abandonné"),
        ("wait_s", "Waiting time in seconds", "Attente en secondes"),
        ("seconds", "Length in seconds", "Durée en secondes"),
        ("is_delivered", "Delivered", "Remis"),
        ("is_opened", "Opened", "Ouvert"),
        ("is_clicked", "Clicked", "Cliqué"),
        ("is_replied", "Replied to", "Avec réponse"),
        ("is_bounced", "Bounced", "Rejeté"),
        ("is_valid", "Valid (not cancelled)", "Valable (non annulée)"),
        ("order_rank", "Its number among the customer's orders",
         "Son rang parmi les commandes du client"),
        ("days_to_next", "Days until the next order", "Jours avant la commande suivante"),
        ("is_advanced", "Went on", "A avancé"),
        ("is_lost_here", "Lost in the stage", "Perdue dans l'étape"),
        ("score", "Score", "Note"),
        ("is_nps", "NPS question", "Question NPS"),
        ("is_csat", "Satisfaction question", "Question de satisfaction"),
    )
}  # fmt: skip


def offered(project: Project) -> Sequence[Dated]:
    """Everything that can be counted: what is shipped, then the project's own facts."""
    return (*SHIPPED, *(one for name in sorted(own(project).facts) for one in _own(project, name)))


def find(project: Project, word: str) -> Dated | None:
    """What `fact:date` stands for, None when it is not offered."""
    return next((one for one in offered(project) if one.word == word), None)


def _own(project: Project, name: str) -> Sequence[Dated]:
    fact = facts(project)[name]
    agents = [c.removesuffix("_agent_id") for c in fact.columns if c.endswith("_agent_id")]
    if fact.is_windowed:
        return []
    return _dated(name, name, name, *(
        (column, agents[0] if agents else "current", "", f"by {column}", f"par {column}")
        for column in fact.columns if column.endswith("_on")
    ))  # fmt: skip


def columns_of(project: Project, dated: Dated) -> Sequence[Column]:
    """The columns that can be filtered and measured by, those with words only when shipped."""
    cut = cutoff(project, None, utc_now())
    table = fact_table(project, dated.fact, cut).table
    rows = project.engine.query(f"DESCRIBE {table}")
    known = {
        one.column.format(agent=dated.agent): one
        for one in DIMENSIONS.values()
        if not one.climb
    }
    is_own = dated.fact in own(project).facts
    found = []
    for row in rows:
        name, kind = str(row[0]), _kind(str(row[1]))
        dimension = known.get(name)
        if name in LABELS:
            found.append(Column(name=name, kind=kind, label=LABELS[name]))
        elif dimension is not None:
            label = Both(en=dimension.en, fr=dimension.fr)
            found.append(Column(name=name, kind=kind, label=label, table=dimension.table))
        elif is_own:
            found.append(Column(name=name, kind=kind, label=Both(en=name, fr=name)))
    return found


def _kind(sql_type: str) -> str:
    if sql_type == "BOOLEAN":
        return "truth"
    if sql_type.startswith(("DATE", "TIMESTAMP")):
        return "date"
    numbers = ("DECIMAL", "DOUBLE", "BIGINT", "INTEGER", "HUGEINT", "FLOAT", "SMALLINT", "TINYINT")
    return "number" if sql_type.startswith(numbers) else "text"
