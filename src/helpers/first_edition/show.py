"""What a cell shows: a picture with alternative text, a table to read, a sentence.

Each object knows how to appear in JupyterLab, in exported HTML and as plain text.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.first_edition import checks

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Picture:
    """A finished figure: the image (PNG), the text that replaces it, and the caption below it.

    JupyterLab drops the alternative text of a plain PNG output, so the image is also given as HTML.
    """

    png: bytes
    alt: str
    caption: str

    def __repr__(self) -> str:
        """Return the caption and the alternative text."""
        return f"{self.caption}\n[Alternative text: {self.alt}]"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        image = base64.b64encode(self.png).decode()
        figure = (
            f'<figure style="margin: 0"><img style="max-width: 100%" alt="{html.escape(self.alt)}" '
            f'src="data:image/png;base64,{image}">'
            f'<figcaption style="max-width: 60em">{html.escape(self.caption)}</figcaption></figure>'
        )
        return {"text/html": figure, "image/png": image, "text/plain": repr(self)}


@dataclass(frozen=True, repr=False)
class Table:
    """A data frame to read: wrapped text, a caption; a plain 0, 1, 2 … index is left out."""

    frame: pd.DataFrame
    caption: str
    folded: bool = False

    @property
    def _has_row_names(self) -> bool:
        import pandas as pd

        return not isinstance(self.frame.index, pd.RangeIndex)

    def __repr__(self) -> str:
        """Return the caption and the table as plain text."""
        return f"{self.caption}\n{self.frame.to_string(index=self._has_row_names)}"

    def _repr_html_(self) -> str:
        import pandas as pd

        with pd.option_context("display.max_colwidth", None):
            body = self.frame.to_html(
                index=self._has_row_names, border=0, justify="left", na_rep=""
            )
        body = re.sub(r"<(t[dh])\b", r'<\1 style="text-align: left"', body)
        if self.folded:
            summary = f"<summary>{html.escape(self.caption)}</summary>"
            return f"<details>{summary}{body}</details>"
        caption = (
            '<caption style="text-align: left; max-width: 60em">'
            f"{html.escape(self.caption)}</caption>"
        )
        return body.replace("<thead>", f"{caption}<thead>", 1)


@dataclass(frozen=True, repr=False)
class Sentence:
    """A result read out in words; two asterisks around a passage make it bold."""

    text: str

    def __repr__(self) -> str:
        """Return the plain text."""
        return self.text.replace("**", "")

    def _repr_markdown_(self) -> str:
        return self.text


def table(frame: pd.DataFrame, caption: str, *, folded: bool = False) -> Table:
    """Show a data frame as a table, with a caption that says what to notice.

    A folded table shows its caption only, until the reader opens it: for long tables.

    Raises:
        TypeError: `frame` is not a data frame.
    """
    checks.columns("frame", frame, ())
    return Table(frame, caption, folded)


def sentence(text: str) -> Sentence:
    """Show a sentence built from results, so that its numbers cannot drift from them.

    Raises:
        TypeError: `text` is not a text.

    Example:
        >>> sentence(f"The ratio is **{3.456:.2f}**.")
        The ratio is 3.46.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a text, got {text!r} ({type(text).__name__})")
    return Sentence(re.sub(r"(?<![\w)])-(?=\d)", "−", text))  # a minus sign, not a hyphen


def p_value(p: float) -> str:
    """Write a p-value as a reader needs it: two digits, and no more than "p < 0.001".

    Raises:
        TypeError, ValueError: `p` is not a number from 0 to 1.

    Example:
        >>> p_value(0.0312), p_value(1e-13)
        ('p = 0.031', 'p < 0.001')
    """
    p = checks.number("p", p, 0, 1)
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
