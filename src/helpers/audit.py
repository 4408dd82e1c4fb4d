"""The study's design in words: post against abstract, what is not known, the audit, the plan.

The facts stand in ``data/claims.csv``, ``data/not_found.csv`` and ``data/strobe_audit.csv``; here
they are turned into tables to read, to fill in and to compare. What is computed is in `design`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers import checks, learn, show

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
        "The gap (primary)",
        "Controls against MS: ratio of geometric means, 95 % interval. ± read as the SD.",
        "An interval that reaches 1. Or the authors saying that ± is something else.",
        ("estimate.compare_groups(", "plots.size_of_difference("),
    ),
    (
        "Age",
        "Log VK2 on age, by group; the difference of slopes with its interval.",
        "An interval that leaves out zero.",
        ("age_decades * ms", "readings.age_interaction("),
    ),
    (
        "Attacks",
        "Within MS: log VK2 on attacks, with age and sex held equal, then lesion and sun as well; "
        "robust (HC3) errors.",
        "A sign that turns when age and sex are held equal.",
        ("attacks_per_year + age_decades + woman", "replica.MS_TERMS"),
    ),
    (
        "Type, disability, medicines",
        "Report the interval. Say nothing from p above 0.05.",
        "An interval too narrow for a difference that matters.",
        ("ms_type", "edss", "treatment"),
    ),
    (
        "How many questions",
        "Holm and Benjamini–Hochberg over all of them; all reasonable analyses side by side.",
        "A result that stands in one analysis only.",
        ('method="holm"', 'method="fdr_bh"', "estimate.specification_curve("),
    ),
    (
        "Once more",
        "Draw 10,000 studies of the same size; count how often the attack slope is found.",
        "Intervals that hold the truth much less often than 95 %.",
        ("n_studies=10_000", "plots.many_studies("),
    ),
    (
        "Not to be mended by analysis",
        "Who the controls are, the assay, and which came first.",
        "Another assay that finds a ratio near 1; other controls; blood from before MS.",
        (),
    ),
)


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
        >>> from helpers import data
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
        f"Of {told} statements on the study, **{count[KEPT]} are in the abstract as told**, "
        f"{count[CHANGED]} were changed and {count[ADDED]} are not in it. {count[LEFT_OUT]} things "
        "that the abstract holds were left out."
    )


def unknowns(not_found: pd.DataFrame) -> pd.DataFrame:
    """What was looked for and not found, one row a topic; `not_found` is ``data.not_found()``.

    Example:
        >>> from helpers import data
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
        caption="Open after exercise 1: why each of them matters (judgements are ours).",
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
        caption="Open after you have tried: our filled version. Seen: in the abstract or its "
        "record (A), on one secondary page (S), looked for and not found (N). Biases and "
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
        >>> from helpers import data
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


def analysis_plan() -> pd.DataFrame:
    """The plan that notebook 03 follows: the question, how, and what would change our mind."""
    import pandas as pd

    return pd.DataFrame(
        [row[:3] for row in PLAN], columns=["question", "how", "what would change our mind"]
    )
