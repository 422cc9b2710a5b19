"""Django's settings, drawn from the opened project folder (KPILOT_PROJECT) and nothing else."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from kpilot.web.secret import secret_key

WEB = Path(__file__).parent
PROJECT_FOLDER = Path(os.environ.get("KPILOT_PROJECT", ".")).resolve()
DIST = WEB / "static" / "dist"

SECRET_KEY = secret_key(PROJECT_FOLDER)
DEBUG = False
# Names this server answers to: loopback always, others as told when it is started.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("KPILOT_HOSTS", "").split()]
HTTPS = os.environ.get("KPILOT_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_htmx",
    "kpilot.web.people",
    "kpilot.web.shell",
    "kpilot.web.kpis",
    "kpilot.web.catalogue",
    "kpilot.web.imports",
    "kpilot.web.advisor",
    "kpilot.web.goals",
    "kpilot.web.targets",
    "kpilot.web.dashboards",
    "kpilot.web.team",
    "kpilot.web.monday",
    "kpilot.web.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kpilot.web.people.middleware.AsThePersonLikes",
    "kpilot.web.people.middleware.AskWhoItIs",
]
ROOT_URLCONF = "kpilot.web.urls"
WSGI_APPLICATION = "kpilot.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A widget's template stands beside its code: widgets/line.py and widgets/line.html.
        "DIRS": [WEB],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "kpilot.web.shell.templatetags.components",
                "kpilot.web.shell.templatetags.formatting",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kpilot.web.shell.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": PROJECT_FOLDER / "app.sqlite3",
        # Kept by each thread: opening the file took a third of an unchanged answer.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
    )
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

LANGUAGES = [("en", "English"), ("fr", "Français")]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [WEB.parent / "locale"]
USE_I18N = True
USE_TZ = True
# The project's own zone is activated for each request; what is stored is UTC.
TIME_ZONE = "UTC"

# Read from memory of this one process, written to the database.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kpilot.web.shell.errors.stale_form"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
# Nothing inline: no style attribute, no script in a page. Bars are drawn with SVG attributes.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

STATIC_URL = "/static/"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "kpilot": {"handlers": ["console"], "level": "INFO"},
    },
}
