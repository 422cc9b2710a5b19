"""Sample values for the style guide, in both languages: invented, but they add up."""

from collections.abc import Callable, Mapping
from datetime import date

from kpilot.core import format_date
from kpilot.core.format import change, decimal, figure, interval, number, parts, percent
from kpilot.web.shell.icons import ICONS
from kpilot.web.shell.parts import (
    Action,
    Bar,
    Card,
    Change,
    Chip,
    Forest,
    ForestRow,
    Pace,
    Pages,
    Part,
    PeriodChoice,
    Preset,
    Range,
    Spark,
    Step,
    Trend,
    TrendPoint,
)
from kpilot.web.shell.statuses import STATUSES

Say = Callable[[str, str], str]
SALES = (2.05, 1.71, 2.21, 2.34, 1.98, 2.12, 2.22, 1.42, 2.19, 2.27, 1.68)
RATES = (46.2, 45.1, 47.3, 46.8, 48.3, 47.1, 47.0, 46.6, 47.8, 45.6, 47.0, 47.7, 44.3)
LOWS = (40.4, 39.2, 41.5, 40.9, 42.5, 41.4, 41.1, 40.8, 41.7, 38.3, 41.1, 40.9, 36.1)
HIGHS = (52.1, 51.1, 53.2, 52.8, 54.0, 53.0, 53.0, 52.5, 54.0, 53.1, 53.0, 54.7, 52.8)
BEFORE = (44.1, 43.6, 45.0, 44.8, 45.9, 46.3, 44.2, 45.5, 46.1, 44.9, 45.8, 46.4, 45.9)
CYCLES = (42, 41, 43, 42, 40, 42, 44, 43, 45, 44, 47)
PEOPLE = (
    ("Benali, Yanis", 0.430, 0.374, 0.487, 298),
    ("Carpentier, Inès", 0.538, 0.487, 0.588, 368),
    ("Fontaine, Léa", 0.417, 0.193, 0.680, 12),
    ("Roussel, Camille", 0.436, 0.391, 0.482, 454),
)


def samples(language: str) -> Mapping[str, object]:
    """The context of the style guide page in `language`."""

    def say(english: str, french: str) -> str:
        return french if language == "fr" else english

    october = format_date.days_between(date(2026, 10, 1), date(2026, 10, 23), language, year=False)
    return {
        "cards": [
            _sales(language, say, october),
            _win_rate(language, say, october),
            _cycle(language, say, october),
            _off(say),
        ],
        "trend": _trend(language, say),
        "bars": _bars(language, say),
        "forest": _forest(language, say),
        "pace": Pace(reached=52, expected=73.3, projected=71, left=percent(0.52, language, 0)),
        "parts": [
            Part(label=_counted(1214, say("new", "nouvelles"), language), count=1214,
                 colour="accent"),
            Part(label=_counted(236, say("updated", "mises à jour"), language), count=236,
                 colour="c5"),
            Part(label=_counted(87, say("unchanged", "inchangées"), language), count=87,
                 colour="other"),
            Part(label=_counted(9, say("refused", "refusées"), language), count=9, colour="bad"),
        ],
        "steps": [
            Step(label=say("File", "Fichier"), href="#"),
            Step(label=say("Columns and preview", "Colonnes et aperçu")),
            Step(label=say("Stages", "Étapes de vente")),
            Step(label="Import"),
        ],
        "chips": [Chip(name=say("Team", "Équipe"), value="France", clear="?")],
        "period": _period(language, say),
        "pages": Pages(first=1, last=50, total=1546, after="?page=2"),
        "statuses": tuple(STATUSES)[:12],
        "icons": tuple(ICONS),
        "rows": (("Mairie de Lormont", "Hugo Lefèvre", "won", 42150.0),
                 ("Hôtel des Arceaux", "Yanis Benali", "lost", 8940.0)),
    }  # fmt: skip


def _counted(count: int, words: str, language: str) -> str:
    return f"{number(count, language)} {words}"


