"""What figures can be broken down by, and how each dimension is found in a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.text import Text

NONE = "(none)"
UNASSIGNED = "(unassigned)"


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One thing to group and filter by.

    column   the fact's column; `{agent}` stands for the agent the attribution picks
    table    the canonical table that names its ids; "" when the value is its own name
    climb    levels of parent teams to go up from `column`: 1 the parent, -1 the topmost
    """

    name: str
    column: str
    en: str
    fr: str
    table: str = ""
    climb: int = 0
    words: tuple[str, ...] = ()


def _d(name: str, column: str, en: str, fr: str, table: str = "", climb: int = 0,
       words: str = "") -> Dimension:  # fmt: skip
    return Dimension(name=name, column=column, en=en, fr=fr, table=table, climb=climb,
                     words=tuple(words.split()))  # fmt: skip


DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        _d("agent", "{agent}_agent_id", "Salesperson", "Commercial", "agent",
           words="owner rep seller salesperson commercial vendeur proprietaire sales_agent"),
        _d("team", "{agent}_team_id", "Team", "Équipe", "team", words="equipe"),
        _d("team_parent", "{agent}_team_id", "Team above", "Équipe mère", "team", 1,
           words="parent_team office regional_office region bureau agence division"),
        _d("team_top", "{agent}_team_id", "Top team", "Équipe de tête", "team", -1,
           words="business_unit direction"),
        _d("account", "account_id", "Account", "Compte", "account",
           words="customer client company compte entreprise"),
        _d("segment", "segment", "Segment", "Segment"),
        _d("industry", "industry", "Industry", "Secteur", words="sector secteur"),
        _d("country", "country", "Country", "Pays", words="pays"),
        _d("product", "product_id", "Product", "Produit", "product", words="produit"),
        _d("channel", "channel_id", "Channel", "Canal", "channel", words="canal origin source"),
        _d("campaign", "campaign_id", "Campaign", "Campagne", "campaign", words="campagne"),
        _d("pipeline", "pipeline_id", "Pipeline", "Pipeline", "pipeline"),
        _d("stage", "stage_id", "Stage", "Étape", "stage", words="etape"),
        _d("status", "status", "Open, won or lost", "Ouverte, gagnée ou perdue", words="statut"),
        _d("close_reason", "close_reason", "Close reason", "Motif de clôture",
           words="reason motif lost_reason"),
        _d("currency", "currency", "Currency", "Devise", words="devise"),
        _d("response_bin", "response_bin", "Response time", "Délai de réponse",
           words="delai_de_reponse"),
        _d("meeting_response_bin", "meeting_response_bin", "Response time before a meeting",
           "Délai de réponse avant rendez-vous"),
        _d("customer_response_bin", "customer_response_bin", "Response time before a purchase",
           "Délai de réponse avant achat"),
        _d("age_bin", "age_bin", "Age in days", "Ancienneté en jours"),
        _d("queue", "queue", "Queue", "File d'attente", words="file"),
        _d("hour", "hour_of_day", "Hour of the day", "Heure de la journée", words="heure"),
        _d("age_months", "age_months", "Age in months", "Ancienneté en mois", words="anciennete"),
        _d("elapsed_days", "elapsed_days", "Days since the start", "Jours depuis le début"),
        _d("elapsed_months", "elapsed_months", "Months since it began, of 30 days",
           "Mois depuis le début, de 30 jours"),
        _d("movement", "movement", "Movement", "Mouvement"),
        _d("tenure_years", "tenure_years", "Years as a customer", "Années de clientèle"),
        _d("kind", "kind", "Kind of activity", "Nature d'activité", words="nature activity_kind"),
    )
}  # fmt: skip

Attribution = Literal[
    "owner_at_event", "owner_first", "owner_current", "touched", "touch_equal", "split"
]
ATTRIBUTIONS: tuple[Attribution, ...] = get_args(Attribution)


def find_dimension(word: str) -> Dimension:
    """The dimension called `word` in English or French; UserError with "did you mean"."""
    folded = word.strip().lower().replace(" ", "_").replace("-", "_")
    if folded in DIMENSIONS:
        return DIMENSIONS[folded]
    for dimension in DIMENSIONS.values():
        if folded in (*dimension.words, dimension.en.lower(), dimension.fr.lower()):
            return dimension
    known = [*DIMENSIONS, *(word for d in DIMENSIONS.values() for word in d.words)]
    raise UserError(
        "There is no dimension “{word}”.",
        word=word,
        hint=did_you_mean(word, known)
        or Text("Dimensions are: {names}.", names=", ".join(DIMENSIONS)),
        code="unknown_dimension",
    )


def stem(attribution: str, at_event: str) -> str:
    """The agent column's first word for an attribution: first, closed, current, …"""
    return {"owner_first": "first", "owner_current": "current"}.get(attribution, at_event)
