"""How the catalogue is cut up for reading: families, objectives, units, directions."""

from kpilot.core.kpi import Kpi
from kpilot.core.text import Both

OWN_FAMILY = "own"
FAMILIES = {
    "revenue": Both(en="Sales", fr="Ventes"),
    "target": Both(en="Targets and forecasts", fr="Cibles et prévisions"),
    "leads": Both(en="Leads and new opportunities", fr="Prospects et nouvelles affaires"),
    "conversion": Both(en="Conversion", fr="Conversion"),
    "funnel": Both(en="Stages", fr="Étapes"),
    "speed": Both(en="Speed", fr="Vitesse"),
    "pipeline": Both(en="Pipeline", fr="Pipeline"),
    "activity": Both(en="Activity", fr="Activité"),
    "calls": Both(en="Calls", fr="Appels"),
    "retention": Both(en="Customers kept", fr="Clients gardés"),
    "loyalty": Both(en="Loyalty and repeat purchases", fr="Fidélité et réachats"),
    "cost": Both(en="Costs and value of customers", fr="Coûts et valeur des clients"),
    OWN_FAMILY: Both(en="Your own KPIs", fr="Vos indicateurs"),
}
OBJECTIVES = {
    "VOL": Both(en="More sales", fr="Plus de ventes"),
    "REV": Both(en="More revenue per sale", fr="Plus de revenu par vente"),
    "EFF": Both(en="Less effort per sale", fr="Moins d'effort par vente"),
    "RET": Both(en="Customers who stay", fr="Des clients qui restent"),
    "SPD": Both(en="Faster sales", fr="Des ventes plus rapides"),
    "FCST": Both(en="Forecasts that hold", fr="Des prévisions qui tiennent"),
    "TEAM": Both(en="A stronger team", fr="Une équipe plus forte"),
}
UNITS = {
    "count": Both(en="a count", fr="un nombre"),
    "ratio": Both(en="a share, as a percentage", fr="une part, en pourcentage"),
    "currency": Both(en="money", fr="un montant"),
    "days": Both(en="days", fr="des jours"),
    "seconds": Both(en="a time, in seconds", fr="une durée, en secondes"),
    "months": Both(en="months", fr="des mois"),
    "multiple": Both(en="times", fr="un multiple"),
}
DIRECTIONS = {
    "up": Both(en="higher is better", fr="plus haut, c'est mieux"),
    "down": Both(en="lower is better", fr="plus bas, c'est mieux"),
    "band": Both(en="best between two bounds", fr="au mieux entre deux bornes"),
}


def family_of(kpi: Kpi) -> str:
    """The family a KPI is listed under; one nobody knows is one's own."""
    return kpi.family if kpi.family in FAMILIES else OWN_FAMILY
