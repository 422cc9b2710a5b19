"""The canonical data model, table by table (specification §1), in the order they are loaded.

A table stands after every table it refers to, so one pass in this order never meets an id whose
row is still to come.
"""

from kpilot.core.schema import Field, Table, choice, field, key, ref

_AT = field("at", "instant", "Date", "Date", past=True, required=True)
_MONEY = field("amount", "money", "Amount", "Montant")
PERSON_NAMES = (
    field("first_name", "text", "First name", "Prénom", virtual=True),
    field("last_name", "text", "Last name", "Nom de famille", virtual=True),
)
CLOSING_SIGNS = (
    field("is_won", "boolean", "Is won", "Est gagnée", virtual=True),
    field("is_lost", "boolean", "Is lost", "Est perdue", virtual=True),
    field("is_closed", "boolean", "Is closed", "Est close", virtual=True),
)
_CURRENCY = field("currency", "text", "Currency", "Devise")


def _history(name: str, en: str, fr: str, of: str, value: Field) -> Table:
    """What a record's `value` was from each moment on; the first row is its creation."""
    owner = ref(f"{of}_id", of, of.capitalize(), of.capitalize(), required=True)
    return Table(name=name, en=en, fr=fr, fields=(owner, _AT, value),
                 key=(f"{of}_id", "at", "at_on"), is_entity=False)


