"""Pages before the door and about oneself: set-up, sign-in and out, welcome, own profile."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kpilot.web.people import door
from kpilot.web.people.access import person_of, public, signed_in
from kpilot.web.people.forms import (
    ChangePasswordForm,
    NewPasswordForm,
    SetUpForm,
    SignInForm,
    TasteForm,
)
from kpilot.web.people.models import Person, Theme

BACKEND = "django.contrib.auth.backends.ModelBackend"
A_YEAR = 365 * 24 * 3600


@public
@sensitive_post_parameters()
def set_up(request: HttpRequest) -> HttpResponse:
    """Make the first administrator; the page is gone once she exists."""
    if door.is_set_up():
        return redirect("sign-in")
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = door.set_up(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=translation.get_language() or "",
            )
        except door.AlreadySetUp:
            messages.info(request, _("Somebody else was faster: the administrator exists."))
            return redirect("sign-in")
        login(request, person, backend=BACKEND)
        return redirect("home")
    return render(request, "people/set_up.html", {"form": form})


@public
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in; the answer to a wrong pair never says which half was wrong."""
    if not door.is_set_up():
        return redirect("set-up")
    back = _safe(request, request.GET.get("next", ""))
    if isinstance(request.user, Person):
        return redirect(back)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = door.let_in(request, now=timezone.now(), **form.cleaned_data)
        except door.Wait as wait:
            form.add_error(None, _("Too many tries. Wait %(n)s min.") % {"n": wait.minutes})
        else:
            if person is not None:
                login(request, person, backend=BACKEND)
                return redirect(back)
            form.add_error(None, _("This address and password do not go together."))
    status = 400 if form.errors else 200
    return render(request, "people/sign_in.html", {"form": form}, status=status)


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget who it is."""
    logout(request)
    return redirect("sign-in")


@public
@sensitive_post_parameters()
def welcome(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The one-time link: choose a password and come in. Used or old, it says so."""
    person = _invited(uid, token)
    if person is None:
        return render(request, "people/link_gone.html", status=410)
    form = NewPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        person.set_password(form.cleaned_data["password"])
        person.save(update_fields=["password"])
        login(request, person, backend=BACKEND)
        return redirect("home")
    return render(request, "people/welcome.html", {"form": form, "invited": person})


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Own name, language and colours."""
    person = person_of(request)
    form = TasteForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        translation.activate(person.language or translation.get_language_from_request(request))
        messages.success(request, _("Saved."))
        return redirect("profile")
    password = ChangePasswordForm(person=person)
    return render(request, "people/profile.html", {"form": form, "password_form": password})


@signed_in
@require_POST
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for oneself; other sessions of hers end."""
    person = person_of(request)
    form = ChangePasswordForm(request.POST, person=person)
    if form.is_valid():
        person.set_password(form.cleaned_data["password"])
        person.save(update_fields=["password"])
        update_session_auth_hash(request, person)
        messages.success(request, _("Your password is changed."))
        return redirect("profile")
    taste = TasteForm(instance=person)
    context = {"form": taste, "password_form": form}
    return render(request, "people/profile.html", context, status=400)


@public
@require_POST
def taste(request: HttpRequest) -> HttpResponse:
    """Language or colours by one click: kept with the person, or in a cookie before the door."""
    person = request.user if isinstance(request.user, Person) else None
    response = redirect(_safe(request, request.POST.get("next", "")))
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language in ("en", "fr"):
        response.set_cookie("django_language", language, max_age=A_YEAR, samesite="Lax")
        if person is not None:
            person.language = language
    if theme in Theme.values:
        response.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax")
        if person is not None:
            person.theme = theme
    if person is not None:
        person.save(update_fields=["language", "theme"])
    return response


def _invited(uid: str, token: str) -> Person | None:
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    return person if default_token_generator.check_token(person, token) else None


def _safe(request: HttpRequest, back: str) -> str:
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if ours else "/"
