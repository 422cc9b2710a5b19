"""Words between the figures: headings, lists and links, written plainly and shown safely."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as N_

from kpilot.project import Project
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.card import Asked, Drawing
from kpilot.web.widgets.fields import option

LABEL = N_("Text")
HOW_TO_READ = N_("Your own words between the figures: a heading, a note, a list, links.")
GROUP = "words"
SIZE = (4, 2)
FIELDS = (
    option(
        "text",
        N_("Text"),
        form="long",
        needed=True,
        hint=N_(
            "# begins a heading, - a list; a link is [words](https://…). All else, ** too, is "
            "shown as typed."
        ),
    ),
)
LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True, kw_only=True)
class Run:
    """Words, with an address when they are a link."""

    text: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A heading, a paragraph or a list; each line is made of runs."""

    kind: str
    lines: Sequence[Sequence[Run]]


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The text in blocks; whatever looks like HTML stays text."""
    blocks = read(asked.options.get("text", ""))
    heading = next((b for b in blocks if b.kind == "heading"), None)
    title = "".join(run.text for run in heading.lines[0]) if heading else ""
    rest = blocks[1:] if blocks[:1] == [heading] else blocks
    return Drawing(template="widgets/text.html", context={"blocks": rest}, finding=title)


def read(text: str) -> list[Block]:
    """Lines that begin with # or - are headings and lists; an empty line ends a paragraph."""
    blocks: list[Block] = []
    kind, lines = "", list[Sequence[Run]]()

    def close() -> None:
        nonlocal kind, lines
        if lines:
            blocks.append(Block(kind=kind, lines=lines))
        kind, lines = "", []

    for line in text.splitlines():
        words = line.strip()
        found = "heading" if words.startswith("#") else "list" if words.startswith("- ") else "text"
        if not words or found != kind or found == "heading":
            close()
        if words:
            kind = found
            lines.append(_runs(words.lstrip("#").strip() if found == "heading" else
                               words[2:].strip() if found == "list" else words))  # fmt: skip
    close()
    return blocks


def _runs(line: str) -> Sequence[Run]:
    runs, at = [], 0
    for link in LINK.finditer(line):
        if not is_safe(link[2]):
            continue
        if link.start() > at:
            runs.append(Run(text=line[at : link.start()]))
        runs.append(Run(text=link[1], href=link[2]))
        at = link.end()
    if at < len(line):
        runs.append(Run(text=line[at:]))
    return runs


def is_safe(address: str) -> bool:
    """Whether a link may lead there: a page of ours, the web, or a mailbox."""
    if address.startswith("/"):
        return not address.startswith(("//", "/\\"))
    try:
        return urlsplit(address).scheme in ("http", "https", "mailto")
    except ValueError:
        return False