TEAM = Table(name="team", en="Teams", fr="Équipes", fields=(
    key(),
    field("name", "text", "Team", "Équipe", required=True),
    ref("parent_id", "team", "Parent team", "Équipe mère"),
))
AGENT = Table(name="agent", en="Salespeople", fr="Commerciaux", fields=(
    key(),
    field("name", "text", "Name", "Nom", required=True),
    *PERSON_NAMES,
    field("email", "text", "E-mail", "E-mail"),
    ref("team_id", "team", "Team", "Équipe"),
    field("parent_team", "text", "Team above the team", "Équipe au-dessus de l'équipe",
          virtual=True),
    ref("manager_id", "agent", "Manager", "Responsable"),
    choice("kind", "Kind", "Nature", "human queue system"),
    field("active_from", "date", "Active from", "Actif du"),
    field("active_to", "date", "Active to", "Actif jusqu'au"),
    field("tz", "text", "Time zone", "Fuseau horaire"),
    field("quota_role", "text", "Quota role", "Rôle d'objectif"),
))
CHANNEL = Table(name="channel", en="Channels", fr="Canaux", fields=(
    key(),
    field("name", "text", "Channel", "Canal", required=True),
    choice("kind", "Kind", "Nature",
           "ads organic outbound referral partner event phone chat social store other"),
    field("is_paid", "boolean", "Is paid", "Est payant"),
    choice("motion", "Motion", "Sens", "inbound outbound"),
    choice("reach", "Reach", "Portée", "internal external"),
))
CAMPAIGN = Table(name="campaign", en="Campaigns", fr="Campagnes", fields=(
    key(),
    field("name", "text", "Campaign", "Campagne", required=True),
    ref("channel_id", "channel", "Channel", "Canal"),
    field("start_date", "date", "Start", "Début"),
    field("end_date", "date", "End", "Fin"),
))
PRODUCT = Table(name="product", en="Products", fr="Produits", fields=(
    key(),
    field("name", "text", "Product", "Produit", required=True),
    field("category", "text", "Category", "Catégorie"),
    field("is_recurring", "boolean", "Is recurring", "Est récurrent"),
    field("list_price", "money", "List price", "Prix catalogue"),
    field("unit_cost", "money", "Unit cost", "Coût unitaire"),
))
ACCOUNT = Table(name="account", en="Accounts", fr="Comptes", fields=(
    key(),
    field("name", "text", "Account", "Compte"),
    field("segment", "text", "Segment", "Segment"),
    field("industry", "text", "Industry", "Secteur"),
    field("country", "text", "Country", "Pays"),
    choice("model", "Business model", "Modèle", "b2b b2c"),
    ref("owner_id", "agent", "Owner", "Propriétaire"),
    ref("first_channel_id", "channel", "First channel", "Premier canal"),
    field("became_customer_at", "instant", "Became a customer", "Devenu client", past=True),
))
CONTACT = Table(name="contact", en="Contacts", fr="Contacts", fields=(
    key(),
    field("name", "text", "Name", "Nom"),
    *PERSON_NAMES,
    ref("account_id", "account", "Account", "Compte"),
    field("email", "text", "E-mail", "E-mail"),
    field("phone", "text", "Phone", "Téléphone"),
))
LEAD_STATUS = Table(name="lead_status", en="Lead statuses", fr="Statuts de prospect", fields=(
    key(),
    field("name", "text", "Status", "Statut", required=True),
    field("is_qualified", "boolean", "Is qualified", "Est qualifié", required=True),
    field("is_disqualified", "boolean", "Is disqualified", "Est écarté"),
    field("is_converted", "boolean", "Is converted", "Est converti"),
))
PIPELINE = Table(name="pipeline", en="Pipelines", fr="Pipelines", fields=(
    key(),
    field("name", "text", "Pipeline", "Pipeline", required=True),
))
STAGE = Table(name="stage", en="Stages", fr="Étapes", fields=(
    key(),
    ref("pipeline_id", "pipeline", "Pipeline", "Pipeline"),
    field("name", "text", "Stage", "Étape", required=True),
    field("pos", "integer", "Position", "Position", required=True),
    choice("kind", "Kind", "Nature", "open won lost", required=True),
    field("probability", "ratio", "Probability", "Probabilité"),
    *CLOSING_SIGNS,
    field("rot_days", "integer", "Days before it is stalled", "Jours avant d'être au point mort"),
))
LEAD = Table(name="lead", en="Leads", fr="Prospects", fields=(
    key(),
    field("name", "text", "Lead", "Prospect"),
    *PERSON_NAMES,
    ref("owner_id", "agent", "Owner", "Propriétaire"),
    ref("status_id", "lead_status", "Status", "Statut"),
    field("email", "text", "E-mail", "E-mail"),
    field("phone", "text", "Phone", "Téléphone"),
    ref("channel_id", "channel", "Channel", "Canal"),
    ref("campaign_id", "campaign", "Campaign", "Campagne"),
    ref("account_id", "account", "Account", "Compte"),
    ref("contact_id", "contact", "Contact", "Contact"),
    field("first_contact_at", "instant", "First contact", "Premier contact", past=True),
    field("qualified_at", "instant", "Qualified", "Qualification", past=True),
    field("converted_at", "instant", "Converted", "Conversion", past=True),
    ref("converted_opportunity_id", "opportunity", "Converted to", "Converti en"),
    field("disqualify_reason", "text", "Reason set aside", "Motif d'abandon"),
))
OPPORTUNITY = Table(name="opportunity", en="Opportunities", fr="Affaires", fields=(
    key(),
    field("name", "text", "Opportunity", "Affaire"),
    ref("pipeline_id", "pipeline", "Pipeline", "Pipeline"),
    ref("stage_id", "stage", "Stage", "Étape"),
    choice("status", "Open, won or lost", "Ouverte, gagnée ou perdue", "open won lost"),
    ref("owner_id", "agent", "Owner", "Propriétaire"),
    ref("account_id", "account", "Account", "Compte"),
    ref("contact_id", "contact", "Contact", "Contact"),
    ref("lead_id", "lead", "Lead", "Prospect"),
    _MONEY,
    _CURRENCY,
    field("won_amount", "money", "Amount once won", "Montant une fois gagnée", virtual=True),
    field("started_at", "instant", "First engaged", "Premier échange", past=True),
    field("close_date", "instant", "Close date (won, lost or expected)",
          "Date de clôture (gagnée, perdue ou prévue)", virtual=True),
    field("won_at", "instant", "Won on", "Gagnée le", virtual=True),
    field("lost_at", "instant", "Lost on", "Perdue le", virtual=True),
    field("status_changed_at", "instant", "Stage or status changed on",
          "Étape ou statut changé le", virtual=True),
    *CLOSING_SIGNS,
    field("is_active", "boolean", "Is active (lost when it is not)",
          "Est active (perdue sinon)", virtual=True),
    field("closed_at", "instant", "Won or lost on", "Gagnée ou perdue le", past=True),
    field("expected_close_date", "date", "Expected close", "Clôture prévue"),
    field("probability", "ratio", "Probability", "Probabilité"),
    field("close_reason", "text", "Close reason", "Motif de clôture"),
    choice("type", "Type", "Type", "new expansion renewal"),
    field("forecast_category", "text", "Forecast category", "Catégorie de prévision"),
    ref("channel_id", "channel", "Channel", "Canal"),
    ref("campaign_id", "campaign", "Campaign", "Campagne"),
    ref("product_id", "product", "Product", "Produit"),
))
STAGE_HISTORY = _history("stage_history", "Stage history", "Historique des étapes", "opportunity",
                         ref("stage_id", "stage", "Stage", "Étape", required=True))