def _sales(language: str, say: Say, october: str) -> Card:
    shown, unit = parts(1_680_000, "currency", language, currency="EUR")
    target = figure(2_400_000, "currency", language, currency="EUR", short=True)
    projected = figure(2_300_000, "currency", language, currency="EUR", short=True)
    bounds = interval(1_420_000, 1_970_000, "currency", language, currency="EUR")
    share, expected = percent(0.70, language, 0), percent(0.733, language, 0)
    return Card(
        name=say("Sales value", "Chiffre d'affaires signé"),
        href="#",
        number=shown,
        unit=unit,
        status="on_track",
        change=Change(
            text=change(1_680_000, 1_566_000, "currency", language) or "",
            words=say(f"more than on {october}", f"de plus qu'au {october}"),
            direction="up",
            judgement="good",
        ),
        spark=Spark(values=SALES, label=say("11 months", "11 mois"), open=True, target=2.4),
        pace=Pace(
            reached=70.2, expected=73.3, projected=95.7,
            left=say(f"{share} of {target}", f"{share} de {target}"),
            right=say(f"expected {expected} · projected {projected}",
                      f"attendu {expected} · projeté {projected}"),
        ),
        size=say(f"58 sales · interval {bounds}", f"58 ventes · intervalle {bounds}"),
        definition=say("Amount of the opportunities won, at their close date.",
                       "Montant des affaires gagnées, à la date de clôture."),
    )  # fmt: skip


def _win_rate(language: str, say: Say, october: str) -> Card:
    shown, unit = parts(0.443, "ratio", language)
    bounds = interval(0.361, 0.528, "ratio", language)
    gap = say("3.7 points short", "il manque 3,7 points")
    return Card(
        name=say("Win rate", "Taux de réussite"),
        href="#",
        number=shown,
        unit=unit,
        status="at_risk",
        change=Change(
            text=change(0.443, 0.478, "ratio", language) or "",
            words=say(f"worse than on {october}", f"moins bien qu'au {october}"),
            direction="down",
            judgement="bad",
        ),
        spark=Spark(values=RATES, label=say("13 months", "13 mois"), open=True, target=48),
        range=Range(
            value=44.3, low=36.1, high=52.8, target=48, right=gap,
            left=say(f"target {percent(0.48, language, 0)}", f"cible {percent(0.48, language, 0)}"),
        ),
        size=say(f"58 won of 131 closed · interval {bounds}",
                 f"58 gagnées sur 131 closes · intervalle {bounds}"),
    )  # fmt: skip


def _cycle(language: str, say: Say, october: str) -> Card:
    shown, unit = parts(47, "days", language)
    return Card(
        name=say("Sales cycle (median)", "Cycle de vente médian"),
        href="#",
        number=shown,
        unit=unit,
        status="off_track",
        change=Change(
            text=change(47, 43, "days", language) or "",
            words=say(f"slower than on {october}", f"plus lent qu'au {october}"),
            direction="up",
            judgement="bad",
        ),
        spark=Spark(values=CYCLES, label=say("11 months", "11 mois"), open=True, target=42),
        range=Range(
            value=47, low=42, high=53, target=42,
            left=say("target 42 days at most", "cible 42 jours au plus"),
            right=say("5 days too many", "5 jours de trop"),
        ),
        alarm=say("Telephony not loaded: figure of 20 Nov.",
                  "Téléphonie non chargée : chiffre au 20 nov."),
    )  # fmt: skip


def _off(say: Say) -> Card:
    return Card(
        name=say("12-month retention", "Fidélité à 12 mois"),
        href="#",
        number=say("n/a", "n.d."),
        status="not_measurable",
        why_off=say(
            "The end date of contracts is missing. In your CRM: Subscription, “Effective end”.",
            "Il manque la date de résiliation des contrats. Dans votre CRM : Abonnement, "
            "« Fin effective ».",
        ),
        action=Action(label=say("Map this field", "Relier ce champ"), href="#"),
    )


