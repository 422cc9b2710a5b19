"""The only way in for rows: read, propose, preview, commit.

`load` takes the four steps in a row; the pages and the command line take them one by one, so that
a person can look and correct in between.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from kpilot.load.answers import read_answers
from kpilot.load.commit import commit, preview
from kpilot.load.history import load_report, loads, refused_files
from kpilot.load.incoming import discard, new_folder
from kpilot.load.memory import remember
from kpilot.load.plan import Answers, Plan
from kpilot.load.propose import propose
from kpilot.load.questions import SURE
from kpilot.load.reading import read
from kpilot.load.report import LoadReport, Preview, Progress, silent
from kpilot.load.undo import undo
from kpilot.project import Project

__all__ = [
    "accepted", "commit", "load", "load_report", "loads", "preview", "propose", "read",
    "refused_files", "remember", "undo",
]


def load(
    paths: Sequence[Path],
    project: Project,
    *,
    mapping: Path | Answers | None = None,
    who: str,
    now: datetime | None = None,
    yes: bool = True,
    dry_run: bool = False,
    progress: Progress = silent,
) -> LoadReport:
    """Bring the rows of these files in, in one transaction, and say what became of each.

    mapping   what a person says about the files (a mapping file, or answers)
    yes       take what is proposed where nothing was said; else such names are kept apart
    dry_run   look without writing: the report has the id 0

    Raises UserError when a file cannot be read, when the plan has conflicts, or when a control
    total does not add up; nothing is written then.
    """
    answers = read_answers(mapping) if isinstance(mapping, Path) else mapping or Answers()
    folder = new_folder(project)
    clock = [perf_counter()]
    try:
        raw = read(paths, folder, progress=progress)
        clock.append(perf_counter())
        plan = propose(raw, remember(project), answers)
        plan = accepted(plan) if yes else plan
        clock.append(perf_counter())
        if dry_run:
            report = _dry(preview(plan, project, progress, now=now), who, now)
        else:
            report = commit(plan, project, who=who, now=now, progress=progress)
        clock.append(perf_counter())
    finally:
        discard(folder)
    steps = zip(("read", "propose", "commit"), clock, clock[1:], strict=False)
    return replace(report, seconds={step: end - start for step, start, end in steps})


def accepted(plan: Plan) -> Plan:
    """The plan with the aliases taken about which nobody said anything, if they are sure.

    Less sure ones stay open: their names are kept apart, and asked about again next time.
    """
    return replace(plan, aliases=tuple(
        replace(alias, accepted=True)
        if alias.accepted is None and alias.confidence >= SURE else alias
        for alias in plan.aliases))


def _dry(found: Preview, who: str, now: datetime | None) -> LoadReport:
    moment = now or datetime.now().astimezone()
    return LoadReport(
        id=0, who=who, source=found.source, files=tuple(t.file for t in found.tables),
        started_at=moment, finished_at=moment, tables=found.tables, problems=found.problems,
        problem_count=found.problem_count, implied=found.implied, coverage=found.coverage,
        horizon=found.horizon, flags=found.flags, notes=(*found.notes, *found.conflicts),
        dry_run=True)
