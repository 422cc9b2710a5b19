"""Opportunities that several people worked on, with several products in them."""

from hypothesis import strategies as st

from tests.oracle import companies as plain
from tests.oracle.companies import AGENTS, DAYS
from tests.oracle.lives import Setup
from tests.oracle.making import Tables, fates, times


@st.composite
def companies(draw: st.DrawFn) -> tuple[Tables, Setup]:
    """A company with deeds, shares and lines on its opportunities."""
    tables, setup = draw(plain.companies())
    tz = setup.tz
    ids = [row["id"] for row in tables["opportunity"]][:12]
    tables |= {"activity": [], "opportunity_split": [], "opportunity_line": []}
    says = draw(st.booleans())
    for id_ in ids:
        for n in range(draw(st.integers(0, 2))):
            is_day = not draw(st.integers(0, 3))
            status = draw(st.sampled_from(["done", "done", "planned", "cancelled"]))
            tables["activity"].append({
                "id": f"{id_}.a{n}", "kind": "call", "opportunity_id": id_,
                "agent_id": draw(st.sampled_from([*AGENTS, None])),
                "status": status if says else None,
                "is_automated": draw(st.sampled_from([False, False, True])),
                **draw(times("", tz, is_day=is_day, days=DAYS)), **draw(fates(tz, "")),
            })  # fmt: skip
        shares = draw(
            st.sampled_from([(), (), (1.0,), (0.25, 0.75), (0.5, 0.25, 0.25), (0.5, 0.4)])
        )
        who = draw(st.permutations(["ana", "bob", "cy"]))
        tables["opportunity_split"] += [
            {"opportunity_id": id_, "agent_id": agent, "weight": share}
            for agent, share in zip(who, shares, strict=False)
        ]
        tables["opportunity_line"] += [
            {"id": f"{id_}.{n}", "opportunity_id": id_,
             "product_id": draw(st.sampled_from(["x", "y", None])),
             "net_amount": draw(st.sampled_from([0, 10, 30]))}
            for n in range(draw(st.sampled_from([0, 0, 1, 2, 3])))
        ]  # fmt: skip
    return tables, setup