OWNER_HISTORY = _history("owner_history", "Owner history", "Historique des propriétaires",
                         "opportunity", ref("agent_id", "agent", "Owner", "Propriétaire"))
AMOUNT_HISTORY = _history("amount_history", "Amount history", "Historique des montants",
                          "opportunity", _MONEY)
CLOSE_DATE_HISTORY = _history(
    "close_date_history", "Close date history", "Historique des dates de clôture", "opportunity",
    field("expected_close_date", "date", "Expected close", "Clôture prévue"))
PROBABILITY_HISTORY = _history(
    "probability_history", "Probability history", "Historique des probabilités", "opportunity",
    field("probability", "ratio", "Probability", "Probabilité"))
LEAD_STATUS_HISTORY = _history(
    "lead_status_history", "Lead status history", "Historique des statuts de prospect", "lead",
    ref("status_id", "lead_status", "Status", "Statut", required=True))
LEAD_OWNER_HISTORY = _history(
    "lead_owner_history", "Lead owner history", "Historique des propriétaires de prospect", "lead",
    ref("agent_id", "agent", "Owner", "Propriétaire"))
AGENT_TEAM_HISTORY = Table(
    name="agent_team_history", en="Team history", fr="Historique des équipes", is_entity=False,
    key=("agent_id", "from_date"), fields=(
        ref("agent_id", "agent", "Salesperson", "Commercial", required=True),
        field("from_date", "date", "From", "À partir du", required=True),
        ref("team_id", "team", "Team", "Équipe"),
    ))
OPPORTUNITY_SPLIT = Table(
    name="opportunity_split", en="Splits", fr="Partages", is_entity=False,
    key=("opportunity_id", "agent_id"), fields=(
        ref("opportunity_id", "opportunity", "Opportunity", "Affaire", required=True),
        ref("agent_id", "agent", "Salesperson", "Commercial", required=True),
        field("weight", "number", "Share", "Part", required=True),
    ))
OPPORTUNITY_LINE = Table(name="opportunity_line", en="Opportunity lines", fr="Lignes d'affaire",
                         fields=(
    key(),
    ref("opportunity_id", "opportunity", "Opportunity", "Affaire", required=True),
    ref("product_id", "product", "Product", "Produit"),
    field("qty", "number", "Quantity", "Quantité"),
    field("net_amount", "money", "Net amount", "Montant net", required=True),
    _CURRENCY,
    field("cost", "money", "Cost", "Coût"),
))
ORDER = Table(name="order", en="Orders", fr="Commandes", fields=(
    key(),
    ref("account_id", "account", "Account", "Compte", required=True),
    field("ordered_at", "instant", "Ordered", "Commande", past=True, required=True),
    choice("status", "Status", "Statut", "draft confirmed invoiced paid cancelled"),
    field("net_amount", "money", "Net amount", "Montant net"),
    _CURRENCY,
    ref("owner_id", "agent", "Owner", "Propriétaire"),
    ref("channel_id", "channel", "Channel", "Canal"),
    ref("opportunity_id", "opportunity", "Opportunity", "Affaire"),
))
ORDER_LINE = Table(name="order_line", en="Order lines", fr="Lignes de commande", fields=(
    key(),
    ref("order_id", "order", "Order", "Commande", required=True),
    ref("product_id", "product", "Product", "Produit"),
    field("qty", "number", "Quantity", "Quantité"),
    field("net_amount", "money", "Net amount", "Montant net", required=True),
    _CURRENCY,
    field("cost", "money", "Cost", "Coût"),
))
REFUND = Table(name="refund", en="Refunds", fr="Remboursements", fields=(
    key(),
    ref("order_id", "order", "Order", "Commande", required=True),
    field("refunded_at", "instant", "Refunded", "Remboursement", past=True, required=True),
    field("net_amount", "money", "Net amount", "Montant net", required=True),
    _CURRENCY,
))
SUBSCRIPTION = Table(name="subscription", en="Subscriptions", fr="Abonnements", fields=(
    key(),
    ref("account_id", "account", "Account", "Compte", required=True),
    field("started_at", "instant", "Started", "Début", past=True, required=True),
    field("ended_at", "instant", "Ended", "Fin"),
    _CURRENCY,
))
SUBSCRIPTION_MRR = Table(
    name="subscription_mrr", en="Recurring revenue", fr="Revenu récurrent", is_entity=False,
    key=("account_id", "subscription_id", "from_date"), fields=(
        ref("account_id", "account", "Account", "Compte"),
        ref("subscription_id", "subscription", "Subscription", "Abonnement"),
        field("from_date", "date", "From", "À partir du", past=True, required=True),
        field("mrr", "money", "Monthly revenue", "Revenu mensuel", required=True),
        _CURRENCY,
    ))
