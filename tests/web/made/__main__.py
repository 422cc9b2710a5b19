"""`python -m tests.web.made FOLDER [NAME]`: the application database of the project in FOLDER.

With the cast; with what `furnish` of the module NAME adds, when it is there already. A process of
its own, because Django knows one database.
"""

import os
import sys
from importlib import import_module


def main(folder: str, name: str = "") -> None:
    os.environ.update(KPILOT_PROJECT=folder, DJANGO_SETTINGS_MODULE="kpilot.web.settings")
    import django
    from django.core.management import call_command

    django.setup()
    if name:
        import_module(name).furnish()
    else:
        call_command("migrate", verbosity=0)
        import_module("tests.web.made.cast").add_people()


if __name__ == "__main__":
    main(*sys.argv[1:])
