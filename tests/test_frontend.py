"""The front end is bundled when its sources change, and passes its own checks."""

from pathlib import Path

from scripts import frontend


def test_the_front_end_passes_its_own_tests() -> None:
    frontend.npm("test")


def test_what_npm_installed_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "app.ts").write_text("export {}")
    before = frontend.content(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "other.js").write_text("1")
    assert frontend.content(tmp_path) == before


def test_a_change_or_another_name_makes_other_content(tmp_path: Path) -> None:
    source = tmp_path / "app.ts"
    source.write_text("export {}")
    before = frontend.content(tmp_path)
    source.write_text("export { }")
    changed = frontend.content(tmp_path)
    source.rename(tmp_path / "main.ts")
    assert len({before, changed, frontend.content(tmp_path)}) == 3


def test_building_brings_the_bundle_up_to_date() -> None:
    frontend.build()
    assert frontend.STAMP.read_text() == frontend.content(frontend.SOURCES)
