"""Names, cosmetic keys and the base of every declaration model."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assay.interface.context import Parsing

NAME_PATTERN = "^[a-z][a-z0-9_]{0,63}$"
"""Names of inputs and fields."""

VALUE_PATTERN = "^[a-z0-9][a-z0-9_-]{0,127}$"
"""Values of options, classes, relation types, criteria: as names, but may start with a digit and hold
hyphens."""

COSMETIC = frozenset({"title", "help", "ui", "hotkey", "color", "labels", "translations"})
"""Keys that never change meaning, at any depth of a declaration; no declaration gives them another use."""

_NAME = re.compile(NAME_PATTERN[1:-1])
_VALUE = re.compile(VALUE_PATTERN[1:-1])


def is_name(text: str) -> bool:
    """Whether this can name an input or a field."""
    return _NAME.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Whether this can be the value of an option, class, type or criterion."""
    return _VALUE.fullmatch(text) is not None


def _check_name(text: str) -> str:
    if not is_name(text):
        raise ValueError("a name is a lower-case letter, then at most 63 lower-case letters, digits or _")
    return text


def _check_value(text: str) -> str:
    if not is_value(text):
        raise ValueError("a value is a lower-case letter or digit, then at most 127 of these, _ or -")
    return text


Name = Annotated[str, AfterValidator(_check_name)]
Value = Annotated[str, AfterValidator(_check_value)]
Title = Annotated[str, Field(max_length=2_000)]
Help = Annotated[str, Field(max_length=20_000)]


class Declaration(BaseModel):
    """Base of everything a declaration is made of: unknown keys are refused, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Title | None = None
    help: Help | None = None
    ui: dict[str, Any] = Field(default_factory=dict)
    translations: dict[str, Any] = Field(default_factory=dict)

    def normalised(self) -> dict[str, Any]:
        """As JSON, defaults left out: two ways to say the same give the same."""
        return self.model_dump(mode="json", exclude_defaults=True, by_alias=True)

    @staticmethod
    def is_cosmetic(key: str) -> bool:
        return key in COSMETIC


class OptionDeclaration(Declaration):
    """Something one can pick: an option, a class, a relation type, a criterion."""

    value: Value
    hotkey: str | None = None
    color: str | None = None


def semantic(declaration: Any) -> Any:
    """The declaration without what never changes meaning; 1.0 is written 1, as RFC 8785 does."""
    if isinstance(declaration, dict):
        return {key: semantic(value) for key, value in declaration.items() if key not in COSMETIC}
    if isinstance(declaration, list):
        return [semantic(value) for value in declaration]
    if isinstance(declaration, float) and declaration.is_integer():
        return int(declaration)
    return declaration


M = TypeVar("M", bound=BaseModel)


def report_declaration_errors(model: type[M], raw: Any, pointer: str, parsing: Parsing) -> M | None:
    """Parse `raw` with a pydantic model; its errors become problems below `pointer`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for part in error.errors(include_url=False, include_context=False, include_input=False):
            place = "".join(f"/{escape(str(step))}" for step in part["loc"])
            parsing.fail(pointer + place, _rule(part["type"]), _message(part["type"], part["msg"]))
        return None


def escape(key: str) -> str:
    """One reference token of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


_RULES = {
    "missing": "required",
    "extra_forbidden": "unknown_key",
    "value_error": "invalid_value",
    "literal_error": "unknown_value",
    "too_short": "count",
    "too_long": "count",
    "string_too_short": "length",
    "string_too_long": "length",
    "finite_number": "range",
}


def _rule(kind: str) -> str:
    """Our slug for an error of pydantic, whose own are not ours to keep stable."""
    if kind.startswith(("greater_than", "less_than")):
        return "range"
    return _RULES.get(kind, "type")


def _message(kind: str, text: str) -> str:
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be an object"
    return text.removeprefix("Value error, ").replace("Input should be", "must be")


def report_duplicates(values: list[str], pointer: str, what: str, parsing: Parsing) -> None:
    """Report each value that occurs a second time; `pointer` is that of the list, whose entries hold the
    value under `what` ("name" or "value")."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            parsing.fail(f"{pointer}/{index}/{what}", "duplicate", f"{what} {value} occurs twice")
        seen.add(value)
