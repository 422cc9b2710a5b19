"""What figures say of themselves, once for every surface and in both languages.

Reasons, flags and exclusions are written to stand inside a sentence: small first letter, no full
stop. A page that shows one alone takes `sentence`.
"""

from collections.abc import Mapping, Sequence

from kpilot.core.dimensions import NONE, UNASSIGNED
from kpilot.core.format import number
from kpilot.core.text import Both


def _both(**pairs: tuple[str, str]) -> Mapping[str, Both]:
    return {word: Both(en=en, fr=fr) for word, (en, fr) in pairs.items()}


REASONS = _both(
    no_rows=("nothing happened in this period", "rien ne s'est passé pendant cette période"),
    none_visible=("0 visible: every row is deleted, a test or merged into another",
                  "0 visible\u00a0: toutes les lignes sont supprimées, d'essai ou fusionnées"),
    no_value=("there is no figure", "il n'y a pas de chiffre"),
    zero_denominator=("nothing to divide by in this period", "rien à quoi rapporter le chiffre"),
    **{f"finer_than_{step}": (f"so short a time says nothing of it: take a {step} or longer",
                              f"un temps si court n'en dit rien\u00a0: prendre un{e} {pas} ou plus")
       for step, e, pas in (("week", "e", "semaine"), ("month", "", "mois"),
                            ("quarter", "", "trimestre"), ("year", "", "an"))},
    not_over=("this period is not over", "cette période n'est pas terminée"),
    quantile_not_reached=("fewer than half have got there, so there is no median yet",
                          "moins de la moitié y sont arrivés, il n'y a pas encore de médiane"),
    not_measurable=("not measurable with these data", "non mesurable avec ces données"),
    amount_coverage=("fewer than 80% of the rows have an amount",
                     "moins de 80\u00a0% des lignes ont un montant"),
    missing_rate=("an exchange rate is missing", "il manque un taux de change"),
    no_history=("the history of changes is missing", "l'historique des changements manque"),
    no_target=("there is no target for this period and these filters",
               "aucune cible pour cette période et ces filtres"),
    outside_coverage=("the data does not reach these dates",
                      "les données ne couvrent pas ces dates"),
    left_truncated=("the data starts in the middle of these dates",
                    "les données commencent au milieu de ces dates"),
    customers_lost=("customers have left, so the lifetime itself can be worked out",
                    "des clients sont partis, la durée de vie elle-même peut être calculée"),
    not_positive=("the result is not above zero, so it says nothing",
                  "le résultat n'est pas supérieur à zéro, il ne veut rien dire"),
    only_whole=("it belongs to nobody in particular, so only those who see everything see it",
                "cela n'appartient à personne en particulier, seul qui voit tout le voit"),
    quota_met=("the target is reached already", "la cible est déjà atteinte"),
    zero_base=("there was nothing to compare with", "il n'y avait rien à quoi comparer"),
    too_few_groups=("too few groups to draw rates together",
                    "trop peu de groupes pour rapprocher les taux"),
    all_or_none=("all or none succeeded, so there is nothing to draw together",
                 "tous ou aucun n'ont réussi, il n'y a rien à rapprocher"),
    one_trial_each=("one case each, too few to draw rates together",
                    "un seul cas chacun, trop peu pour rapprocher les taux"),
    correlation_too_few=("too few people to say how the two go together",
                         "trop peu de personnes pour dire si les deux vont ensemble"),
    correlation_no_variance=("everyone is alike, so nothing can go together",
                             "tous se ressemblent, rien ne peut varier ensemble"),
    too_few=("too few to conclude", "trop peu pour conclure"),
    above_one=("not enough alone, even if nothing were lost",
               "pas assez à lui seul, même sans aucune perte"),
    no_variance=("all values are the same", "toutes les valeurs sont identiques"),
    not_found=("no curve fits these data", "aucune courbe ne convient à ces données"),
    no_repeats=("nobody has bought twice yet", "personne n'a encore acheté deux fois"),
    not_a_history=("the history of purchases does not hold together",
                   "l'historique d'achats n'est pas cohérent"),
    not_a_cohort=("the counts are not those of one group of customers",
                  "les effectifs ne sont pas ceux d'un même groupe de clients"),
    no_losses=("nobody has left yet", "personne n'est encore parti"),
    no_later_losses=("nobody has left after the first period",
                     "personne n'est parti après la première période"),
    no_heterogeneity=("customers do not differ enough to fit a curve",
                      "les clients se ressemblent trop pour ajuster une courbe"),
    too_few_customers=("too few customers for a model of them",
                       "trop peu de clients pour un modèle"),
    too_few_repeaters=("fewer than 30% of the customers have bought twice",
                       "moins de 30\u00a0% des clients ont acheté deux fois"),
    no_mean_value=("purchases differ too much to have a mean",
                   "les achats diffèrent trop pour avoir une moyenne"),
    no_forecast=("there is no forecast for this period and these filters",
                 "aucune prévision pour cette période et ces filtres"),
    too_few_years=("fewer than two whole years are over",
                   "moins de deux années entières sont passées"),
    no_events=("nothing has ended yet", "rien n'est encore terminé"),
    one_group=("there is one group only", "il n'y a qu'un groupe"),
    no_time=("no time has passed between the two", "aucun temps ne sépare les deux"),
    no_factors=("there is nothing to take apart", "il n'y a rien à décomposer"),
    missing_factor=("one of the factors is not known", "un des facteurs n'est pas connu"),
    too_many_factors=("too many factors to take apart", "trop de facteurs à décomposer"),
    out_of_range=("the figures are too large or too small",
                  "les chiffres sont trop grands ou trop petits"),
    not_additive=("this KPI does not add up over parts",
                  "cet indicateur ne s'additionne pas par parties"),
    no_segments=("there are no parts", "il n'y a pas de parties"),
    not_a_share=("this is not a share", "ce n'est pas une part"),
    few_periods=("too few periods to compare with", "trop peu de périodes pour comparer"),
    few_rows=("too few rows", "trop peu de lignes"),
    constant=("it never changed before", "il n'a jamais changé auparavant"),
    short_history=("the history is too short", "l'historique est trop court"),
    cannot_be_worked_out=("the definition of this KPI cannot be worked out",
                          "la définition de cet indicateur ne peut pas être calculée"),
)  # fmt: skip

