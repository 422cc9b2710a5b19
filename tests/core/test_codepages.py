"""Exports of old programs in other languages are read in the code page they were written in."""

import pytest

from kpilot.core.codepages import code_page, spoken


@pytest.mark.parametrize(("codec", "text"), [
    ("cp1252", "Nom;Montant;Société\nÉlodie;12,5;Crédit Agricole\nZoé;13;Hôtel du Château\n"),
    ("cp1252", "Nom;Société\nZoé;Nîmes\n"), ("cp1252", "Nom;Montant\nDupont;12,5 €\n"),
    ("cp1252", "Name;Straße\nMüller;Größe\n"), ("cp1252", "Nombre;Año\nMuñoz;España\n"),
    ("cp1252", "Nom;Note\nDupont;l’affaire – n° 3\n"),
    ("cp1250", "Nazwa;Miasto\nŁukasz Żółć;Łódź\nAgnieszka;Gdańsk\n"),
    ("cp1251", "\u0418\u043c\u044f;\u0413\u043e\u0440\u043e\u0434\n"
               "\u0418\u0432\u0430\u043d;\u041c\u043e\u0441\u043a\u0432\u0430\n"),
    ("cp1254", "Ad;Şehir\nİbrahim;İstanbul\nAyşe;Muğla\n"),
    ("mac_roman", "Nom;Société\nZoé;Nîmes\nÉlodie;Crédit\n")])
def test_the_code_page_is_found(codec: str, text: str) -> None:
    assert text.encode(codec).decode(code_page(text.encode(codec))) == text


def test_code_pages_have_names_people_know() -> None:
    assert [spoken("cp1252"), spoken("mac_roman")] == ["Windows-1252", "Mac Roman"]
