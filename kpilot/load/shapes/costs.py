"""What was spent, as ad platforms, accounts and payrolls write it, brought to costs.

An ad report never says that it is advertising, nor that marketing paid; a ledger has debits and
credits and the name of an account; a payroll has months. Without a function (marketing, sales or
customer service) a cost counts nowhere, so what these files leave unsaid is filled in here, from
words that leave no doubt. Rows of which it stays unknown are refused later, as a cell is missing.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold, phrase, plain
from kpilot.load.periods import month
from kpilot.load.plan import Style
from kpilot.load.shapes.cells import (
    Column,
    all_read,
    day,
    day_reader,
    figure,
    is_month_end,
    kept,
    lookup,
    next_month,
    remade,
)
from kpilot.load.shapes.desk import ALL, Desk, cell, column, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, text

SEEN = frozenset({"impressions", "impr", "clicks", "clics", "ctr", "link clicks", "reach",
                  "couverture", "cpc", "avg cpc", "clics sur un lien"})
SPENT = ("cost", "spend", "amount spent", "cout", "depense", "depenses", "total spent",
         "montant depense", "spent", "cost micros", "cout total")
DATES = ("day", "jour", "date", "month", "mois", "week", "gregorian date", "start date",
         "reporting starts", "debut des rapports", "start date in", "date debut", "report date",
         "date start", "segments date")
LASTS = ("date stop", "reporting ends", "fin des rapports", "fin du rapport", "reporting end")
LEDGER = ("ecriture date", "date", "date ecriture", "date comptable", "posting date", "date piece",
          "transaction date", "entry date")
DEBIT, CREDIT = ("debit", "montant debit", "debits"), ("credit", "montant credit", "credits")
NUMBERS = ("n compte", "compte", "numero compte", "numero de compte", "account number",
           "account code", "account no", "compte num", "gl account", "code compte",
           "compte general")
LABELS = ("libelle compte", "libelle du compte", "compte lib", "intitule compte", "intitule",
          "account name", "account", "gl account name", "expense account", "expense category",
          "category", "categorie", "nature", "poste", "libelle", "compte", "description", "type")
PAYROLL = frozenset({"payroll", "paie", "paies", "salaires", "salariale", "salaries", "wages",
                     "remunerations"})
NAMED = frozenset({"cost", "costs", "expense", "expenses", "spend", "couts", "cout", "depenses",
                   "depense", "charges", "frais"})
PAID = ("cout total employeur", "cout employeur", "employer cost", "total employer cost",
        "total cost", "cout total", "cout global", "employer total cost", "total charge")
MONTHS = ("month", "mois", "pay month", "payroll month", "mois de paie", "periode", "period",
          "pay period", "periode de paie")
DEPARTMENTS = ("department", "service", "departement", "function", "fonction", "team", "equipe")
WORDS = (  # the first that is found decides
    ("ads", r"publicit|advertis|annonces?\b|google ads|meta ads|facebook|linkedin|\bads\b|sponsor"),
    ("commission", r"\bcommissions?\b|\bbonus|\bprimes?\b(?! d.assur)"),
    ("salary", r"salair|salar(y|ies)|\bwages|payroll|remunerat|social security|securite sociale"
               r"|charges sociales|cotisation|urssaf|conges payes"),
    ("agency", r"agenc|freelance|honorair|sous-?trait|contractor|consult|prestat"),
    ("tools", r"software|logiciel|\bsaas\b|subscription|abonnement|licen[cs]e|hosting|hebergement"),
    ("overhead", r"\brent\b|loyer|location|electric|insuranc|assuranc|\boffice|fourniture|telecom"
                 r"|telephon|utilities|amortis|depreciation"),
)
PAYERS = {"marketing": "marketing", "sales": "sales", "commercial": "sales", "commerciaux": "sales"}
OF_CATEGORY = {"ads": "marketing", "commission": "sales"}  # whose cost it is beyond doubt


def complete(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each file of costs brought to amount, category, function, start and end."""
    return [_completed(desk, raw) if raw.rows and not raw.left_out and raw.table in ("", "cost")
            else raw for raw in tables]