FLAGS = _both(
    low_n=("too few to conclude", "trop peu pour conclure"),
    targets_apart=(
        "held against the team's own target: its people's targets come to another sum",
        "comparé à la cible de l'équipe\u00a0: celles de ses membres donnent une autre somme"),
    gt_one=("the share is above 100%", "la part dépasse 100\u00a0%"),
    left_truncated=("the data starts in the middle of this period",
                    "les données commencent au milieu de cette période"),
    left_edge=("close to where the data starts, older customers may look new",
               "proche du début des données, d'anciens clients peuvent paraître nouveaux"),
    outside_coverage=("part of it lies outside the dates of the data",
                      "une partie est hors des dates des données"),
    interval_left_out=("the interval was not worked out", "l'intervalle n'a pas été calculé"),
    created_at_proxy=("creation dates are missing, the first exchange stands for them",
                      "dates de création absentes, le premier échange en tient lieu"),
    zero_lost_is_null=("zeros on lost opportunities are taken to mean “no amount”",
                       "les zéros des affaires perdues sont lus comme «\u00a0sans montant\u00a0»"),
    assumed_currency=("amounts without a currency are taken to be in the project's",
                      "les montants sans devise sont lus dans celle du projet"),
    assumed_tz=("times without a zone are taken to be in the project's",
                "les heures sans fuseau sont lues dans celui du projet"),
    assumed_zone=("times without a zone are taken to be in the project's",
                  "les heures sans fuseau sont lues dans celui du projet"),
    close_date_mismatch=("some close dates are more than a week away from the history",
                         "des dates de clôture sont à plus d'une semaine de l'historique"),
    no_history=("without a history, earlier levels show what is known today",
                "sans historique, les niveaux passés montrent ce qui est connu aujourd'hui"),
    no_owner_history=("who owned what before is not recorded, so today's owners have the credit",
                      "les propriétaires passés ne sont pas enregistrés, le mérite revient aux"
                      " actuels"),
    ends_early=("the data it rests on ends before the rest",
                "les données dont il dépend s'arrêtent avant les autres"),
    immature=("some are too recent to tell", "certains sont trop récents pour conclure"),
    negative_interval=("some dates stand in the wrong order", "des dates sont dans le désordre"),
    delivered_assumed=("e-mails that did not bounce are taken as delivered",
                       "les e-mails sans rejet sont comptés comme remis"),
    no_salary_costs=("no salaries among the costs", "pas de salaires parmi les coûts"),
    no_tool_costs=("no tools among the costs", "pas d'outils parmi les coûts"),
    no_ad_costs=("no advertising among the costs", "pas de publicité parmi les coûts"),
    no_commission_costs=("no commissions among the costs", "pas de commissions parmi les coûts"),
    no_overhead_costs=("no overheads among the costs", "pas de frais généraux parmi les coûts"),
    counted_for_each=("each person who took part counts it, so the rows do not add up to the total",
                      "chaque participant le compte, la somme des lignes dépasse donc le total"),
    no_agent_state=("the states of some salespeople are not known",
                    "les états de certains commerciaux ne sont pas connus"),
    no_seconds=("some lengths in seconds are not known",
                "certaines durées en secondes ne sont pas connues"),
    short_history=("the history is short", "l'historique est court"),
    seasonal=("the share of time that is over follows the season of the calendar",
              "la part de temps écoulée suit la saison du calendrier"),
    other_kpi=("these are forecasts of another KPI than sales value",
               "ces prévisions portent sur un autre indicateur que le chiffre d'affaires signé"),
    value_follows_frequency=("who buys more often also spends more, so the model is less sure",
                             "qui achète plus souvent dépense plus, le modèle est moins sûr"),
    no_difference=("no difference between people is more than chance",
                   "aucun écart entre les personnes ne dépasse le hasard"),
    significant=("more than chance", "plus que le hasard"),
    confident=("more than chance", "plus que le hasard"),
    star=("fast, and customers stay", "rapide, et les clients restent"),
    hare=("fast, but customers leave", "rapide, mais les clients partent"),
    tortoise=("slow, and customers stay", "lent, et les clients restent"),
    watch=("slow, and customers leave", "lent, et les clients partent"),
    insufficient=("too few to conclude", "trop peu pour conclure"),
)  # fmt: skip

