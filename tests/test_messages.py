"""Every sentence for people exists in French, and the check that says so works."""

import ast
from pathlib import Path

import pytest

from kpilot import language
from kpilot.core.text import Text
from scripts import messages

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def tree(folder: Path, code: str, **catalogues: str) -> Path:
    """A source folder with one module and the French catalogues given by name."""
    (folder / "locale" / "fr").mkdir(parents=True)
    (folder / "page.py").write_text(code)
    for name, entries in catalogues.items():
        (folder / "locale" / "fr" / f"{name}.po").write_text(HEAD + entries)
    return folder


def entry(english: str, french: str) -> str:
    return f'msgid "{english}"\nmsgstr "{french}"\n\n'


@pytest.mark.parametrize("name", messages.languages())
def test_every_text_is_translated(name: str) -> None:
    assert "\n".join(messages.problems(name)) == ""


def test_a_text_without_french_is_named_with_its_place(tmp_path: Path) -> None:
    sources = tree(tmp_path, 'Text("Nothing to load.")\n', shell="")
    assert list(messages.problems("fr", sources)) == ["page.py:1 has no fr: 'Nothing to load.'"]


@pytest.mark.parametrize(
    "code",
    [
        'UserError("Out", hint=1)',
        'raise UserError("Other", hint=Text("Out"))',
        '_("Out")',
        'gettext_lazy("Out")',
        'ngettext("Out", "Outs", 2)',
        'pgettext("door", "Out")',
        'Text("O" "ut", n=3)',
    ],
)
def test_texts_are_found_in_every_way_they_are_written(code: str, tmp_path: Path) -> None:
    sources = tree(tmp_path, f"{code}\n", shell="")
    assert "Out" in [use.key[0] for use in messages.uses(sources)]


def test_a_translator_has_no_name_under_which_texts_are_not_found() -> None:
    names = [
        alias.asname or alias.name
        for path in messages.SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name.endswith(("gettext", "gettext_lazy", "gettext_noop"))
    ]
    assert set(names) - set(messages.KEYWORDS) == set()


def test_texts_are_found_in_templates(tmp_path: Path) -> None:
    sources = tree(tmp_path, "", shell="")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% translate "One" %}{% blocktranslate trimmed with n=n %}\n {{ n }} two\n'
        '{% endblocktranslate %}{{ _("Three") }}{% translate "Four" context "door" %}'
    )
    (tmp_path / "widget.html").write_text('{% translate "Five" %}')  # beside its Python
    keys = {use.key for use in messages.uses(sources)}
    assert keys == {("One", None), ("%(n)s two", None), ("Three", None), ("Four", "door"),
                    ("Five", None)}  # fmt: skip


def test_a_translation_that_nothing_says_is_named(tmp_path: Path) -> None:
    sources = tree(tmp_path, 'Text("Out")\n', shell=entry("Out", "Dehors") + entry("In", "Dedans"))
    assert list(messages.problems("fr", sources)) == ["'In' has fr, but nothing says it"]


def test_a_fuzzy_translation_is_refused(tmp_path: Path) -> None:
    sources = tree(tmp_path, "", shell="#, fuzzy\n" + entry("Out", "Dehors"))
    assert "fuzzy" in "".join(messages.problems("fr", sources))


@pytest.mark.parametrize("french", ["{m} lignes", "lignes", "{n} {m} lignes"])
def test_other_places_than_the_english_ones_are_refused(french: str, tmp_path: Path) -> None:
    sources = tree(tmp_path, "", shell=entry("{n} rows", french))
    assert "has the places ['n']" in "".join(messages.problems("fr", sources))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Quoi ?", "Quoi\u00a0?"),
        ("Il dit : « oui »", "Il dit\u00a0: «\u00a0oui\u00a0»"),
        ("{n} % de %(m)s", "{n}\u00a0% de %(m)s"),
    ],
)
def test_french_signs_hold_to_the_word_before(written: str, shown: str, tmp_path: Path) -> None:
    locale = tree(tmp_path, "", shell=entry("What", written)) / "locale"
    message = messages.merged("fr", locale).get("What")
    assert message is not None
    assert message.string == shown


def test_two_files_that_disagree_are_refused(tmp_path: Path) -> None:
    sources = tree(tmp_path, "", shell=entry("Out", "Dehors"), load=entry("Out", "Sortie"))
    with pytest.raises(messages.Contradiction, match="Dehors"):
        messages.merged("fr", sources / "locale")


def test_two_files_may_say_the_same(tmp_path: Path) -> None:
    sources = tree(tmp_path, "", shell=entry("Out", "Dehors"), load=entry("Out", "Dehors"))
    assert len(messages.merged("fr", sources / "locale")) == 1


def test_a_compiled_catalogue_is_only_written_when_it_changes(tmp_path: Path) -> None:
    locale = tree(tmp_path, "", shell=entry("Out", "Dehors")) / "locale"
    messages.build(locale)
    compiled = locale / "fr" / "LC_MESSAGES" / "django.mo"
    first = compiled.stat().st_mtime_ns
    messages.build(locale)
    assert compiled.stat().st_mtime_ns == first


def test_the_command_line_speaks_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locale = tree(tmp_path, "", shell=entry("{n} rows", "{n} lignes")) / "locale"
    messages.build(locale)
    monkeypatch.setattr(language, "LOCALE", locale)
    text = Text("{n} rows", n=1234)
    assert text.render(language.translator("fr"), "fr") == "1\u202f234 lignes"
    assert text.render(language.translator("en"), "en") == "1,234 rows"
    assert language.translator("fr")("") == ""


@pytest.mark.parametrize(
    ("env", "wished"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANGUAGE": "fr:en", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "de_DE"}, "en"),
    ],
)
def test_the_terminal_says_which_language(env: dict[str, str], wished: str) -> None:
    assert language.pick_language(env) == wished
