"""The reader's verdicts on the claims of the post, set beside ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from helpers.first_edition import checks, learn, show

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("id", "paraphrase", "verdict", "reason")


def settled(claims: pd.DataFrame, *, notebook: str, also: Sequence[str] = ()) -> pd.DataFrame:
    """Return the claims of the post that a notebook settles, and those with an id in `also`.

    Raises:
        TypeError, ValueError: `claims` is not a data frame or lacks a column of `data.claims`.
    """
    checks.columns("claims", claims, (*NEEDED, "kind", "notebook"))
    here = claims["notebook"].eq(notebook) & claims["kind"].eq("claim")
    return claims[here | claims["id"].isin(list(also))]


def to_judge(claims: pd.DataFrame) -> show.Table:
    """Show claims without verdicts, for the reader to judge first.

    Raises:
        TypeError, ValueError: `claims` is not a data frame or lacks a column of `data.claims`.
    """
    checks.columns("claims", claims, (*NEEDED, "where"))
    table = claims[["id", "where", "paraphrase"]].set_index("id")
    table.columns = ["where in the post", "the claim, in our words"]
    return show.table(table.rename_axis(None), "The claims. How would you judge each?")


def asked(claims: pd.DataFrame, *, notebook: str) -> show.Table:
    """Show the questions of the post's readers that a notebook answers, with the answers.

    Raises:
        TypeError, ValueError: `claims` is not a data frame or lacks a column of `data.claims`.
    """
    checks.columns("claims", claims, (*NEEDED, "where", "kind", "notebook"))
    rows = claims[claims["notebook"].eq(notebook) & claims["kind"].eq("comment")]
    table = rows.set_index("where")[["paraphrase", "reason"]].rename_axis(None)
    table.columns = ["what readers of the post ask", "what can be said"]
    return show.table(table, "From the comments under the post. Notice how much stays open.")


def compare(mine: object, claims: pd.DataFrame) -> show.Table | learn.Feedback:
    """Set the reader's verdicts beside ours; nothing the reader writes raises an error.

    Args:
        mine: verdict to the ids that the reader gives it, in one text ("CL04 CL06") or a list;
            three dots where nothing was chosen yet.
        claims: rows of `data.claims`, with our verdicts.

    Returns:
        A table of the claims that the reader has judged, with our verdict and reason, and a
        caption that counts without marking; a note on what to do if there are none.

    Raises:
        TypeError, ValueError: `claims` is not a data frame or lacks a column of `data.claims`.
    """
    checks.columns("claims", claims, NEEDED)
    known = {claim.casefold(): claim for claim in claims["id"]}
    given: dict[str, list[str]] = {}
    strangers = []
    for verdict, ids in mine.items() if isinstance(mine, Mapping) else ():
        for word in _words(ids):
            if word.casefold() in known:
                given.setdefault(known[word.casefold()], []).append(str(verdict))
            else:
                strangers.append(word)
    if not given:
        text = "Write the numbers of some claims, such as CL04, in place of the three dots."
        if strangers:
            text = f"Not found among the claims: {', '.join(strangers)}. {text}"
        return learn.Feedback(False, "not tried", text)
    judged = claims.set_index("id").loc[[claim for claim in claims["id"] if claim in given]]
    table = judged[["paraphrase", "verdict", "reason"]].rename_axis(None)
    table.insert(1, "you", [" and ".join(given[claim]) for claim in table.index])
    same = int((table["you"] == table["verdict"]).sum())
    table.columns = ["the claim", "you", "we", "why"]
    caption = f"You judged {len(given)} of {len(claims)} claims, {same} of them as we did. "
    caption += "Where we differ, read the reason: a verdict is a judgement, and yours may be right."
    still = [claim for claim in claims["id"] if claim not in given]
    if still:
        caption += f" Still open: {', '.join(still)}."
    if strangers:
        caption += f" Not found among the claims: {', '.join(strangers)}."
    return show.table(table, caption)


def _words(ids: object) -> list[str]:
    """The ids in a text or a list; nothing for three dots and for what is neither."""
    parts = [ids] if isinstance(ids, str) else ids if isinstance(ids, list | tuple | set) else []
    return [word for part in parts if isinstance(part, str) for word in re.findall(r"\w+", part)]
