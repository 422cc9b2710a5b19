"""The translations: every `kpilot/locale/<language>/*.po` becomes one compiled catalogue.

Each area of the program keeps its own .po file, so people who work side by side don't meet in one.

    python -m scripts.messages            compiles what changed
    python -m scripts.messages --check    lists what is missing or wrong, and fails if anything is
    python -m scripts.messages --extract  prints what is missing as a .po, ready to be translated
"""

import io
import re
import string
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kpilot.core.text import with_french_spaces

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "kpilot"
LOCALE = SOURCES / "locale"

Key = tuple[str, str | None]  # the English text (the singular of a plural) and its context

KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "Text": None,
    "UserError": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "speech": None,
}


class Contradiction(Exception):
    """Two .po files of one language translate the same text differently."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """One place where a text meant for people stands in the sources."""

    file: str
    line: int
    text: str | tuple[str, ...]
    context: str | None

    @property
    def key(self) -> Key:
        return (self.text if isinstance(self.text, str) else self.text[0], self.context)


def languages(locale: Path = LOCALE) -> list[str]:
    """The languages that have translations, English not being one."""
    return sorted(folder.name for folder in locale.iterdir() if any(folder.glob("*.po")))


def merged(language: str, locale: Path = LOCALE) -> Catalog:
    """All .po files of a language as one catalogue; Contradiction when two of them disagree."""
    whole = Catalog(locale=language, domain="django", project="kpilot", version="")
    for path in sorted((locale / language).glob("*.po")):
        with path.open("rb") as handle:
            part = read_po(handle, locale=language)
        for message in part:
            if not message.id:
                continue
            if language == "fr":
                message.string = _with_french_spaces(message.string or "")
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise Contradiction(
                    f"{path.name} says {message.string!r} for {message.id!r}, "
                    f"another file of {language} says {known.string!r}"
                )
            whole[message.id] = message
    return whole


def _with_french_spaces(texts: str | Sequence[str]) -> str | tuple[str, ...]:
    if isinstance(texts, str):
        return with_french_spaces(texts)
    return tuple(with_french_spaces(text) for text in texts)


def build(locale: Path = LOCALE) -> None:
    """Writes LC_MESSAGES/django.mo of every language whose texts changed."""
    for language in languages(locale):
        compiled = io.BytesIO()
        write_mo(compiled, merged(language, locale))
        target = locale / language / "LC_MESSAGES" / "django.mo"
        if target.exists() and target.read_bytes() == compiled.getvalue():
            continue
        target.parent.mkdir(exist_ok=True)
        fresh = target.with_suffix(".new")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(target)


def uses(sources: Path = SOURCES) -> Iterator[Use]:
    """Every text for people in the Python files and the Django templates under `sources`."""
    # Only here: the build hook compiles translations without Django.
    from django.utils.translation.template import templatize

    for path in sorted(sources.rglob("*")):
        inside = path.relative_to(sources)
        if path.suffix == ".py":
            code = path.read_text()
        elif path.suffix == ".html" or (path.suffix == ".txt" and "templates" in inside.parts):
            made = templatize(path.read_text(), origin=str(inside))
            # A template's indentation means nothing to Python's tokenizer, or breaks it.
            code = "\n".join(line.strip() for line in made.splitlines())
        else:
            continue
        found = extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS)
        for line, text, _comments, context in found:
            yield Use(file=str(inside), line=line, text=text, context=context)


def problems(language: str, sources: Path = SOURCES) -> Iterator[str]:
    """What is missing or wrong in the texts of `language`, one sentence each."""
    catalog = merged(language, sources / "locale")
    found = list(uses(sources))
    for use in missing(catalog, found):
        yield f"{use.file}:{use.line} has no {language}: {use.text!r}"
    said = {use.key for use in found}
    for message in catalog:
        if message.id:
            yield from _wrong(message, language)
            if _key(message) not in said:
                yield f"{_key(message)[0]!r} has {language}, but nothing says it"


def missing(catalog: Catalog, found: Iterable[Use]) -> Iterator[Use]:
    """The first use of every text that `catalog` does not translate."""
    known = {_key(message) for message in catalog if _translated(message)}
    for use in found:
        if use.key not in known:
            known.add(use.key)
            yield use


def _key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def _forms(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    """A text, or the forms of a plural, as a tuple."""
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _translated(message: Message) -> bool:
    return all(_forms(message.string))


def _wrong(message: Message, language: str) -> Iterator[str]:
    shown = _key(message)[0]
    if message.fuzzy:
        yield f"{shown!r} is marked fuzzy: confirm it or translate it anew"
    wanted = set[str]().union(*(_places(form) for form in _forms(message.id)))
    for form in _forms(message.string):
        # The one of a plural may leave its number out: "one row" beside "{n} rows".
        one_of_many = not isinstance(message.id, str)
        found = _places(form)
        if form and (found - wanted or (wanted - found and not one_of_many)):
            yield f"{shown!r} has the places {sorted(wanted)}, its {language} {sorted(found)}"


def _places(text: str) -> set[str]:
    """The named places that values are put into: {n} and %(n)s."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%\((\w+)\)[sd]", text))


def main() -> None:
    """Compiles, or does what the one option says."""
    option = sys.argv[1] if len(sys.argv) > 1 else ""
    if option == "--check":
        found = [problem for language in languages() for problem in problems(language)]
        print("\n".join(found) or "Every text is translated.")
        sys.exit(bool(found))
    elif option == "--extract":
        for language in languages():
            todo = Catalog(locale=language)
            for use in missing(merged(language), uses()):
                todo.add(use.text, locations=[(use.file, use.line)], context=use.context)
            write_po(sys.stdout.buffer, todo, omit_header=True, width=100)
    else:
        build()


if __name__ == "__main__":
    main()
