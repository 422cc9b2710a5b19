"""What is planted in the made-up company, with its numbers, in one place.

Everything else in it is even on purpose (see `spread`), so that what the analyses find is what
stands here. `docs/demo.md` tells the same stories in words; `write(…, stories=False)` leaves all
of them out.
"""

from dataclasses import dataclass

from kpilot.demo.days import Days

# (a) A stage that got worse on a date: proposals sent from that day on convert less, die slower.
STAGE = 2
STAGE_RATE = 0.77
STAGE_RATE_AFTER = 0.42
STAGE_LOSS_DAYS_AFTER = 42.0
STAGE_WINDOW_DAYS = 30

# (b) A channel mix shift: in the last complete quarter each channel wins `CHANNEL_LIFT` more of
# its opportunities than in the quarter before, and all together win `TOTAL_DROP` less.
CHANNEL_LIFT = 0.045
TOTAL_DROP = 0.03
SHIFT_TO = {"Paid search": 0.45, "Social ads": 0.40, "Cold calls": 0.15}
SHIFT_LEADS_DAYS_BEFORE = 60

# (c) The hare closes in half the time and her customers leave; the tortoise takes her time.
HARE = "Lucas Ferrand"
HARE_SPEED = 0.50
HARE_LEAVE = 0.68
TORTOISE = "Inès Vasseur"
TORTOISE_SPEED = 1.55
TORTOISE_LEAVE = 0.02
USUAL_LEAVE = 0.30

# (d) Two teams on the running quarter's target: actual = pace × elapsed share × target, once
# enough of the quarter is over to have won something.
AHEAD_TEAM = "Lyon"
AHEAD_PACE = 1.28
BEHIND_TEAM = "Bruxelles"
BEHIND_PACE = 0.58
USUAL_PACE = (0.96, 1.06)
PACE_FROM_ELAPSED = 0.15

# (e) A rep with two wins of two, who joined not long ago.
ROOKIE = "Jonas Keller"
ROOKIE_DAYS = 120
ROOKIE_WINS = 2
ROOKIE_OPEN = 6


@dataclass(frozen=True, kw_only=True)
class Stories:
    """The planted stories placed in time; days counted as in `Days`.

    worse_from    first day on which proposals convert less
    shifted       number of the last complete quarter, the one with the shifted mix
    """

    told: bool
    worse_from: int
    shifted: int


def stories_at(days: Days, *, told: bool) -> Stories:
    """Where the stories fall for this today.

    A bottleneck is looked for in the latest month that ended `STAGE_WINDOW_DAYS` ago (spec 4.1),
    against the twelve before: that month is the first bad one.
    """
    month = int(days.month[days.last])
    while days.month_start(month + 1) + STAGE_WINDOW_DAYS > days.last + 1:
        month -= 1
    return Stories(told=told, worse_from=days.month_start(month),
                   shifted=int(days.quarter[days.last]) - 1)
