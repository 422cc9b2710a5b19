"""How far the chances behind a weighted pipeline can be trusted, in words for every surface."""

from kpilot.core import format as written
from kpilot.core.result import Row
from kpilot.core.text import Both

ENOUGH = 30
LABEL = Both(en="Probabilities", fr="Probabilités")
SOURCES = {
    "record": Both(
        en="those recorded, else the usual one of the stage",
        fr="celles saisies, sinon celle habituelle de l'étape",
    ),
    "empirical": Both(
        en="the share won of the opportunities that reached the stage and closed in the last"
        " 365 days",
        fr="la part gagnée des affaires passées par l'étape et closes ces 365 derniers jours",
    ),
}


def trusted(source: str, brier: Row, wins: Row) -> Both:
    """Where the chances come from, and how those recorded fared: their Brier score over the
    closings of a year beside that of saying the win rate each time; too few are said to be so."""
    said, score = SOURCES[source], _score(brier, wins)
    return Both(en=f"{said.en}; {score.en}", fr=f"{said.fr}\u00a0; {score.fr}")


def _score(brier: Row, wins: Row) -> Both:
    if brier.value is None:
        return Both(
            en="nothing closed in the last 365 days of which the probability before is known",
            fr="aucune affaire close ces 365 derniers jours dont on sache la probabilité d'avant",
        )
    if brier.n < ENOUGH:
        return Both(
            en=f"only {_n(brier, 'en')} closed in the last 365 days with one known before: too few"
            f" to judge them (Brier score {_percent(brier.value, 'en')})",
            fr=f"seulement {_n(brier, 'fr')} closes ces 365 derniers jours avec une probabilité"
            f" connue avant\u00a0: trop peu pour les juger (score de Brier"
            f" {_percent(brier.value, 'fr')})",
        )
    en = f"those recorded had a Brier score of {_percent(brier.value, 'en')} over the" \
        f" {_n(brier, 'en')} closed in the last 365 days (0% is perfect"
    fr = f"celles saisies ont un score de Brier de {_percent(brier.value, 'fr')} sur les" \
        f" {_n(brier, 'fr')} closes ces 365 derniers jours (0\u00a0% est parfait"
    if wins.value is not None:
        rate = float(wins.value)
        en += f", always saying the win rate gives {_percent(rate * (1 - rate), 'en')}"
        fr += f", dire toujours le taux de réussite donne {_percent(rate * (1 - rate), 'fr')}"
    return Both(en=f"{en})", fr=f"{fr})")


def _n(row: Row, language: str) -> str:
    return written.number(row.n, language)


def _percent(value: object, language: str) -> str:
    return written.percent(float(str(value)), language)
