"""`text`: what the annotator writes.

Value: a string. `format` says what kind of writing it is, and so what counts as disagreement:

| format     | distance                                                                             |
|------------|--------------------------------------------------------------------------------------|
| plain      | edit distance in characters / length of the longer, after NFC and white space folding |
| markdown   | the same                                                                             |
| code       | edit distance in characters, trailing white space ignored                            |
| transcript | edit distance in words / words of the longer, without case and punctuation           |

Merge: the medoid, the answer nearest to all others; of equals the first in code point order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationError
from pydantic import Field as Key
from pydantic_core import SchemaError
from rapidfuzz.distance import Levenshtein

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import (
    Field,
    FieldDeclaration,
    Json,
    may_fall,
    may_rise,
    never_matters,
    register,
)
from assay.interface.fields.voting import medoid

MAX_LENGTH = 1_000_000
MAX_CHARACTERS_COMPARED = 20_000
"""Longer texts are compared word by word: the cost of an edit distance grows with the square."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def _can_be_compiled(pattern: str) -> str:
    try:
        _pattern_test(pattern)
    except SchemaError:
        message = "not a regular expression without look-around and back references (syntax of Rust's regex)"
        raise ValueError(message) from None
    return pattern


def _pattern_test(pattern: str) -> Callable[[str], bool]:
    """Matches in time linear in the text, whatever the pattern: Python's own engine would let one declared
    pattern stop the server."""
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])

    def test(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return test


class TextDeclaration(FieldDeclaration):
    """min_length, max_length: in Unicode code points; pattern: a regular expression found anywhere in the
    text (anchor it with ^ and $); language: of the code or of the writing."""

    type: Literal["text"]
    format: Literal["plain", "markdown", "code", "transcript"] = "plain"
    language: str | None = Key(default=None, max_length=64)
    min_length: int = Key(default=1, ge=0, le=MAX_LENGTH)
    max_length: int = Key(default=MAX_LENGTH, ge=1, le=MAX_LENGTH)
    pattern: Annotated[str, AfterValidator(_can_be_compiled)] | None = Key(default=None, max_length=1_000)


@register
class Text(Field[TextDeclaration]):
    """See the module's docstring."""

    type = "text"
    declaration_model = TextDeclaration
    widening: ClassVar = {
        "min_length": may_fall,
        "max_length": may_rise,
        "language": never_matters,
        "pattern": lambda _was, now: now is None,
    }

    def __init__(self, declared: TextDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self._least, self._most = declared.min_length, declared.max_length
        self._matches = None if declared.pattern is None else _pattern_test(declared.pattern)
        if self._least > self._most:
            parsing.fail(f"{pointer}/max_length", "range", "max_length is less than min_length")

    def validate(self, value: Any, path: str, context: Context) -> Any:
        if type(value) is not str:
            context.fail(path, "type", "must be a string")
            return ""
        if not self._least <= len(value) <= self._most:
            rule = "too_short" if len(value) < self._least else "too_long"
            context.fail(path, rule, f"must have {self._least} to {self._most} characters")
        elif not value.isascii() and not is_unicode(value):
            context.fail(path, "unicode", "holds half of a surrogate pair, which is no character")
        elif self._matches is not None and not self._matches(value):
            context.fail(path, "pattern", "does not match the pattern")
        return value

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "minLength": self._least, "maxLength": self._most}
        if self.declared.pattern is not None:
            schema["pattern"] = self.declared.pattern
        return schema

    def facets(self) -> Mapping[str, Facet]:
        return {"": Facet("string", None, self.path)}

    def sample(self, random: Random, context: Context) -> Any:
        words = [random.choice(_SAMPLE_WORDS) for _ in range(random.randint(1, 8))]
        text = _SEPARATORS.get(self.declared.format, " ").join(words)
        while len(text) < self._least:
            text += " " + random.choice(_SAMPLE_WORDS)
        text = text[: self._most]
        if self._matches is None or self._matches(text):
            return text
        return self._sample_of_pattern(random)

    def _sample_of_pattern(self, random: Random) -> str:
        """A text found by trying strings of the characters the pattern speaks of. A pattern may be too
        narrow to be hit; the text then breaks it, and says so when validated."""
        alphabet = sorted(set("abcABC0123 -_.") | {c for c in self.declared.pattern or "" if c.isalnum()})
        most = min(self._most, max(self._least, 12))
        text = ""
        for _ in range(2_000):
            text = "".join(random.choices(alphabet, k=random.randint(self._least, most)))
            if self._matches is None or self._matches(text):
                break
        return text

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        changed = self._slip(value, random)
        fits = self._least <= len(changed) <= self._most and changed != value
        if fits and (self._matches is None or self._matches(changed)):
            return changed
        return self.sample(random, context)

    @staticmethod
    def _slip(value: str, random: Random) -> str:
        """Drop, double or replace one word."""
        words = value.split(" ")
        at = random.randrange(len(words))
        replacement = random.choice(([], [words[at]] * 2, [random.choice(_SAMPLE_WORDS)]))
        return " ".join(words[:at] + replacement + words[at + 1 :])

    def llm_schema(self) -> Json | None:
        written = {"plain": "", "markdown": "Markdown", "transcript": "transcript"}
        kind = written.get(self.declared.format, f"{self.declared.language or ''} code".strip())
        length = f"{self._least} to {self._most} characters" if self._most < MAX_LENGTH else ""
        pattern = "" if self.declared.pattern is None else f"matches {self.declared.pattern}"
        description = ", ".join(part for part in (kind, length, pattern) if part)
        return {"type": "string", "description": description} if description else {"type": "string"}

    def to_llm(self, value: Any, context: Context) -> Any:
        return value

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        return reply

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        if left == right:
            return 0.0
        return self._normalised_distance(self._comparable(left), self._comparable(right))

    def _comparable(self, text: str) -> str | list[str]:
        if self.declared.format == "code":
            return "\n".join(line.rstrip() for line in text.rstrip().splitlines())
        folded = unicodedata.normalize("NFC", text)
        if self.declared.format == "transcript":
            return _WORD.findall(folded.casefold())
        return " ".join(folded.split())

    @staticmethod
    def _normalised_distance(left: str | list[str], right: str | list[str]) -> float:
        if isinstance(left, str) and isinstance(right, str):
            if max(len(left), len(right)) > MAX_CHARACTERS_COMPARED:
                return float(Levenshtein.normalized_distance(left.split(), right.split()))
            return float(Levenshtein.normalized_distance(left, right))
        return float(Levenshtein.normalized_distance(left, right))

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        pair = Pair(merging.item)
        return medoid(values, weights, lambda left, right: self.distance(left, right, pair), key=str)


def is_unicode(text: str) -> bool:
    """Whether a Python string is real Unicode, without lone surrogates: only such can be stored as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_SEPARATORS = {"code": "\n"}
_SAMPLE_WORDS = (
    "assay", "bright", "copper", "does", "every", "fine", "gold", "hallmark", "is", "kept", "lead", "mark",
    "note", "of", "pure", "quite", "rests", "silver", "tested", "under", "vessel", "weighed", "year",
)  # fmt: skip
