"""Which field each column of a file goes to: the words of its header, checked against its cells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpilot.core.text import Text
from kpilot.load.choices import share_known
from kpilot.load.headers import Meaning, fold
from kpilot.load.labels import target_label
from kpilot.load.meanings import DESCRIBED, meanings
from kpilot.load.periods import canonical
from kpilot.load.profile import ColumnProfile
from kpilot.load.targets import Target, find

FITS = 0.5
SOME_YEAR = 2000  # of months without one: that they are periods is all that matters
ENDS = {"close_date", "closed_at", "won_at", "lost_at", "status_changed_at"}
CHANGED = {
    "last stage change", "last stage change at", "last stage change date", "stage change time",
    "stage changed at", "deal stage updated at", "last stage at", "status changed at",
    "last status change", "status change date", "date changement statut",
    "date dernier changement statut", "dernier changement statut", "statut modifie le",
    "dernier changement etape", "date dernier changement etape", "date changement etape"}
_SECONDS = re.compile(r"\d{1,3}(:\d\d){1,2}")
TEMPORAL = ("instant", "date")
GONE = ("is_deleted", "deleted_at", "merged_into_id", "is_test")  # a row less: no guess at a word
NUMERIC = ("money", "number", "ratio", "integer")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The field chosen for one column (None: left out), how sure that is, and why."""

    field: str | None
    confidence: float = 0.0
    reason: str = "header"


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A choice for every column, in order, and what a person should know of them."""

    choices: tuple[Choice, ...]
    notes: tuple[Text, ...] = field(default=())


NONE = Choice(field=None)


def map_columns(table: str, profiles: Sequence[ColumnProfile],
                taken: Mapping[int, str | None] | None = None) -> Mapped:
    """The best field for each column of a file of `table`, no field twice.

    `taken` are columns whose field (or None, to leave it out) was said already; they are kept.
    """
    taken = taken or {}
    notes: list[Text] = []
    wanted = [(i, m) for i, p in enumerate(profiles) if i not in taken
              for m in _fitting(table, p, notes)]
    wanted.sort(key=lambda w: (-w[1].confidence, _filled(profiles[w[0]]) < 0.2,
                              -profiles[w[0]].share("datetime"), w[0]))
    used = {name: "" for name in taken.values() if name}
    chosen: dict[int, Choice] = {}
    beaten: dict[int, str] = {}
    for i, meaning in _ids_first(wanted):
        if i in chosen:
            continue
        name = _free(table, meaning, used)
        if name is None:
            beaten.setdefault(i, meaning.field)
            continue
        chosen[i] = Choice(field=name, confidence=round(meaning.confidence, 2),
                           reason=meaning.reason)
        used[name] = meaning.form
    for i, name in beaten.items():
        keeper = next((profiles[j].header for j, c in chosen.items() if c.field == name), "")
        target = find(table, name)
        if i not in chosen and keeper and target and _filled(profiles[i]):
            notes.append(Text("“{column}” is left out: “{kept}” is already “{field}”.",
                              column=profiles[i].header, kept=keeper, field=target_label(target)))
    choices = tuple(chosen.get(i, NONE) for i in range(len(profiles)))
    return Mapped(choices=_rules(table, profiles, choices, taken), notes=tuple(notes))


def fits(target: Target, profile: ColumnProfile) -> bool:
    """Whether the cells of a column can be what the field holds; an empty one can."""
    if not profile.non_empty:
        return True
    kind, share = target.field.kind, profile.share
    if kind in TEMPORAL:
        numbered = profile.style.dates in ("serial", "unix", "unix ms")
        return max(share("date"), share("datetime")) >= FITS or numbered
    if target.field.name.endswith("_s") and all(map(_SECONDS.fullmatch, profile.samples)):
        return True
    if kind in NUMERIC:
        return max(share("number"), share("money"), share("percent"), share("integer")) >= FITS
    if kind == "boolean":
        return share("boolean") >= FITS
    if target.field.name == "email":
        return share("email") >= 0.3
    if target.field.name == "currency" or target.field.name.endswith("_currency"):
        return max(share("number"), share("date")) < FITS and profile.max_length <= 40
    if kind == "choice":
        return share_known(target.of, target.field.name, profile.samples) >= FITS
    if kind == "period":
        read = canonical(profile.samples, profile.header, year=SOME_YEAR)
        return len(read) >= FITS * len(profile.samples)
    if target.field.name == "phone" or target.name == "id":
        return True
    return max(share("date"), share("datetime"), share("url")) < 0.8


def _fitting(table: str, profile: ColumnProfile, notes: list[Text]) -> list[Meaning]:
    found = []
    for meaning in meanings(table, profile.header):
        target = find(table, meaning.field)
        if target is None or (meaning.reason == "similar" and meaning.field in GONE):
            continue
        if not fits(target, profile):
            if meaning.reason == "header":
                notes.append(Text("“{column}” is left out: its cells cannot be “{field}”.",
                                  column=profile.header, field=target_label(target)))
            continue
        if meaning.form in ("", "name") and profile.share("email") > 0.8 \
                and target.field.references and not target.through:
            meaning = replace(meaning, form="email", confidence=meaning.confidence * 0.9)
        elif target.field.name == "name" and profile.share("email") > 0.8:
            continue
        if not profile.non_empty and profile.rows:
            meaning = replace(meaning, confidence=meaning.confidence * 0.8)
        found.append(meaning)
    return found


def _filled(profile: ColumnProfile) -> float:
    return profile.non_empty / profile.rows if profile.rows else 1.0


def _ids_first(wanted: list[tuple[int, Meaning]]) -> list[tuple[int, Meaning]]:
    """Identifiers before names of the same row: names change, and have a place of their own."""
    return sorted(wanted, key=lambda w: (
        w[1].reason != "header",
        not (w[1].form == "id" and w[1].field.endswith("_id") and w[1].confidence > 0.85)))


def _free(table: str, meaning: Meaning, used: Mapping[str, str]) -> str | None:
    """The field itself or, when an id has it, where the name or e-mail of that row may go."""
    if meaning.field not in used:
        return meaning.field
    target = find(table, meaning.field)
    if target is None or target.through or not target.field.references or meaning.form == "id":
        return None
    if meaning.form != "email" and (used[meaning.field] != "id" or meaning.confidence < 0.9):
        return None
    named = f"{meaning.field.removesuffix('_id')}.{meaning.form or 'name'}"
    described = DESCRIBED.get(target.field.references, ())
    return named if named not in used and named.partition(".")[2] in described else None


def _rules(table: str, profiles: Sequence[ColumnProfile], choices: tuple[Choice, ...],
           taken: Mapping[int, str | None]) -> tuple[Choice, ...]:
    """What single columns cannot tell: it follows from which others there are."""
    fields = {c.field: i for i, c in enumerate(choices) if c.field}
    said = {name for name in taken.values() if name}
    moved = list(choices)

    def move(source: str, to: str, confidence: float) -> None:
        i = fields[source]
        moved[i] = Choice(field=to, confidence=min(confidence, choices[i].confidence),
                          reason="content")

    if table == "agent" and "team_id" not in fields and "team_id" not in said:
        if "parent_team" in fields and "manager_id" in fields \
                and not _among(profiles, fields.get("name"), fields["manager_id"]):
            move("manager_id", "team_id", 0.7)
        elif "parent_team" in fields:
            move("parent_team", "team_id", 0.8)
    prefixed = table == "opportunity" and "owner.parent_team" in fields
    if prefixed and not {"owner.team_id"} & (fields.keys() | said):
        move("owner.parent_team", "owner.team_id", 0.75)
    if table == "opportunity" and "close_date" in fields and "expected_close_date" in fields \
            and not {"closed_at", "won_at", "lost_at"} & (fields.keys() | said):
        i = fields["close_date"]
        moved[i] = replace(choices[i], field="closed_at")
    if table == "opportunity" and not ENDS & (fields.keys() | said):
        changed = next((p.index for p in profiles if p.non_empty and fold(p.header) in CHANGED
                        and p.index not in taken), None)
        if changed is not None:  # of what is closed, the last change was the closing
            moved[changed] = Choice(field="status_changed_at", confidence=0.75, reason="content")
    gone = fields.get("is_deleted")
    if gone is not None and fold(profiles[gone].header) == "archived" \
            and not any(p.header.startswith("properties.") for p in profiles):
        moved[gone] = NONE  # what is archived is put away; an interface says so of the deleted
    booked = {"order": "ordered_at", "refund": "refunded_at"}.get(table, "")
    if booked and "created_at" in fields and booked not in fields.keys() | said:
        move("created_at", booked, 0.7)
    return tuple(moved)


def _among(profiles: Sequence[ColumnProfile], names: int | None, managers: int) -> bool:
    """Whether a manager is seen among the names of the same file, so is a salesperson too."""
    return names is not None and bool(
        {*profiles[names].samples} & {*profiles[managers].samples})
