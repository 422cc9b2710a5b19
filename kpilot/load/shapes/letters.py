"""Reports of e-mail services about a campaign: what each address did, in rows or in columns.

Such a report knows no message: the campaign is the message. One with a column for each event ("Sent
at", "Opened at") has a row for each address, and an event wherever there is a time.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.shapes.cells import Column, kept, remade, says
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, listed, text

EVENTS = {
    "sent": ("sent at", "sent", "send time", "sent on", "envoye le", "envoi", "date d envoi"),
    "delivered": ("delivered at", "delivered", "delivered on", "delivre le", "recu le"),
    "opened": ("opened at", "opened", "opened on", "open time", "ouvert le", "first open",
               "first opened at", "premiere ouverture", "date d ouverture"),
    "clicked": ("clicked at", "clicked", "clicked on", "click time", "clique le", "first click",
                "first clicked at", "premier clic", "date de clic"),
    "bounced": ("bounced at", "bounced", "bounced on", "bounce le", "rebond le", "date de rebond"),
    "replied": ("replied at", "replied", "replied on", "repondu le", "date de reponse"),
    "unsubscribed": ("unsubscribed at", "unsubscribed", "unsubscribed on", "desabonne le",
                     "desinscrit le", "date de desinscription"),
    "complained": ("complained at", "complained", "spam at", "marked as spam at", "plainte le"),
}
ADDRESSES = ("email", "email address", "recipient", "destinataire", "adresse email",
             "contact email", "to", "mail", "courriel")


def gather(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each report of e-mails as one row for each event of a message."""
    return [_gathered(desk, raw) if raw.rows and not raw.left_out and not raw.table else raw
            for raw in tables]


def _gathered(desk: Desk, raw: RawTable) -> RawTable:
    held = {event: n for event, words in EVENTS.items() if (n := column(raw, *words)) is not None
            and any(any(c in said for c in "-/.") for said in desk.values(raw, n, 20))}
    address = column(raw, *ADDRESSES)
    if address is not None and len(held) > 1:
        return _unfolded(desk, raw, address, held)
    if kind_of(raw) != "email_event" or meant(raw, "email_event", "message_id") is not None:
        return raw
    message = next((n for n in (meant(raw, "email_event", "campaign_id"), column(
        raw, "subject", "objet", "email name", "email")) if n is not None and n != meant(
            raw, "email_event", "recipient")), None)
    if message is None:
        return raw
    others = [n for n, header in enumerate(raw.columns)  # the number of an event is no message
              if "message_id" in says("email_event", header)]
    return remade(desk, raw, [*kept(raw, others), Column(header="Message", sql=cell(message))],
                  table="email_event", notes=[_told(raw, message)])


def _told(raw: RawTable, message: int) -> Text:
    return Text("{file} names no message: all with the same “{column}” are one.", file=raw.name,
                column=raw.columns[message])


def _unfolded(desk: Desk, raw: RawTable, address: int, held: dict[str, int]) -> RawTable:
    message = meant(raw, "email_event", "message_id")
    campaign = meant(raw, "email_event", "campaign_id")
    subject = column(raw, "subject", "objet", "email name")
    named = next((n for n in (message, campaign, subject) if n is not None and n != address), None)
    parts = [fill('(SELECT "row", {n} AS n, {message} AS c0, {address} AS c1, {event} AS c2,'
                  " {at} AS c3, {campaign} AS c4 FROM {raw} WHERE {at} IS NOT NULL)",
                  n=Sql(str(place)), address=cell(address), event=text(event), at=cell(n),
                  message=cell(named) if named is not None else text(raw.name),
                  campaign=cell(campaign) if campaign is not None else Sql("NULL::VARCHAR"),
                  raw=Sql(raw.cells)) for place, (event, n) in enumerate(held.items())]
    told = [_told(raw, named)] if named is not None and named != message else []
    made = desk.write(
        raw, fill('SELECT row_number() OVER (ORDER BY "row", n) + 1 AS "row", c0, c1, c2, c3, c4'
                  " FROM ({parts})", parts=listed(parts, between=" UNION ALL ")),
        ("Message", "Recipient", "Event", "Date", "Campaign"), table="email_event", notes=told)
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)
