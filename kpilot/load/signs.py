"""Open, won or lost, and since when: what the many ways of saying so come to.

A status speaks first, then dates of winning and losing, then "is won", "is lost" and "is closed",
then "is active" (what is not was lost), then the stage. Where nothing speaks, the opportunity is
open.
"""

from collections.abc import Mapping

from kpilot.core.text import Text
from kpilot.load.headers import fold, phrase
from kpilot.load.work import Mapped, Staged, Work
from kpilot.warehouse.sql import Sql, fill, listed, text


def signs(staged: Staged) -> list[Sql]:
    """SQL over the typed cells: what each sign the file has says, in the order they are heard."""
    has = {mapped.field for mapped in staged.mapped}
    found = [Sql('"status"')] if "status" in has else []
    if has & {"won_at", "lost_at"}:
        won = Sql("coalesce(won_at, won_on)" if "won_at" in has else "NULL::TIMESTAMP")
        lost = Sql("coalesce(lost_at, lost_on)" if "lost_at" in has else "NULL::TIMESTAMP")
        found.append(fill("CASE WHEN {lost} > {won} THEN 'lost' WHEN {won} IS NOT NULL THEN 'won'"
                          " WHEN {lost} IS NOT NULL THEN 'lost' END", won=won, lost=lost))
    if "is_won" in has:
        found.append(Sql("CASE WHEN is_won THEN 'won' END"))
    if "is_lost" in has:
        found.append(Sql("CASE WHEN is_lost THEN 'lost' END"))
    if "is_closed" in has:
        closed = Sql("WHEN is_closed THEN 'lost'" if "is_won" in has else "")
        found.append(fill("CASE {closed} WHEN NOT is_closed THEN 'open' END", closed=closed))
    if "is_active" in has:
        found.append(Sql("CASE WHEN NOT is_active THEN 'lost' END"))
    return found


def row_kind(staged: Staged) -> Sql:
    """SQL over the typed cells: open, won or lost."""
    said = [*signs(staged), *([Sql("_kind")] if staged.column("stage_id") else [])]
    return fill("coalesce({said})", said=listed([*said, text("open")]))


def closing(work: Work, staged: Staged, made: Mapping[str, Sql]) -> dict[str, Sql]:
    """The columns for status and closing, as far as the file says anything about them."""
    found: dict[str, Sql] = {}
    said, kind = signs(staged), row_kind(staged)
    if said:
        found["status"] = fill("coalesce({said})", said=listed([*said, Sql("NULL::VARCHAR")]))
    elif staged.column("stage_id"):
        # The stage decides when the file has no status: an older status must not contradict it.
        found["status"] = Sql("NULL::VARCHAR")
    sources = [source for source in ("closed_at", "won_at", "lost_at", "close_date",
                                     "status_changed_at") if staged.column(source)]
    if not sources and (planned := staged.column("expected_close_date")):
        found |= _expected(work, staged, planned, kind)
    if set(sources) - {"closed_at"}:
        found["closed_at"] = _first(sources, kind, "at")
        found["closed_on"] = _first(sources, kind, "on")
    if "close_date" in sources:
        day = fill("coalesce(close_date_on, CAST(close_date AT TIME ZONE 'UTC' AT TIME ZONE {tz}"
                   " AS DATE))", tz=text(work.tz))
        due = fill("CASE WHEN {kind} = 'open' THEN {day} END", kind=kind, day=day)
        known = made.get("expected_close_date")
        found["expected_close_date"] = fill("coalesce({known}, {due})", known=known,
                                            due=due) if known else due
    return found


def _expected(work: Work, staged: Staged, due: Mapped, kind: Sql) -> dict[str, Sql]:
    """The expected date as that of closing, for new rows of a file that has no other.

    Not where a history of stages comes along, which knows the day; known rows keep theirs.
    """
    if any(plan.table == "stage_history" and not plan.skip for plan in work.plan.tables):
        return {}
    staged.kept = {**staged.kept, "closed_at": Sql("TRUE"), "closed_on": Sql("TRUE")}
    staged.notes.append(Text(
        "{file} has no day of closing: what is won or lost counts on its “{column}”.",
        file=staged.plan.raw.name, column=due.header))
    return {"closed_at": Sql("NULL::TIMESTAMP"), "closed_on": fill(
        "CASE WHEN {kind} <> 'open' AND expected_close_date <= {now} THEN expected_close_date END",
        kind=kind, now=Sql(f"DATE '{work.now.date()}'"))}


def _first(sources: list[str], kind: Sql, part: str) -> Sql:
    """SQL: the moment ("at") or date ("on") of the first source that says when it closed.

    One source gives both, so that never a moment of one stands beside a date of another.
    """
    cases = []
    for source in sources:
        on = source.removesuffix("_at") + "_on"
        when = fill("({at} IS NOT NULL OR {on} IS NOT NULL)", at=source, on=on)
        if source != "closed_at":
            wanted = {"won_at": "= 'won'", "lost_at": "= 'lost'"}.get(source, "<> 'open'")
            when = fill("{when} AND {kind} {wanted}", when=when, kind=kind, wanted=Sql(wanted))
        cases.append(fill("WHEN {when} THEN {value}", when=when,
                          value=source if part == "at" else on))
    return fill("CASE {cases} END", cases=listed(cases, between=" "))


# The kind of activity that the name of a file tells, the word that stands last in it first.
BY_FILE = {
    "call": "call", "calls": "call", "appel": "call", "appels": "call", "email": "email",
    "emails": "email", "mail": "email", "mails": "email", "meeting": "meeting",
    "meetings": "meeting", "event": "meeting", "events": "meeting", "reunions": "meeting",
    "rdv": "meeting", "evenements": "meeting", "task": "task", "tasks": "task", "taches": "task",
    "note": "task", "notes": "task", "communication": "message", "communications": "message",
    "messages": "message",
}
LOGGED = frozenset({"call", "email", "message"})


def kind_by_file(staged: Staged) -> str | None:
    """The kind of all activities of a file that is named after one: "engagement_call" is calls."""
    if staged.table.name != "activity":
        return None
    words = phrase(f"{staged.plan.raw.name} {staged.plan.raw.sheet}").split()
    return next((BY_FILE[word] for word in reversed(words) if word in BY_FILE), None)


def activity_kind(staged: Staged, made: Mapping[str, Sql]) -> dict[str, Sql]:
    """The kind where a row does not say it, and that what a CRM logged afterwards is done.

    HubSpot writes calls, e-mails and messages down as engagements once they took place.
    """
    kind = kind_by_file(staged)
    if kind is None:
        return {}
    told = made.get("kind")
    found = {"kind": fill("coalesce({told}, {kind})", told=told, kind=text(kind))
             if told else text(kind)}
    is_log = any(fold(header) == "engagement id" for header in staged.plan.raw.columns)
    if is_log and kind in LOGGED and not {"status", "completed_at"} & made.keys():
        staged.notes.append(Text("{file} does not say whether its activities took place: as a"
                                 " log of what was done, all count as done.",
                                 file=staged.plan.raw.name))
        found["status"] = text("done")
    return found