def _completed(desk: Desk, raw: RawTable) -> RawTable:
    when = column(raw, *DATES)
    if {fold(header) for header in raw.columns} & SEEN:
        spent = column(raw, *SPENT)
        spent = meant(raw, "cost", "amount") if spent is None else spent
        when = meant(raw, "cost", "start_date") if when is None else when
        if when is not None and spent is not None:
            return _advertised(desk, raw, when, spent)
    if column(raw, *DEBIT) is not None and column(raw, *CREDIT) is not None \
            and column(raw, *LEDGER) is not None:
        return _ledger(desk, raw)
    words = {word for name in (raw.name, raw.sheet) for word in phrase(name).split()}
    paid, when = column(raw, *PAID), column(raw, *MONTHS, *DATES)
    if words & PAYROLL and paid is not None and when is not None:
        return _payroll(desk, raw, paid, when)
    if kind_of(raw) == "cost" or (words & NAMED and all(meant(raw, "cost", field) is not None
                                                        for field in ("amount", "start_date"))):
        return _plain(desk, raw)
    return raw


def _advertised(desk: Desk, raw: RawTable, when: int, spent: int) -> RawTable:
    """A report of an ad platform: advertising that marketing pays, without its lines of totals."""
    timed = _timed(desk, raw, when)
    if "micros" in fold(raw.columns[spent]).split():  # Google's interface counts millionths
        timed[spent] = Column(header="Amount", sql=fill(
            "CAST({value} / 1000000 AS VARCHAR)", value=figure(spent, Style())))
    columns = [column for column in timed if fold(column.header) not in SEEN]
    for header, field, said in (("Category", "category", "ads"),
                                ("Function", "function", "marketing")):
        if meant(raw, "cost", field) is None:
            columns.append(Column(header=header, sql=text(said)))
    total = fill("coalesce(regexp_matches(lower({when}), '^\\s*totau?[lx]\\b'), FALSE)",
                 when=cell(when))
    return remade(desk, raw, columns, table="cost", where=fill("NOT {total}", total=total), notes=[
        Text("{file} is a report of an ad platform: its costs are advertising, paid by marketing.",
             file=raw.name)])


def _timed(desk: Desk, raw: RawTable, when: int) -> list[Column]:
    """The columns, months made days and last days made ends that do not count themselves."""
    columns = kept(raw)
    if meant(raw, "cost", "start_date") != when:
        columns[when] = Column(header="Start", sql=cell(when))
    end = meant(raw, "cost", "end_date")
    is_month = all_read(desk, raw, when, month) or (
        fold(raw.columns[when]) in MONTHS and all_read(desk, raw, when, _first))
    read = day if end is None else day_reader(desk, raw, when, end)
    if is_month:
        columns[when] = Column(header="Start", sql=lookup(
            desk, raw, when, lambda said: _iso(month(said) or _first(said))))
        if end is None:
            columns.append(Column(header="End", sql=lookup(
                desk, raw, when, lambda said: _iso(_after(month(said) or _first(said))))))
    elif end is not None and all_read(desk, raw, end, read) and (
            fold(raw.columns[end]) in LASTS or all_read(desk, raw, end, _last)):
        columns[end] = Column(header="End", sql=lookup(
            desk, raw, end, lambda said: _iso(_next(read(said)))))
    return columns


def _first(said: str) -> date | None:
    found = day(said)
    return found if found and found.day == 1 else None


def _last(said: str) -> date | None:
    found = day(said)
    return found if found and is_month_end(found) else None


def _next(moment: date | None) -> date | None:
    return moment + timedelta(days=1) if moment else None


def _after(moment: date | None) -> date | None:
    return next_month(moment) if moment else None


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def category(said: str) -> str | None:
    """The category of cost that the name of an account tells, if it does."""
    words = plain(said)
    return next((of for of, pattern in WORDS if re.search(pattern, words)), None)