EXCLUDED = _both(
    deleted=("deleted", "supprimées"),
    merged=("merged into others", "fusionnées dans d'autres"),
    test=("tests", "d'essai"),
    void=("void by their close reason (duplicate, test …)",
          "écartées par leur motif de clôture (doublon, essai …)"),
    null_amount=("without an amount", "sans montant"),
    missing_rate=("without an exchange rate", "sans taux de change"),
    no_value=("without a value", "sans valeur"),
    no_created_at=("without a creation date", "sans date de création"),
    no_closed_at=("closed, but without a close date", "closes, mais sans date de clôture"),
    no_probability=("without a probability", "sans probabilité"),
    negative_duration=("that end before they start", "qui finissent avant de commencer"),
    immature=("too recent to tell", "trop récentes pour conclure"),
    outside_coverage=("outside the dates of the data", "hors des dates des données"),
    no_transition_time=("that moved on, nobody knows when", "avancées sans qu'on sache quand"),
    still_there=("still in the stage", "encore dans l'étape"),
    skipped=("stages that were skipped", "étapes sautées"),
    automated=("done by a machine", "faites par une machine"),
    existing=("customers already", "clients déjà"),
    machine_opens=("opened by a machine only", "ouvertes par une machine seulement"),
    machines_unknown=("where machines cannot be told from people",
                      "où l'on ne distingue pas machines et personnes"),
    no_account=("without an account", "sans compte"),
    no_agent_state=("without the states of the salesperson", "sans les états du commercial"),
    no_expected_close=("without an expected close date", "sans date de clôture prévue"),
    no_limit=("whose limit is not known", "dont la limite n'est pas connue"),
    no_movement_known=("without any movement known", "sans mouvement connu"),
    no_seconds=("without a length in seconds", "sans durée en secondes"),
    no_time=("at an unknown time", "à une heure inconnue"),
    no_wait=("without a waiting time", "sans temps d'attente"),
    not_over=("whose year is not over", "dont l'année n'est pas finie"),
    off_scale=("outside the scale of the survey", "hors de l'échelle de l'enquête"),
    no_repeats=("who have bought once only", "qui n'ont acheté qu'une fois"),
    mape_skipped=("periods without any sale", "périodes sans vente"),
    incomplete=("without an actual figure", "sans chiffre réalisé"),
    no_attainment=("targets of nothing, or without an actual figure",
                   "cibles nulles, ou sans chiffre réalisé"),
    past_due=("past due", "en retard"),
    rebooked=("booked again", "replanifiées"),
    short_abandon=("given up within seconds", "abandonnées en quelques secondes"),
)  # fmt: skip

