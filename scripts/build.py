"""Everything that is made from sources before kpilot can run: the translations and the front end.

Called by the build hook of the package and by `make`; quick when nothing has changed.
"""

from scripts import frontend, messages


def main() -> None:
    """Builds what is out of date."""
    messages.build()
    frontend.build()


if __name__ == "__main__":
    main()
