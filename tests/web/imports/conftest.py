"""Files to import, and an administrator who imports them through the pages."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

PATIENCE = 90.0
DEALS = """\
Opportunity ID;Opportunity Name;Owner;Account;Stage;Amount;Close Date;Product
O-1;Pumps;Ann Archer;Vauban;Qualification;1 200,50;28/02/2024;Sensor Pro
O-2;Valves;Ann Archer;Arceaux;Won;8 940,00;15/02/2024;SensorPro
O-3;Tubes;Bob Brown;Vauban;Lost;500,00;14/02/2024;Sensor Pro
O-4;Seals;Bob Brown;Tilleuls;Won;sixty;13/02/2024;Sensor Pro
O-5;Caps;Bob Brown;Tilleuls;Won;70,00;31/02/2024;Sensor Pro
"""
CLEAN = """\
id,name,stage,amount,close date
C-1,One,Won,100,2024-03-01
C-2,Two,Lost,200,2024-03-02
"""


class Importer:
    """An administrator at the import pages: `upload` gives the address of the import."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def upload(self, **files: str | bytes) -> str:
        """Sends `name=content`, each as name.csv, and follows to the import's page."""
        sent = [
            SimpleUploadedFile(f"{name}.csv", text.encode() if isinstance(text, str) else text)
            for name, text in files.items()
        ]
        answer = self.client.post("/data/import/", {"files": sent, "whole": "yes"})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return str(answer["Location"])

    def page(self, address: str) -> str:
        """The page once nothing is being worked out any more."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self.client.get(address, follow=True)
            text = answer.content.decode()
            if 'id="progress"' not in text:
                return text
            time.sleep(0.1)
        raise AssertionError(f"{address} never ends")

    def say(self, address: str, what: str, **words: str) -> None:
        """Sends one of the forms of the import."""
        answer = self.client.post(f"{address}{what}/", words)
        assert answer.status_code == 302

    def load(self, address: str) -> str:
        """Confirms the import once it can be, and gives its report page."""
        self.page(address)
        self.say(address, "load")
        return self.page(address)


@pytest.fixture
def deals() -> str:
    """Five opportunities as a French spreadsheet writes them; two have a cell that is wrong."""
    return DEALS


@pytest.fixture
def clean() -> str:
    """Two opportunities without a fault."""
    return CLEAN


@pytest.fixture
def eve(visit: Callable[[str], Client]) -> Importer:
    """The administrator."""
    return Importer(visit("eve"))


@pytest.fixture
def incoming(project_folder: Path) -> Callable[[], list[str]]:
    """What stands in the project's incoming folder now."""
    return lambda: sorted(
        path.name for path in (project_folder / "incoming").iterdir() if path.name[0] != "."
    )
