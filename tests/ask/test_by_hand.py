"""Every KPI that one SELECT over a fact expresses, against that SELECT written by hand."""

from contextlib import closing
from pathlib import Path

from benchmarks import ask, catalogue

FEW = 400


def test_every_kpi_gives_what_sql_by_hand_gives(tmp_path: Path) -> None:
    """What `make bench` compares before it times it, on a small company of the same making."""
    with closing(catalogue.company_of(FEW, tmp_path / "small")) as project:
        for _ in catalogue.built(project):
            pass
        with project.engine.reading() as cursor:
            for path in sorted(ask.SQL.glob("*.sql")):
                assert ask.checked(project, cursor, path).figures