ACTIVITY = Table(name="activity", en="Activities", fr="Activités", fields=(
    key(),
    choice("kind", "Kind", "Nature", "call email meeting task message", required=True),
    field("name", "text", "Subject", "Objet"),
    ref("agent_id", "agent", "Salesperson", "Commercial"),
    ref("created_by_id", "agent", "Created by", "Créée par"),
    field("at", "instant", "Start", "Début", past=False),
    choice("direction", "Direction", "Sens", "in out"),
    field("due_at", "instant", "Due", "Échéance"),
    field("completed_at", "instant", "Completed", "Achèvement", past=True),
    choice("status", "Status", "Statut", "planned done cancelled no_show"),
    field("is_automated", "boolean", "Is automated", "Est automatique"),
    ref("lead_id", "lead", "Lead", "Prospect"),
    ref("opportunity_id", "opportunity", "Opportunity", "Affaire"),
    ref("account_id", "account", "Account", "Compte"),
))
TASK_EVENT = Table(
    name="task_event", en="Task events", fr="Événements de tâche", is_entity=False,
    key=("task_id", "agent_id", "at", "at_on", "kind"), fields=(
        ref("task_id", "activity", "Task", "Tâche", required=True),
        ref("agent_id", "agent", "Salesperson", "Commercial"),
        _AT,
        choice("kind", "Kind", "Nature", "status comment time assigned other", required=True),
    ))
NOTIFICATION = Table(name="notification", en="Notifications", fr="Notifications", fields=(
    key(),
    ref("agent_id", "agent", "Salesperson", "Commercial", required=True),
    _AT,
    field("read_at", "instant", "Read", "Lecture"),
))
EMAIL_MESSAGE = Table(name="email_message", en="E-mail messages", fr="Messages e-mail", fields=(
    key(),
    field("subject", "text", "Subject", "Objet"),
    field("variant", "text", "Variant", "Variante"),
    ref("campaign_id", "campaign", "Campaign", "Campagne"),
    field("sent_at", "instant", "Sent", "Envoi", past=True),
))
EMAIL_EVENT = Table(
    name="email_event", en="E-mail events", fr="Événements d'e-mail", is_entity=False,
    key=("message_id", "recipient", "event", "at", "at_on"), fields=(
        field("message_id", "id", "Message", "Message", required=True),
        field("recipient", "text", "Recipient", "Destinataire", required=True),
        choice("event", "Event", "Événement",
               "sent delivered bounced opened clicked replied unsubscribed complained",
               required=True),
        _AT,
        field("is_machine", "boolean", "By a machine", "Par une machine"),
        ref("campaign_id", "campaign", "Campaign", "Campagne"),
        ref("agent_id", "agent", "Salesperson", "Commercial"),
    ))
CALL = Table(name="call", en="Calls", fr="Appels", fields=(
    key(),
    field("started_at", "instant", "Started", "Début", past=True, required=True),
    choice("direction", "Direction", "Sens", "inbound outbound", required=True),
    choice("outcome", "Outcome", "Issue",
           "answered abandoned voicemail callback busy no_answer", required=True),
    field("wait_s", "number", "Wait (s)", "Attente (s)"),
    field("talk_s", "number", "Talk (s)", "Conversation (s)"),
    field("hold_s", "number", "Hold (s)", "Mise en attente (s)"),
    field("wrap_s", "number", "Wrap-up (s)", "Clôture (s)"),
    ref("agent_id", "agent", "Salesperson", "Commercial"),
    field("queue", "text", "Queue", "File"),
    ref("lead_id", "lead", "Lead", "Prospect"),
    ref("account_id", "account", "Account", "Compte"),
))
AGENT_STATE = Table(
    name="agent_state", en="Agent states", fr="États d'agent", is_entity=False,
    key=("agent_id", "from_at", "from_on"), fields=(
        ref("agent_id", "agent", "Salesperson", "Commercial", required=True),
        field("from_at", "instant", "From", "De", past=True, required=True),
        field("to_at", "instant", "To", "À"),
        choice("state", "State", "État", "available handling break offline", required=True),
    ))
