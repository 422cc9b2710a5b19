"""The form of a KPI of one's own."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpilot.core.catalogue_words import DIRECTIONS, UNITS
from kpilot.web.catalogue.making import MEASURED, Condition, Draft
from kpilot.web.catalogue.offered import Column
from kpilot.web.kpis import words

ROWS, PART_ROWS = 3, 2
LONG = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"})
MEASURES = (
    ("count", _("How many there are")),
    ("share", _("The share of them that …")),
    ("sum", _("The sum of a number")),
    ("average", _("The average of a number")),
    ("median", _("The median of a number")),
)
OPERATOR_WORDS = (
    ("=", _("is")),
    ("<>", _("is not")),
    (">", _("more than")),
    (">=", _("at least")),
    ("<", _("less than")),
    ("<=", _("at most")),
    ("contains", _("contains")),
    ("empty", _("is empty")),
    ("filled", _("is filled")),
)


class KpiForm(forms.Form):
    """What somebody chooses about a KPI, for rows with these `columns`."""

    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    name_fr = forms.CharField(label=_("Name in French"), max_length=80, required=False,
                              help_text=_("One of the two is enough."))  # fmt: skip
    meaning = forms.CharField(
        label=_("What it says, in a sentence"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    measure = forms.ChoiceField(label=_("What is worked out"), choices=MEASURES)
    column = forms.ChoiceField(label=_("Which number"), required=False,
                               help_text=_("For a sum, an average or a median."))  # fmt: skip
    written = forms.CharField(label=_("In writing"), required=False, widget=LONG, max_length=1000)
    part = forms.CharField(label=_("In writing"), required=False, widget=LONG, max_length=1000)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    direction = forms.ChoiceField(label=_("What is good"))
    what = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    tried = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(c.name, words.both(c.label)) for c in columns if c.kind == "number"]
        self._choose("column", [("", "–"), *numbers])
        units = [(key, words.both(both)) for key, both in UNITS.items()]
        self._choose("unit", [("", _("As it comes")), *units])
        self._choose("direction", [(key, words.both(both)) for key, both in DIRECTIONS.items()
                                   if key != "band"])  # fmt: skip
        everything = [("", "–"), *((c.name, words.both(c.label)) for c in columns)]
        for head, count in (("row", ROWS), ("part", PART_ROWS)):
            for n in range(1, count + 1):
                self.fields[f"{head}_column_{n}"] = forms.ChoiceField(
                    label=_("Field"), choices=everything, required=False)  # fmt: skip
                self.fields[f"{head}_operator_{n}"] = forms.ChoiceField(
                    label=_("Comparison"), choices=OPERATOR_WORDS, required=False)  # fmt: skip
                self.fields[f"{head}_value_{n}"] = forms.CharField(
                    label=_("Value"), required=False, max_length=200)  # fmt: skip

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        chosen = self.fields[name]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = choices

    def rows_of(self, head: str) -> list[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each condition, to be drawn on one line."""
        count = ROWS if head == "row" else PART_ROWS
        return [
            (self[f"{head}_column_{n}"], self[f"{head}_operator_{n}"], self[f"{head}_value_{n}"])
            for n in range(1, count + 1)
        ]

    @property
    def rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        return self.rows_of("row")

    @property
    def part_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        return self.rows_of("part")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name_en") and not cleaned.get("name_fr"):
            self.add_error("name_en", gettext("Give it a name in one of the two languages."))
        if cleaned.get("measure") in MEASURED and not cleaned.get("column"):
            self.add_error("column", gettext("Say which number."))
        is_share = cleaned.get("measure") == "share"
        if is_share and not cleaned.get("part") and not self._conditions("part"):
            self.add_error("part", gettext("Say which of them are above the line."))
        return cleaned

    def draft(self) -> Draft:
        """What the form holds, once it is sound."""
        given = self.cleaned_data
        is_share = given["measure"] == "share"
        meaning = {words.language(): given["meaning"]} if given["meaning"] else {}
        return Draft(
            what=given["what"],
            names={key: given[f"name_{key}"] for key in ("en", "fr") if given[f"name_{key}"]},
            meaning=meaning,
            measure=given["measure"],
            column=given["column"] if given["measure"] in MEASURED else "",
            rows=self._conditions("row"),
            written=given["written"],
            part_rows=self._conditions("part") if is_share else (),
            part=given["part"] if is_share else "",
            unit=given["unit"],
            direction=given["direction"],
        )

    def _conditions(self, head: str) -> list[Condition]:
        given = self.cleaned_data
        count = ROWS if head == "row" else PART_ROWS
        found = [
            (given.get(f"{head}_column_{n}", ""), given.get(f"{head}_operator_{n}", ""),
             given.get(f"{head}_value_{n}", ""))
            for n in range(1, count + 1)
        ]  # fmt: skip
        return [(column, operator or "=", value) for column, operator, value in found if column]


def initial(draft: Draft) -> dict[str, str]:
    """The fields of a form that holds this draft."""
    meaning = draft.meaning.get(words.language()) or next(iter(draft.meaning.values()), "")
    return {
        "what": draft.what,
        "name_en": draft.names.get("en", ""),
        "name_fr": draft.names.get("fr", ""),
        "meaning": meaning,
        "measure": draft.measure,
        "column": draft.column,
        "written": draft.written,
        "part": draft.part,
        "unit": draft.unit,
        "direction": draft.direction,
    }
