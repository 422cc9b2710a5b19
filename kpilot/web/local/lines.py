"""How a command's progress and outcome travel: one JSON object a line."""

import json

from kpilot.core.errors import UserError
from kpilot.load import kept_text
from kpilot.load.report import Progress

Json = dict[str, object]


def progress_line(stage: str, done: int, total: int) -> str:
    """How far the command is."""
    return _line({"progress": [stage, done, total]})


def answer_line(answer: Json) -> str:
    """What the command gives; the last line."""
    return _line({"answer": answer})


def error_line(error: UserError) -> str:
    """What a person has to put right; the last line."""
    hint = None if error.hint is None else kept_text.keep(error.hint)
    return _line({"error": {"text": kept_text.keep(error.text), "hint": hint, "code": error.code}})


def from_line(line: bytes, progress: Progress) -> Json | None:
    """The answer when `line` holds it; progress is passed on, an error raised."""
    said = json.loads(line)
    if "error" in said:
        error = said["error"]
        text = kept_text.restore(error["text"])
        hint = kept_text.restore(error["hint"]) if error["hint"] else None
        raise UserError(text.template, hint=hint, code=error["code"], **text.values)
    if "progress" in said:
        progress(*said["progress"])
        return None
    answer: Json = said["answer"]
    return answer


def _line(said: Json) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"