COST = Table(name="cost", en="Costs", fr="Coûts", fields=(
    key(),
    choice("category", "Category", "Catégorie",
           "ads agency tools salary commission overhead other", required=True),
    choice("function", "Function", "Fonction", "marketing sales cs", required=True),
    field("amount", "money", "Amount", "Montant", required=True),
    _CURRENCY,
    field("start_date", "date", "Start", "Début", required=True),
    field("end_date", "date", "End (not included)", "Fin (exclue)", required=True),
    ref("channel_id", "channel", "Channel", "Canal"),
    ref("campaign_id", "campaign", "Campaign", "Campagne"),
    ref("team_id", "team", "Team", "Équipe"),
))
TARGET = Table(name="target", en="Targets", fr="Cibles", fields=(
    key(),
    field("kpi_id", "text", "KPI", "Indicateur"),
    choice("scope_type", "For", "Pour", "org team agent"),
    field("scope_id", "id", "Who", "Qui"),
    Field(name="agent_id", kind="id", en="Salesperson", fr="Commercial", references="agent",
          virtual=True),
    Field(name="team_id", kind="id", en="Team", fr="Équipe", references="team", virtual=True),
    field("period", "period", "Period", "Période", required=True),
    field("value", "money", "Target", "Cible", required=True),
    _CURRENCY,
    choice("direction", "Direction", "Sens", "up down"),
))
FORECAST = Table(name="forecast", en="Forecasts", fr="Prévisions", fields=(
    key(),
    field("kpi_id", "text", "KPI", "Indicateur", required=True),
    field("scope", "text", "Scope", "Périmètre"),
    field("period", "period", "Period", "Période", required=True),
    field("made_at", "instant", "Made", "Établie le", required=True),
    field("value", "money", "Value", "Valeur", required=True),
))
FX_RATE = Table(
    name="fx_rate", en="Exchange rates", fr="Taux de change", is_entity=False,
    key=("from_currency", "to_currency", "date"), fields=(
        field("from_currency", "text", "From", "De", required=True),
        field("to_currency", "text", "To", "Vers", required=True),
        field("date", "date", "Date", "Date", required=True),
        field("rate", "number", "Rate", "Taux", required=True),
    ))
CALENDAR_DAY = Table(
    name="calendar_day", en="Calendar", fr="Calendrier", is_entity=False, key=("date",), fields=(
        field("date", "date", "Date", "Date", required=True),
        field("is_working", "boolean", "Working day", "Jour ouvré"),
        field("fiscal_year", "text", "Fiscal year", "Exercice"),
        field("fiscal_period", "text", "Fiscal period", "Période fiscale"),
        field("season_weight", "number", "Season weight", "Poids saisonnier"),
    ))
BUSINESS_HOURS = Table(
    name="business_hours", en="Business hours", fr="Heures d'ouverture", is_entity=False,
    key=("team_id", "weekday", "from_time"), fields=(
        ref("team_id", "team", "Team", "Équipe"),
        choice("weekday", "Weekday (1 is Monday)", "Jour de la semaine (1 pour lundi)",
               "1 2 3 4 5 6 7", required=True),
        field("from_time", "time", "Opens", "Ouverture", required=True),
        field("to_time", "time", "Closes", "Fermeture", required=True),
    ))
SURVEY_RESPONSE = Table(name="survey_response", en="Survey answers", fr="Réponses d'enquête",
                        fields=(
    key(),
    ref("account_id", "account", "Account", "Compte"),
    _AT,
    choice("kind", "Kind", "Nature", "csat nps"),
    field("score", "number", "Score", "Note", required=True),
))

TABLES: dict[str, Table] = {table.name: table for table in (
    TEAM, AGENT, CHANNEL, CAMPAIGN, PRODUCT, ACCOUNT, CONTACT, LEAD_STATUS, PIPELINE, STAGE,
    LEAD, OPPORTUNITY, STAGE_HISTORY, OWNER_HISTORY, AMOUNT_HISTORY, CLOSE_DATE_HISTORY,
    PROBABILITY_HISTORY, LEAD_STATUS_HISTORY, LEAD_OWNER_HISTORY, AGENT_TEAM_HISTORY,
    OPPORTUNITY_SPLIT, OPPORTUNITY_LINE, ORDER, ORDER_LINE, REFUND, SUBSCRIPTION,
    SUBSCRIPTION_MRR, ACTIVITY, TASK_EVENT, NOTIFICATION, EMAIL_MESSAGE, EMAIL_EVENT, CALL,
    AGENT_STATE, COST, TARGET, FORECAST, FX_RATE, CALENDAR_DAY, BUSINESS_HOURS, SURVEY_RESPONSE,
)}
