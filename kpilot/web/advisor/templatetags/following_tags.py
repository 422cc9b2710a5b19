"""What templates of other pages show of the advisor: the button that follows a KPI."""

from django import template
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.context import Context

from kpilot.web.advisor.following import followed
from kpilot.web.advisor.forms import OBJECTIVE_HINTS
from kpilot.web.people.models import Person

register = template.Library()


@register.inclusion_tag("advisor/button.html", takes_context=True)
def follow_button(context: Context, name: str) -> dict[str, object]:
    """A button that follows the KPI called `name`, or no longer, and comes back here."""
    request: HttpRequest = context["request"]
    is_followed = isinstance(request.user, Person) and name in followed(request.user)
    return {"name": name, "is_followed": is_followed, "back": request.get_full_path(),
            "csrf_token": get_token(request)}  # fmt: skip


@register.simple_tag
def aim_hint(objective: str) -> str:
    """An objective in other words."""
    return str(OBJECTIVE_HINTS.get(objective, ""))
