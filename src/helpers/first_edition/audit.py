"""The study's design in words: post against abstract, what is not known, the audit, the plan.

The facts stand in ``data/claims.csv``, ``data/not_found.csv`` and ``data/strobe_audit.csv``; here
they are turned into tables to read, to fill in and to compare. What is computed is in `design`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.first_edition import checks, learn, show

if TYPE_CHECKING:
    import pandas as pd

KEPT, CHANGED, ADDED, LEFT_OUT = "kept", "changed", "added", "left out"
DIRECTIONS = {
    "larger": "makes it look larger",
    "smaller": "makes it look smaller",
    "either": "either way",
    "none": "leaves it",
}
PLAN = (  # what, how, what would change our mind, and code that notebook 03 must then hold
    (
        "Look first",
        "Every point, before any test; after a fit, what it leaves over (the residuals).",
        "A pattern in what is left over: then the model is wrong.",
        ("plots.every_point(", "plots.diagnostics("),
    ),
    (
        "The gap (primary)",
        "Controls against MS: ratio of geometric means, 95 % interval. ± read as the SD, which is "
        "an assumption.",
        "An interval that holds 1. Or the authors saying that ± is something else.",
        ("estimate.compare_groups(", "plots.size_of_difference("),
    ),
    (
        "Age",
        "Log VK2 on age, by group; how far the two slopes differ, with its interval.",
        "We say 'cannot tell' unless that interval leaves out 'no difference'.",
        ("age_decades * ms", "readings.age_interaction("),
    ),
    (
        "Attacks",
        "Within MS: log VK2 on attacks, with age and sex held equal, then lesion and sun as well; "
        "errors that allow for uneven scatter (HC3).",
        "A slope that goes, or turns round, when age and sex are held equal.",
        ("attacks_per_year + age_decades + woman", "replica.MS_TERMS"),
    ),
    (
        "Type, disability, medicines",
        "Report the interval. A p above 0.05 is not read as 'no difference'.",
        "An interval too narrow to hold a difference that matters.",
        ("ms_type", "edss", "treatment"),
    ),
    (
        "How many questions",
        "Allow for many p-values (Holm; Benjamini–Hochberg). Many analyses of the attack slope "
        "side by side.",
        "A result that stands in one analysis only.",
        ('method="holm"', 'method="fdr_bh"', "estimate.specification_curve("),
    ),
    (
        "Once more",
        "Draw 10,000 studies of the same size; count how often the attack slope is found.",
        "Intervals that hold the truth much less often than 95 %: then the method is wrong.",
        ("n_studies=10_000", "plots.many_studies("),
    ),
    (
        "Not to be mended by analysis",
        "Who the controls are, the assay, and which came first.",
        "Another assay that finds a ratio near 1; other controls; blood from before MS.",
        (),
    ),
)
OUR_LINES = {  # the plan in three lines, to set beside the reader's
    "the primary comparison": "VK2 of controls against VK2 in MS, as a ratio with its interval.",
    "the model": "Log VK2 in two groups. Within MS, log VK2 on attacks with age and sex held "
    "equal, because both may move VK2 and attacks.",
    "what would change my mind": "An interval that holds 1; ± being something else; another assay "
    "or other controls without the gap.",
}


# --- from post to abstract ------------------------------------------------------------------------


def post_against_abstract(claims: pd.DataFrame) -> pd.DataFrame:
    """What the post's account of the study kept, changed and added, and what it left out.

    The account is in paragraphs 6 to 8 of the post. A claim is `added` if the abstract is silent on
    it, `kept` if it supports it, else `changed`; an omission is `left out`.

    Args:
        claims: the table of ``data.claims()``.

    Returns:
        One row a claim or omission: `the post`, `in the post`, `in the abstract`, `why it matters`.

    Example:
        >>> from helpers.first_edition import data
        >>> post_against_abstract(data.claims())["the post"].value_counts().to_dict()
        {'added': 5, 'kept': 3, 'changed': 3, 'left out': 3}
    """
    checks.columns(
        "claims", claims, ("kind", "where", "paraphrase", "abstract_says", "verdict", "reason")
    )
    account = claims["where"].isin([f"paragraph {number}" for number in (6, 7, 8)])
    rows = claims[account | (claims["kind"] == "omission")].copy()

    def fate(row: pd.Series) -> str:
        if row["kind"] == "omission":
            return LEFT_OUT
        if row["abstract_says"] == "silent" or row["verdict"] == "not in abstract":
            return ADDED
        return KEPT if row["verdict"] == "supported" else CHANGED

    rows["the post"] = rows.apply(fate, axis=1)
    rows["paraphrase"] = rows["paraphrase"].str.removeprefix("Left out: ")
    names = {
        "the post": "the post",
        "paraphrase": "in the post",
        "abstract_says": "in the abstract",
        "reason": "why it matters",
    }
    return rows[list(names)].rename(columns=names).reset_index(drop=True)


def count_of_fates(account: pd.DataFrame) -> show.Sentence:
    """How many statements were kept, changed and added, and how many things were left out.

    `account` comes from `post_against_abstract`.
    """
    count = account["the post"].value_counts()
    told = int(count[[KEPT, CHANGED, ADDED]].sum())
    return show.sentence(
        f"Of {told} statements on the study, **{count[KEPT]} are in the abstract as told** (but "
        f"for the 5 SPMS and 1 PPMS) and {count[CHANGED]} were changed. {count[ADDED]} are not in "
        f"it; they may stand in the full text. {count[LEFT_OUT]} things that the abstract holds "
        "were left out."
    )


def account_table(account: pd.DataFrame, *fates: str) -> show.Table:
    """Show the statements of some fates, such as "kept"; `account`: `post_against_abstract`."""
    checks.columns("account", account, ("the post",))
    for fate in fates:
        checks.one_of("fates", fate, (KEPT, CHANGED, ADDED, LEFT_OUT))
    rows = account[account["the post"].isin(fates)].sort_values("the post", kind="stable")
    return show.table(
        rows.reset_index(drop=True),
        caption=f"In our words: {' and '.join(fates)}. The last column is our judgement.",
    )


def unknowns(not_found: pd.DataFrame) -> pd.DataFrame:
    """What was looked for and not found, one row a topic; `not_found` is ``data.not_found()``.

    Example:
        >>> from helpers.first_edition import data
        >>> len(unknowns(data.not_found()))
        6
    """
    checks.columns("not_found", not_found, ("topic", "item"))
    grouped = not_found.groupby("topic", sort=False)["item"].agg("; ".join).reset_index()
    return grouped.rename(columns={"topic": "about", "item": "looked for, not found"})


def reasons(not_found: pd.DataFrame) -> show.Table:
    """Why each unknown matters, folded."""
    checks.columns("not_found", not_found, ("item", "could_make_gap", "why"))
    names = {"item": "not found", "could_make_gap": "could it alone make a gap?", "why": "why"}
    return show.table(
        not_found[list(names)].rename(columns=names),
        caption="Open after exercise 1: why each of them matters (judgements are ours; that blood "
        "fats carry vitamin K was seen for K1, Lamon-Fava and others 1998).",
        folded=True,
    )


# --- the audit ------------------------------------------------------------------------------------


def blank_audit(audit: pd.DataFrame) -> pd.DataFrame:
    """The audit to fill in: each item with its question, and three empty columns.

    `audit` is ``data.strobe_audit()``.
    """
    checks.columns("audit", audit, ("item", "asks"))
    blank = audit[["item", "asks"]].rename(columns={"asks": "ask"})
    return blank.assign(**{"seen?": "", "possible bias": "", "direction": ""})


def filled_audit(audit: pd.DataFrame) -> show.Table:
    """Our filled version of the audit, folded; `audit` is ``data.strobe_audit()``."""
    checks.columns("audit", audit, ("item", "seen", "grade", "bias", "direction", "why"))
    filled = audit.assign(direction=audit["direction"].map(DIRECTIONS))
    filled["seen"] = filled["seen"] + " (" + filled["grade"] + ")"
    filled.loc[filled["bias"] == "none", "direction"] = "–"
    names = {
        "item": "item",
        "seen": "what was seen (how sure)",
        "bias": "possible bias",
        "direction": "what it does to what we see",
        "why": "why",
    }
    return show.table(
        filled[list(names)].rename(columns=names),
        caption="Open after you have tried: our filled version. How sure: in the abstract or its "
        "record (A), on a secondary page (S), looked for and not found (N). Biases and "
        "directions are our judgement; yours may be as good.",
        folded=True,
    )


def compare_audit(
    answers: Mapping[str, object], audit: pd.DataFrame
) -> show.Table | learn.Feedback:
    """Set the reader's directions beside ours, with our reason; what is not filled in stays hidden.

    Args:
        answers: id of a row of the audit to a direction: larger, smaller, either or none. Dots
            where nothing was filled in.
        audit: ``data.strobe_audit()``.

    Returns:
        A table of the rows filled in, or a note on what to do.

    Example:
        >>> from helpers.first_edition import data
        >>> compare_audit({"size": ...}, data.strobe_audit())
        Not tried yet. Put larger, smaller, either or none, in quotes, in place of some dots.
    """
    checks.columns("audit", audit, ("id", "bias", "direction", "why"))
    known = audit.set_index("id")
    choices = "larger, smaller, either or none"
    tried = {name: answer for name, answer in answers.items() if answer is not ...}
    if not tried:
        text = f"Put {choices}, in quotes, in place of some dots."
        return learn.Feedback(False, "not tried", text)
    for name, answer in tried.items():
        if name not in known.index:
            return learn.Feedback(
                False, "not yet", f"There is no row called {name!r} in the audit."
            )
        if str(answer).strip().lower() not in DIRECTIONS:
            text = f"{answer!r} is not a direction: write {choices}, in quotes."
            return learn.Feedback(False, "not yet", text)
    rows = known.loc[list(tried)]
    beside = rows[["bias"]].assign(
        you=[str(answer).strip().lower() for answer in tried.values()],
        we=rows["direction"],
        why=rows["why"],
    )
    same = int((beside["you"] == beside["we"]).sum())
    return show.table(
        beside.reset_index(drop=True),
        caption=f"You and we agree on {same} of {len(beside)}. Where we do not: who has the better "
        "reason?",
    )


# --- the plan -------------------------------------------------------------------------------------


def compare_plan(lines: Mapping[str, object]) -> show.Table | learn.Feedback:
    """Set the reader's three lines beside ours; what is not written yet keeps ours hidden.

    Args:
        lines: the keys of `OUR_LINES` to what the reader wrote; dots where nothing was written.

    Returns:
        A table of the lines written, or a note on what to do.

    Example:
        >>> compare_plan({"the model": ...})
        Not tried yet. Write at least one line, in quotes, in place of its dots.
    """
    written = {
        name: text.strip()
        for name, text in lines.items()
        if name in OUR_LINES and isinstance(text, str) and text.strip()
    }
    if not written:
        text = "Write at least one line, in quotes, in place of its dots."
        return learn.Feedback(False, "not tried", text)
    import pandas as pd

    rows = [(name, text, OUR_LINES[name]) for name, text in written.items()]
    return show.table(
        pd.DataFrame(rows, columns=["", "you", "we"]),
        caption="Ask of each line: could somebody else follow it without asking you? Could it "
        "turn out against you?",
    )


def analysis_plan() -> pd.DataFrame:
    """The plan that notebook 03 follows: the question, how, and what would change our mind."""
    import pandas as pd

    return pd.DataFrame(
        [row[:3] for row in PLAN], columns=["question", "how", "what would change our mind"]
    )


# --- claims ---------------------------------------------------------------------------------------


def claims_looked_at(claims: pd.DataFrame, notebook: str) -> show.Table:
    """The rows of ``data.claims()`` that one notebook settles, with verdicts, folded."""
    names = {
        "where": "where",
        "paraphrase": "claim or omission",
        "verdict": "verdict",
        "reason": "reason",
        "section": "looked at under",
    }
    checks.columns("claims", claims, ("notebook", *names))
    rows = claims[claims["notebook"] == notebook].sort_values("section")[list(names)]
    return show.table(
        rows.rename(columns=names).fillna("–").reset_index(drop=True),
        caption="Claims of the post and its comments that this notebook looked at, with verdicts.",
        folded=True,
    )