METHODS = _both(
    wilson=("Wilson", "Wilson"),
    poisson=("exact Poisson", "Poisson exact"),
    bootstrap=("bootstrap", "bootstrap"),
    delta=("delta method", "méthode delta"),
    ranks=("order statistics", "statistiques d'ordre"),
    kaplan_meier=("Kaplan–Meier", "Kaplan–Meier"),
    bernoulli=("independent chances", "chances indépendantes"),
    information=("how sharply the model fits; not the luck of each customer",
                 "netteté de l'ajustement du modèle\u00a0; non la chance de chaque client"),
    parts=("the intervals of what it is made of", "les intervalles de ce dont il est fait"),
    resampled=("as many sales of such sizes as chance would bring",
               "autant de ventes de ces tailles que le hasard en amènerait"),
    shrinkage=("drawn towards the mean (beta-binomial)",
               "rapproché de la moyenne (bêta-binomiale)"),
)  # fmt: skip

ATTRIBUTIONS = _both(
    owner_at_event=("owner at the time", "propriétaire au moment du fait"),
    owner_first=("first owner", "premier propriétaire"),
    owner_current=("owner today", "propriétaire actuel"),
    touched=("everyone who took part, in full", "tous les participants, en entier"),
    touch_equal=("everyone who took part, in equal parts",
                 "tous les participants, à parts égales"),
    split=("the shares entered in the CRM", "les parts saisies dans le CRM"),
)  # fmt: skip

STEPS = _both(week=("week", "semaine"), month=("month", "mois"), quarter=("quarter", "trimestre"),
              year=("year", "an"))  # fmt: skip

MODELS = _both(
    incidence=("Aalen–Johansen estimate over the rows watched",
               "estimateur d'Aalen–Johansen sur les lignes suivies"),
    win_rate_eb=("beta-binomial model fitted on everyone's wins and losses",
                 "modèle bêta-binomial ajusté sur les gains et pertes de tous"),
    cycle_vs_retention=("won sales and customers of the last 730 days, person by person",
                        "ventes gagnées et clients des 730 derniers jours, par personne"),
    buyers=("BG/NBD and Gamma-Gamma models fitted on customers' purchases so far",
            "modèles BG/NBD et Gamma-Gamma ajustés sur les achats des clients à ce jour"),
    retention_sbg=("sBG model fitted on customers by the whole years seen of them",
                   "modèle sBG ajusté sur les clients selon leurs années entières observées"),
    forecast=("last forecasts made before their periods, against what happened",
              "dernières prévisions établies avant leurs périodes, face au réalisé"),
    targets_met_rate=("targets whose periods are over, against what was achieved",
                      "cibles dont la période est terminée, face au réalisé"),
    sales_cagr=("first and last whole year", "première et dernière année entière"),
    quota_attainment_prorated=("actuals ÷ (targets × share of the period that is over)",
                               "réalisé ÷ (cibles × part écoulée de la période)"),
)  # fmt: skip

DEFINITION = _both(
    fact=("rows counted", "lignes comptées"),
    date=("date that places a row in a period", "date qui place une ligne dans une période"),
    agent=("person it belongs to", "personne à qui elle revient"),
    over=("days looked at", "jours observés"),
    by=("never pooled over", "jamais confondu entre"),
    measure=("measure", "mesure"),
    excluded=("left out", "laissé de côté"),
    covered=("amounts needed", "montants nécessaires"),
)