def _trend(language: str, say: Say) -> Trend:
    points = []
    for i, rate in enumerate(RATES):
        month = date(2025 + (10 + i) // 12, (10 + i) % 12 + 1, 1)
        after = date(2025 + (11 + i) // 12, (11 + i) % 12 + 1, 1)
        end = date(2026, 11, 23) if i == len(RATES) - 1 else after
        bounds = interval(LOWS[i] / 100, HIGHS[i] / 100, "ratio", language)
        before = percent(BEFORE[i] / 100, language)
        points.append(TrendPoint(
            label=format_date.SHORT_MONTHS[language].split()[month.month - 1],
            name=format_date.days_between(month, end, language),
            value=rate / 100, low=LOWS[i] / 100, high=HIGHS[i] / 100, before=BEFORE[i] / 100,
            text=percent(rate / 100, language),
            detail=(say(f"interval {bounds}", f"intervalle {bounds}"),
                    say(f"a year before {before}", f"un an avant {before}")),
        ))  # fmt: skip
    now, year_before = percent(0.443, language), decimal(45.9, language, 1)
    return Trend(
        points=points, unit="ratio", open=True, target=0.48,
        summary=say(
            "Win rate by month: between 45 and 49%, then 44.3% on 22 November, below the target.",
            "Taux de réussite par mois : entre 45 et 49 %, puis 44,3 % au 22 novembre, "
            "sous la cible.",
        ),
        words={
            "fact": say("Actual", "Réalisé"),
            "open": say("Unfinished month", "Mois inachevé"),
            "before": say("A year before", "Un an avant"),
            "target": say("Target", "Cible"),
            "interval": say("95% interval", "Intervalle à 95 %"),
        },
        ends={
            "fact": say(f"{now} to date", f"{now} à ce jour"),
            "before": say(f"A year before {year_before}", f"Un an avant {year_before}"),
            "target": say(f"Target {percent(0.48, language)}", f"Cible {percent(0.48, language)}"),
        },
    )  # fmt: skip


def _bars(language: str, say: Say) -> list[Bar]:
    rows = (
        ("GTX Pro", 684_200.0, 612_000.0),
        ("MG Advanced", 402_900.5, 455_000.0),
        ("GTX Plus Basic", 231_400.0, None),
        (say("Others (4)", "Autres (4)"), 92_000.0, None),
    )
    return [
        Bar(label=label, value=value, before=before, other=i == 3, note=f"n = {40 - 9 * i}",
            text=figure(value, "currency", language, currency="EUR", short=True))
        for i, (label, value, before) in enumerate(rows)
    ]  # fmt: skip


def _forest(language: str, say: Say) -> Forest:
    axis = (0.15, 0.75)
    rows = [
        ForestRow(
            label=label,
            range=Range(value=rate, low=low, high=high, mean=0.471, few=n < 30, axis=axis),
            text=percent(rate, language) if n >= 30 else say("too few to say",
                                                             "trop peu pour conclure"),
            note=f"n = {n}",
        )
        for label, rate, low, high, n in PEOPLE
    ]  # fmt: skip
    ticks = [(tick / 100, percent(tick / 100, language, 0)) for tick in range(20, 80, 10)]
    return Forest(
        rows=rows, ticks=ticks, axis=axis, label=say("Win rate by person", "Taux par personne")
    )


def _period(language: str, say: Say) -> PeriodChoice:
    presets = (("Last 30 days", "30 derniers jours"), ("This month", "Mois en cours"),
               ("Last month", "Mois dernier"), ("This quarter", "Trimestre en cours"),
               ("Last 12 months", "12 derniers mois"), ("All", "Tout"))  # fmt: skip
    return PeriodChoice(
        name=say("This month", "Mois en cours"),
        days=format_date.days_between(date(2026, 11, 1), date(2026, 11, 23), language),
        presets=[
            Preset(label=say(*words), href="#", current=i == 1) for i, words in enumerate(presets)
        ],
        start="2026-11-01",
        end="2026-11-22",
        note=say("Monday first · Europe/Paris · today, unfinished, is not counted",
                 "Lundi en premier · Europe/Paris · aujourd'hui, inachevé, n'est pas compté"),
    )  # fmt: skip