def _ledger(desk: Desk, raw: RawTable) -> RawTable:
    """The entries of expense accounts: debit less credit, the category by the account's name."""
    debit, credit, when = (column(raw, *words) for words in (DEBIT, CREDIT, LEDGER))
    if debit is None or credit is None or when is None:
        return raw
    number = next((n for n in (column(raw, word) for word in NUMBERS) if n is not None
                   and all(re.fullmatch(r"\d{2,12}", s) for s in desk.values(raw, n, 200))), None)
    label = next((n for n in (column(raw, word) for word in LABELS) if n is not None and n != number
                  and any(category(said) for said in desk.values(raw, n, 1000))), None)
    department = column(raw, *DEPARTMENTS)
    if label is None or (number is None and kind_of(raw) != "cost"):
        return raw
    nothing = "NOT coalesce(regexp_full_match({c}, '[\\s0.,€-]*'), TRUE)"
    amount = fill("CASE WHEN " + nothing.replace("{c}", "{debit}") + " THEN {debit} WHEN "
                  + nothing.replace("{c}", "{credit}") + " THEN '-' || ltrim({credit}, '-') END",
                  debit=cell(debit), credit=cell(credit))
    known = lookup(desk, raw, label, category)
    columns = [Column(header="Date", sql=cell(when)), Column(header="Amount", sql=amount),
               Column(header="Category", sql=fill("coalesce({known}, 'other')", known=known)),
               _function(desk, raw, department, label),
               Column(header="Account", sql=cell(label))]
    money = meant(raw, "cost", "currency")
    if money is not None:
        columns.append(Column(header="Currency", sql=cell(money)))
    expenses = ALL if number is None or not any(
        said.startswith("6") for said in desk.values(raw, number, 2000)) else fill(
        "starts_with({number}, '6')", number=cell(number))
    made = remade(desk, raw, columns, table="cost", where=fill(
        "{amount} IS NOT NULL AND {expenses}", amount=amount, expenses=expenses), notes=[
            Text("{file} is a ledger: a cost is its debit less its credit, and its category follows"
                 " from the name of the account.", file=raw.name)])
    return made if made.rows else raw


def _function(desk: Desk, raw: RawTable, department: int | None, label: int | None) -> Column:
    """Who pays: the department where there is one, else what the category leaves no doubt of."""
    if department is not None:
        return Column(header="Function", sql=cell(department))
    return Column(header="Function", sql=lookup(
        desk, raw, label, lambda said: OF_CATEGORY.get(category(said) or "")) if label is not None
        else Sql("NULL::VARCHAR"))


def _payroll(desk: Desk, raw: RawTable, paid: int, when: int) -> RawTable:
    """What each month's salaries cost the employer."""
    timed = _timed(desk, raw, when)
    unit = re.search(r"[(\[].*[)\]]", raw.columns[paid])
    end = meant(raw, "cost", "end_date")
    columns = [timed[when], *(timed[len(raw.columns):] if end is None else [timed[end]]),
               Column(header=f"Amount {unit[0] if unit else ''}".strip(), sql=cell(paid)),
               Column(header="Category", sql=text("salary")),
               _function(desk, raw, column(raw, *DEPARTMENTS), None)]
    return remade(desk, raw, columns, table="cost", notes=[Text(
        "{file} is a payroll: each cost is a salary, by what it costs the employer.",
        file=raw.name)])


def _plain(desk: Desk, raw: RawTable) -> RawTable:
    """A list of costs: its months as days, its accounts as categories, where these are unsaid."""
    when = meant(raw, "cost", "start_date")
    columns = kept(raw) if when is None else _timed(desk, raw, when)
    has_category = meant(raw, "cost", "category")
    label = has_category if has_category is not None else next(
        (n for n in (column(raw, word) for word in LABELS) if n is not None
         and any(category(said) for said in desk.values(raw, n, 1000))), None)
    if label is None:  # the channel may say as much: Google Ads
        label = next((n for n in (meant(raw, "cost", "channel_id"),) if n is not None
                      and all_read(desk, raw, n, category)), None)
    if has_category is None and label is not None:
        columns.append(Column(header="Category", sql=fill(
            "coalesce({known}, 'other')", known=lookup(desk, raw, label, category))))
    if meant(raw, "cost", "function") is None:
        named = next((of for word, of in PAYERS.items() if word in phrase(raw.name).split()), "")
        if named:
            columns.append(Column(header="Function", sql=text(named)))
        elif label is not None and any(
                OF_CATEGORY.get(category(said) or "") for said in desk.values(raw, label, 1000)):
            columns.append(_function(desk, raw, None, label))
    if columns == kept(raw):
        return raw
    end = meant(raw, "cost", "end_date")
    notes = [] if end is None or columns[end] == kept(raw)[end] else [Text(
        "“{column}” of {file} is read as the last day of each cost, which counts.",
        column=raw.columns[end], file=raw.name)]
    return remade(desk, raw, columns, table="cost", notes=notes)
