"""The application a WSGI server runs: Django, with the built front end served before it."""

import os
import re

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpilot.web.settings")

HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")


def _never_changes(path: str, url: str) -> bool:
    return bool(HASHED.search(url))


application = WhiteNoise(
    get_wsgi_application(),
    root=str(settings.DIST),
    prefix="static/",
    max_age=300,
    immutable_file_test=_never_changes,
)
