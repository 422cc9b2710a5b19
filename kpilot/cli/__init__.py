"""The command line: `kpilot`. Each group of commands is a module; all speak through `speech`.

Exit codes: 0 done (refused rows are told), 1 something a person can put right, 2 the command is
not understood, or needs an answer and there is nobody to ask, 130 stopped by a person or a signal.
"""

from kpilot.cli.demo import demo
from kpilot.cli.loading import load
from kpilot.cli.making import check, init
from kpilot.cli.numbers import ask, explain, kpis
from kpilot.cli.past import loads, refused, undo
from kpilot.cli.serving import serve
from kpilot.cli.speech import N_, Group

main = Group(
    "kpilot",
    help=N_("kpilot, the sales-KPI cockpit: CRM files in, right figures out."),
    commands=[demo, init, load, loads, undo, refused, ask, explain, kpis, check, serve],
)
