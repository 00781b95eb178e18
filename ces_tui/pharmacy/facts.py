"""What the pharmacy's documents contribute: the ledger of each item, its balance by lot, and the month's dispensing.

item/<item>            ledger lines: k kind, d day, at, l lot number, s source, q signed units, by author, doc, why,
                       p patient (dispenses), x 1 where the dispense was registered by mistake
hot/stock/<item>       sums by {lot, n number, x expiry, s source}: units
month/dispense/<yyyy-mm>   d day, p patient, id, l lines [item, asked, given, short reason, days, pending];
                       gone when the dispense was registered by mistake
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ces_tui.vault.projections import NOTHING, Contribution, Fact, Row

UNITS = "units"


def stock_drawer(item: str) -> str:
    return f"hot/stock/{item}"


def ledger_drawer(item: str) -> str:
    return f"item/{item}"


def month_drawer(month: str) -> str:
    """`month` as yyyy-mm."""
    return f"month/dispense/{month}"


def stock(fact: Fact) -> Contribution:
    """A delivery, count, correction, loss or transfer: a ledger line and a sum for each lot it names."""
    if fact.body is None:
        return NOTHING
    body = fact.body
    out = Contribution()
    for line in body["lines"]:
        row = _ledger(fact.id, body, str(body["kind"]), line, int(line["quantity"]))
        row["why"] = str(body.get("reason", ""))
        row["o"] = " ".join(str(body[k]) for k in ("origin", "document") if body.get(k))
        if line.get("counted") is not None:
            row["c"] = line["counted"]
        if fact.void is not None:
            row["x"] = 1
        else:
            out.sums.append(_sum(line["item"], line, int(line["quantity"])))
        out.rows.append((ledger_drawer(line["item"]), row))
    return out


def dispense(fact: Fact) -> Contribution:
    """What left for a patient; struck by a void it stays in the ledger, and only what came back returns to its lot."""
    if fact.body is None:
        return NOTHING
    body = fact.body
    out = Contribution()
    month = []
    for line in body["lines"]:
        given = line.get("given", ())
        for taken in given:
            row = _ledger(fact.id, body, "dispense", taken, -int(taken["quantity"]))
            row["p"] = fact.patient or ""
            if fact.void is not None:
                row["x"] = 1
            out.rows.append((ledger_drawer(line["item"]), row))
            out.sums.append(_sum(line["item"], taken, -int(taken["quantity"])))
        total = sum(int(taken["quantity"]) for taken in given)
        month.append(
            [
                line["item"],
                line["asked"],
                total,
                line.get("short_reason", ""),
                line.get("days"),
                line.get("pending"),
            ]
        )
    if fact.void is not None:
        _put_back(fact, out)
    else:
        day = str(body["day"])
        out.rows.append((month_drawer(day[:7]), {"d": day, "p": fact.patient, "id": fact.id, "l": month}))
    return out


def _put_back(fact: Fact, out: Contribution) -> None:
    """The lots that a void says came back, never more of a lot than had left."""
    assert fact.body is not None and fact.void is not None
    back: dict[str, int] = {}
    for returned in fact.void.get("returned", ()):
        back[returned["lot"]] = back.get(returned["lot"], 0) + int(returned["quantity"])
    for item, taken in _taken(fact.body):
        quantity = min(back.get(taken["lot"], 0), int(taken["quantity"]))
        if quantity <= 0:
            continue
        back[taken["lot"]] -= quantity
        row = _ledger(fact.id, fact.void, "return", taken, quantity)
        row["p"] = fact.patient or ""
        row["why"] = str(fact.void.get("reason", ""))
        out.rows.append((ledger_drawer(item), row))
        out.sums.append(_sum(item, taken, quantity))


def _taken(body: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for line in body["lines"]:
        for taken in line.get("given", ()):
            yield line["item"], taken


def _ledger(doc: str, body: Mapping[str, Any], kind: str, lot: Mapping[str, Any], quantity: int) -> Row:
    return {
        "k": kind,
        "d": str(body["day"]),
        "at": int(body["at"]),
        "l": lot["number"],
        "s": lot["source"],
        "q": quantity,
        "by": str(body["author"]),
        "doc": doc,
    }


def _sum(item: str, lot: Mapping[str, Any], quantity: int) -> tuple[str, Row, dict[str, int]]:
    key = {"lot": lot["lot"], "n": lot["number"], "x": str(lot["expiry"]), "s": lot["source"]}
    return stock_drawer(item), key, {UNITS: quantity}


CONTRIBUTIONS: dict[str, Callable[[Fact], Contribution]] = {"stock": stock, "dispense": dispense}
