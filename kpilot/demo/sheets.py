"""Which files the company's CRM exports, and what its columns are called.

English headers mostly, French ones where the French office keeps the list; people, products,
stages and channels stand there by name, as exports have them, elsewhere by identifier.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One file: its canonical table, and pairs of (header, column of `views.py`)."""

    file: str
    table: str
    columns: tuple[tuple[str, str], ...]
    is_french: bool = False


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """(header, column) from lines of “Header = column”."""
    pairs = (line.split("=") for line in text.strip().splitlines())
    return tuple((header.strip(), column.strip()) for header, column in pairs)


SHEETS = (
    Sheet(file="teams.csv", table="team", columns=_columns("""
        Team ID = id
        Team name = name
        Parent team = parent_id""")),
    Sheet(file="users.csv", table="agent", columns=_columns("""
        User ID = id
        Full name = name
        Email = email
        Team ID = team_id
        Manager ID = manager_id
        Kind = kind
        Active from = active_from
        Active to = active_to""")),
    Sheet(file="team_history.csv", table="agent_team_history", columns=_columns("""
        User ID = agent_id
        From date = from_date
        Team ID = team_id""")),
    Sheet(file="canaux.csv", table="channel", is_french=True, columns=_columns("""
        Identifiant = id
        Canal = name
        Nature = kind
        Est payant = is_paid
        Sens = motion
        Portée = reach""")),
    Sheet(file="campaigns.csv", table="campaign", columns=_columns("""
        Campaign ID = id
        Campaign name = name
        Channel = channel
        Start date = start_date
        End date = end_date""")),
    Sheet(file="produits.csv", table="product", is_french=True, columns=_columns("""
        Identifiant = id
        Produit = name
        Catégorie = category
        Est récurrent = is_recurring
        Prix catalogue = list_price
        Coût unitaire = unit_cost""")),
    Sheet(file="lead_statuses.csv", table="lead_status", columns=_columns("""
        Status ID = id
        Status = name
        Is qualified = is_qualified
        Is disqualified = is_disqualified
        Is converted = is_converted""")),
    Sheet(file="pipelines.csv", table="pipeline", columns=_columns("""
        Pipeline ID = id
        Pipeline = name""")),
    Sheet(file="stages.csv", table="stage", columns=_columns("""
        Stage ID = id
        Pipeline = pipeline
        Stage = name
        Position = pos
        Kind = kind
        Probability = probability
        Days before it is stalled = rot_days""")),
    Sheet(file="comptes.csv", table="account", is_french=True, columns=_columns("""
        Identifiant = id
        Nom du compte = name
        Segment = segment
        Secteur = industry
        Pays = country
        Modèle = model
        Propriétaire = owner
        Premier canal = channel
        Date de création = created_on""")),
    Sheet(file="contacts.csv", table="contact", columns=_columns("""
        Contact ID = id
        Name = name
        Account ID = account_id
        Email = email
        Phone = phone
        Created date = created_at""")),
    Sheet(file="leads.csv", table="lead", columns=_columns("""
        Lead ID = id
        Created date = created_at
        Lead owner = owner
        Lead status = status
        Email = email
        Phone = phone
        Lead source = channel
        Campaign = campaign
        Converted date = converted_at
        Converted opportunity ID = converted_opportunity_id
        Disqualify reason = disqualify_reason""")),
    Sheet(file="opportunities.csv", table="opportunity", columns=_columns("""
        Opportunity ID = id
        Opportunity name = name
        Pipeline = pipeline
        Stage = stage
        Owner = owner
        Account ID = account_id
        Lead ID = lead_id
        Amount = amount
        Currency = currency
        Created date = created_at
        Close date = close_date
        Probability (%) = percent
        Close reason = close_reason
        Type = type
        Channel = channel
        Product = product""")),
    Sheet(file="opportunity_stage_history.csv", table="stage_history", columns=_columns("""
        Opportunity ID = opportunity_id
        Date = at
        Stage = stage""")),
    Sheet(file="opportunity_owner_history.csv", table="owner_history", columns=_columns("""
        Opportunity ID = opportunity_id
        Date = at
        Owner ID = agent_id""")),
    Sheet(file="opportunity_amount_history.csv", table="amount_history", columns=_columns("""
        Opportunity ID = opportunity_id
        Date = at
        Amount = amount""")),
    Sheet(file="opportunity_close_date_history.csv", table="close_date_history",
          columns=_columns("""
        Opportunity ID = opportunity_id
        Date = at
        Expected close date = expected_close_date""")),
    Sheet(file="lead_status_history.csv", table="lead_status_history", columns=_columns("""
        Lead ID = lead_id
        Date = at
        Lead status = status""")),
    Sheet(file="lead_owner_history.csv", table="lead_owner_history", columns=_columns("""
        Lead ID = lead_id
        Date = at
        Owner ID = agent_id""")),
    Sheet(file="commandes.csv", table="order", is_french=True, columns=_columns("""
        Numéro de commande = id
        Identifiant du compte = account_id
        Date de commande = ordered_at_local
        Statut = status
        Montant net = net_amount
        Devise = currency
        Commercial = owner
        Identifiant de l'affaire = opportunity_id""")),
    Sheet(file="order_lines.csv", table="order_line", columns=_columns("""
        Line ID = id
        Order ID = order_id
        Product ID = product_id
        Quantity = qty
        Net amount = net_amount
        Cost = cost""")),
    Sheet(file="refunds.csv", table="refund", columns=_columns("""
        Refund ID = id
        Order ID = order_id
        Refund date = refunded_on
        Net amount = net_amount""")),
    Sheet(file="subscriptions.csv", table="subscription", columns=_columns("""
        Subscription ID = id
        Account ID = account_id
        Start date = started_on
        End date = ended_on""")),
    Sheet(file="subscription_mrr.csv", table="subscription_mrr", columns=_columns("""
        Account ID = account_id
        Subscription ID = subscription_id
        From date = from_date
        MRR = mrr""")),
    Sheet(file="activities.csv", table="activity", columns=_columns("""
        Activity ID = id
        Type = kind
        Subject = name
        User ID = agent_id
        Created date = created_at
        Start = at
        Direction = direction
        Due date = due_at
        Completed date = completed_at
        Status = status
        Is automated = is_automated
        Lead ID = lead_id
        Opportunity ID = opportunity_id""")),
    Sheet(file="cibles.csv", table="target", is_french=True, columns=_columns("""
        Identifiant = id
        Indicateur = kpi_id
        Pour = scope_type
        Qui = scope_id
        Période = period
        Cible = value
        Devise = currency""")),
    Sheet(file="forecasts.csv", table="forecast", columns=_columns("""
        Forecast ID = id
        KPI = kpi_id
        Scope = scope
        Period = period
        Made on = made_on
        Value = value""")),
    Sheet(file="costs.csv", table="cost", columns=_columns("""
        Cost ID = id
        Category = category
        Function = function
        Amount = amount
        Currency = currency
        Start date = start_date
        End date = end_date
        Channel ID = channel_id""")),
    Sheet(file="fx_rates.csv", table="fx_rate", columns=_columns("""
        From currency = from_currency
        To currency = to_currency
        Date = date
        Rate = rate""")),
    Sheet(file="calls.csv", table="call", columns=_columns("""
        Call ID = id
        Start time = started_at
        Direction = direction
        Outcome = outcome
        Wait (s) = wait_s
        Talk time (s) = talk_s
        Hold time (s) = hold_s
        Wrap-up (s) = wrap_s
        Agent ID = agent_id
        Queue = queue
        Lead ID = lead_id""")),
    Sheet(file="agent_states.csv", table="agent_state", columns=_columns("""
        Agent ID = agent_id
        From = from_at
        To = to_at
        State = state""")),
    Sheet(file="email_events.csv", table="email_event", columns=_columns("""
        Message ID = message_id
        Recipient = recipient
        Event = event
        Timestamp = at
        Is machine = is_machine
        Campaign ID = campaign_id
        User ID = agent_id""")),
    Sheet(file="enquetes.csv", table="survey_response", is_french=True, columns=_columns("""
        Identifiant = id
        Identifiant compte = account_id
        Date = at_on
        Nature = kind
        Note = score""")),
)
