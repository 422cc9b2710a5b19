"""Which of the old code pages some bytes are in, when they are not Unicode.

Western Europe's is the rule and is kept unless another makes clearly more sense: statistical
guessers take a French list of names for Latvian or Cyrillic.
"""

import re

_WEST = frozenset("éèêëàâäçîïôöùûüœæñáíóúßåøãõÉÈÊËÀÂÄÇÎÏÔÖÙÛÜÑÅØ€’“”–—°«»…·²\u2018\u00a0")
_CENTRE = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽöüőűäÖÜŐŰÄăâîşţ€„”–\u00a0")
_TURKISH = frozenset("çğıöşüÇĞİÖŞÜâîû€’“”–\u00a0")
_CYRILLIC = frozenset(map(chr, (0x401, 0x404, 0x406, 0x407, *range(0x410, 0x450), 0x451, 0x454,
                                0x456, 0x457, 0x2116)))
_PAGES = (("cp1252", _WEST), ("cp1250", _CENTRE), ("cp1254", _TURKISH), ("mac_roman", _WEST))
MARGIN = 0.15
RUN = 2.5  # Cyrillic letters stand together, accented ones alone


def spoken(codec: str) -> str:
    """The name of a code page as people know it: "Windows-1252"."""
    return "Mac Roman" if codec == "mac_roman" else codec.replace("cp", "Windows-")


def code_page(head: bytes) -> str:
    """The Python codec of bytes that are no Unicode; "cp1252" unless another fits far better.

    >>> code_page("Société;Nîmes".encode("cp1252")), code_page("Łódź;Gdańsk".encode("cp1250"))
    ('cp1252', 'cp1250')
    """
    runs = re.findall(rb"[\x80-\xff]+", head)
    if sum(map(len, runs)) >= RUN * len(runs) and _share(head, "cp1251", _CYRILLIC) > 0.9:
        return "cp1251"
    best, best_share = "cp1252", 0.0
    for codec, letters in _PAGES:
        share = _share(head, codec, letters)
        if share > best_share + (MARGIN if best_share else 0):
            best, best_share = codec, share
    return best


def _share(head: bytes, codec: str, letters: frozenset[str]) -> float:
    """How many of the letters outside ASCII are at home in the language of the code page."""
    foreign = [letter for letter in head.decode(codec, "replace") if ord(letter) > 127]
    return sum(letter in letters for letter in foreign) / max(1, len(foreign))
