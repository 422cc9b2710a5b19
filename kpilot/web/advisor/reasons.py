"""Why one follows a KPI, a sentence for each; and the words for what the advisor left out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, str | Promise] = {
    "new_leads": _("More sales start with more people to talk to, and this moves first."),
    "qualified_leads": _(
        "It counts the leads worth a salesperson's time, weeks before they become sales."
    ),
    "new_opportunities": _("The sales of the coming months are the opportunities opened today."),
    "lead_response_5min_rate": _(
        "A lead answered within minutes is still there, and answering is in your hands today."
    ),
    "lead_to_opp": _(
        "It shows whether the leads are the right ones before time is spent on selling to them."
    ),
    "lead_to_customer": _("It follows leads to the end: how many of them really buy."),
    "win_rate": _("Of what is decided, it says how much you win: how well you sell, not how much."),
    "stage_conversion": _("It shows at which stage opportunities get lost, so where to help."),
    "win_rate_cohort": _(
        "It follows the opportunities of one month to their end, so tidying up old ones does not "
        "change it."
    ),
    "email_open_rate": _(
        "It hints at whether your e-mails get read; only a hint, since machines open them too."
    ),
    "sales_cycle_days": _("It says when the work of today will pay."),
    "pipeline_velocity": _(
        "It puts number, size, win rate and time into one figure: money for each day."
    ),
    "pipeline_coverage": _("It tells early whether enough is under way to reach the target."),
    "stalled_rate": _("It points at opportunities nobody moves, while they can still be saved."),
    "slippage_rate": _("It says how often close dates are pushed back, so how far to trust them."),
    "sales_value": _("It is the result itself: what was sold."),
    "avg_deal_size": _("Larger deals bring more money from the same number of sales."),
    "aov": _("Larger orders bring more money from the same number of customers."),
    "orders_per_customer": _("It says whether customers come back: a sale without a search."),
    "repeat_purchase_rate": _("It says how many customers buy a second time."),
    "customer_retention_rate": _(
        "It says how many customers stay: those who leave have to be won all over again."
    ),
    "nrr": _("It says what the customers of a year ago bring today, additions and losses counted."),
    "cac": _("It says what a new customer costs, marketing and sales together."),
    "ltv_cac": _("It holds what a customer brings against what winning one costs."),
    "quota_attainment": _("It holds what each person sold against what was agreed."),
    "sales_growth_yoy": _(
        "It compares with the same month a year before, so seasons do not deceive."
    ),
    "forecast_wape": _("It says how far forecasts were from what came."),
    "meetings_booked": _("A meeting booked is the first step that depends on your team alone."),
    "email_reply_rate": _("A reply is a person who reacts: no machine can fake it."),
    "email_open_rate_adj": _("It hints at whether your e-mails get read, machines left out."),
    "call_answer_rate": _("A call that nobody answers is a customer who rings elsewhere."),
    "tasks_overdue": _("An overdue task is a promise not kept, and can be done today."),
}
KINDS: Mapping[str, str | Promise] = {
    "leading": _("early sign"),
    "coincident": _("moves along"),
    "lagging": _("result"),
}
PARTS: Mapping[str, str | Promise] = {
    "objective": _("Serves the objective"),
    "profile": _("Fits the business"),
    "measurability": _("Measurable here"),
    "lead": _("Tells early"),
}
CONDITIONS: Mapping[str, str | Promise] = {
    "b2b": _("you sell to companies"),
    "b2c": _("you sell to private persons"),
    "short": _("your sales cycle is under 30 days"),
    "medium": _("your sales cycle is 30 to 89 days"),
    "long": _("your sales cycle is 90 days or more"),
    "one_off": _("customers buy once"),
    "contractual": _("customers pay by contract"),
    "low_basket": _("a usual sale is small"),
    "orders_only": _("you work on orders, without opportunities"),
    "not inbound": _("customers do not come to you"),
    "not email": _("you do not sell by e-mail"),
    "not calls": _("you do not work with calls"),
    "not contractual": _("customers pay without a contract"),
    "not orders": _("you take no orders"),
    "agents_lt_2": _("you sell alone"),
}
LACKS: Mapping[str, str | Promise] = {
    "not_mapped": _("This field is not in your data."),
    "no_rows": _("The last 90 days have no row that this field applies to."),
    "sparse": _("This field is too often empty."),
    "short_history": _("There is no complete month to compare with yet."),
}
WARNINGS: Mapping[str, str | Promise] = {
    "few_measurable": _(
        "Fewer than four KPIs can be measured and fit. Collect what is named below, then ask again."
    ),
    "no_leading": _("None of them tells early: what they show has happened already."),
    "no_lagging": _("None of them is a result: they show work, not yet what it brings."),
}


def reason(name: str) -> str:
    """Why one follows a KPI; for one of the project's own, that it was marked to serve."""
    return str(REASONS.get(name) or gettext("It was marked as serving this objective."))


def conditions(when: str) -> str:
    """A condition such as "b2b and long" in words."""
    parts = [part.strip() for part in when.split(" and ")]
    return gettext(" and ").join(str(CONDITIONS.get(part, part)) for part in parts)