_RESPONSES = {
    "0_5m": Both(en="0–5 min", fr="0–5 min"),
    "5_30m": Both(en="5–30 min", fr="5–30 min"),
    "30_60m": Both(en="30–60 min", fr="30–60 min"),
    "1_24h": Both(en="1–24 h", fr="1–24 h"),
    "over_24h": Both(en="over 24 h", fr="plus de 24 h"),
    "none": Both(en="no answer", fr="sans réponse"),
}

VALUES: Mapping[str, Mapping[str, Both]] = {
    "status": _both(open=("Open", "Ouverte"), won=("Won", "Gagnée"), lost=("Lost", "Perdue")),
    "response_bin": _RESPONSES,
    "meeting_response_bin": _RESPONSES,
    "customer_response_bin": _RESPONSES,
    "age_bin": {
        "0_30": Both(en="0–30 days", fr="0–30 jours"),
        "31_90": Both(en="31–90 days", fr="31–90 jours"),
        "91_180": Both(en="91–180 days", fr="91–180 jours"),
        "over_180": Both(en="over 180 days", fr="plus de 180 jours"),
    },
    "kind": _both(
        call=("Call", "Appel"),
        email=("E-mail", "E-mail"),
        meeting=("Meeting", "Rendez-vous"),
        task=("Task", "Tâche"),
        message=("Message", "Message"),
    ),
    "movement": _both(
        start=("Open at the start", "Ouvertes au début"),
        new=("New", "Nouvelles"),
        pulled_in=("Brought forward", "Avancées"),
        up=("Amount raised", "Montant relevé"),
        down=("Amount lowered", "Montant baissé"),
        slipped=("Put off", "Repoussées"),
        lost=("Lost", "Perdues"),
        won=("Won", "Gagnées"),
    ),
}
NOBODY = {
    NONE: Both(en="(none)", fr="(aucun)"),
    UNASSIGNED: Both(en="(unassigned)", fr="(non attribué)"),
}


def said(known: Mapping[str, Both], word: str) -> Both:
    """The words for `word`; a word nobody wrote any for (an own KPI's) stands for itself."""
    plain = word.replace("_", " ")
    return known.get(word) or Both(en=plain, fr=plain)


def why(reason: str, flags: Sequence[str], excluded: Mapping[str, int]) -> Both:
    """Why there is no figure, whole: "not measurable with these data: no lead.created_at",
    "0 visible, 10 deleted"."""
    both = said(REASONS, reason)
    needs = [flag.removeprefix("missing:") for flag in flags if flag.startswith("missing:")]
    if reason == "none_visible" and excluded:
        en = ", ".join(f"{number(n, 'en')} {said(EXCLUDED, w).en}" for w, n in excluded.items())
        fr = ", ".join(f"{number(n, 'fr')} {said(EXCLUDED, w).fr}" for w, n in excluded.items())
        return Both(en=f"0 visible, {en}", fr=f"0 visible, {fr}")
    if not needs:
        return both
    en = ", ".join(f"no {need.replace('|', ' or ')}" for need in needs)
    fr = ", ".join(f"pas de {need.replace('|', ' ni ')}" for need in needs)
    return Both(en=f"{both.en}: {en}", fr=f"{both.fr}\u00a0: {fr}")


def value_said(dimension: str, value: str) -> Both:
    """A dimension's value as people read it; names of the data stand for themselves."""
    if value in NOBODY:
        return NOBODY[value]
    known = VALUES.get(dimension, {}).get(value)
    if known is None and dimension == "hour" and value.isdecimal():
        return Both(en=f"{int(value):02d}:00", fr=f"{int(value)} h")
    return known or Both(en=value, fr=value)


def in_language(both: Both, language: str) -> str:
    """One of the two."""
    return both.fr if language == "fr" else both.en


def sentence(text: str) -> str:
    """A phrase standing alone: a capital first, a full stop at the end."""
    return f"{text[:1].upper()}{text[1:]}."
