"""`python -m kpilot` is `kpilot`."""

from kpilot.cli import main

if __name__ == "__main__":
    main()
