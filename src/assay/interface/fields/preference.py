"""`preference`: which of several inputs is better.

`mode: "best"` (the default) asks for one. Value: `{"preferred": "a"}`, or "tie" or "both_bad" where allowed;
with `strength: n` a clear preference also says how strong it is: `{"preferred": "a", "strength": 1..n}`.

`mode: "rank"` asks for an order. Value: `{"ranking": [["b"], ["a", "c"]]}`, best first, every input once;
several in one place only with `ties`. With `both_bad`, `"both_bad": true` says that none is acceptable.

Agreement: with two inputs the steps between two answers on the scale from "a, strongest" to "b, strongest"
(a tie in the middle) over the steps there are; "both bad" differs from a clear preference fully, from a tie
by half. With more than two, same or not. For rankings the share of pairs ordered otherwise (Kendall, a tie
on one side counts half). Merge: most weight, then the lower weighted median of the strengths; rankings by
mean rank (Borda), equal means tied where ties are allowed, else in the order of declaration.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.declaration import escape
from assay.interface.fields.base import Field, FieldDeclaration, Json, KeyRequest, register
from assay.interface.fields.numeric import as_integer
from assay.interface.fields.voting import plurality, weighted_median

TIE = "tie"
BOTH_BAD = "both_bad"


class PreferenceDeclaration(FieldDeclaration):
    """over: names of the inputs compared. strength: number of degrees of a clear preference (3 makes the
    seven-point scale with ties)."""

    type: Literal["preference"]
    over: list[str] = Key(min_length=2, max_length=26)
    mode: Literal["best", "rank"] = "best"
    ties: bool = False
    both_bad: bool = False
    strength: int | None = Key(default=None, ge=1, le=10)


@register
class Preference(Field[PreferenceDeclaration]):
    """See the module's docstring."""

    type = "preference"
    declaration_model = PreferenceDeclaration
    widening: ClassVar = {
        "ties": lambda was, _now: not was,
        "both_bad": lambda was, _now: not was,
    }

    def __init__(self, declared: PreferenceDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self.over = list(dict.fromkeys(declared.over))
        self.ranks = declared.mode == "rank"
        self.outcomes = [
            *self.over,
            *([TIE] if declared.ties else []),
            *([BOTH_BAD] if declared.both_bad else []),
        ]
        self._order = {outcome: index for index, outcome in enumerate(self.outcomes)}
        self._clear = frozenset(self.over)
        self._keys = frozenset({"preferred", "strength"} if declared.strength else {"preferred"})
        self._check_declaration(pointer, parsing)

    def _check_declaration(self, pointer: str, parsing: Parsing) -> None:
        declared = self.declared
        for index, name in enumerate(declared.over):
            place = f"{pointer}/over/{index}"
            if name not in parsing.inputs:
                parsing.fail(place, "unknown_input", "is not the name of an input")
            if name in (TIE, BOTH_BAD):
                parsing.fail(place, "reserved", f"an input called {name} cannot be compared")
            if name in declared.over[:index]:
                parsing.fail(place, "duplicate", "is compared twice")
        if self.ranks and declared.strength is not None:
            parsing.fail(f"{pointer}/strength", "conflict", "a ranking has no strength")

    # -- values ---------------------------------------------------------------------------------------

    def validate(self, value: Any, path: str, context: Context) -> Any:
        if type(value) is not dict:
            context.fail(path, "type", "must be an object")
            return {}
        if self.ranks:
            return self._validate_ranking(value, path, context)
        self._refuse_unknown(value, self._keys, path, context)
        preferred = value.get("preferred")
        if type(preferred) is not str or preferred not in self._order:
            rule = "required" if "preferred" not in value else "unknown_option"
            context.fail(f"{path}/preferred", rule, f"must be one of: {', '.join(self.outcomes)}")
            return {}
        if not self.declared.strength:
            return {"preferred": preferred}
        return self._validate_strength(preferred, value, path, context)

    def _validate_strength(self, preferred: str, value: Json, path: str, context: Context) -> Json:
        if preferred not in self._clear:
            if "strength" in value:
                context.fail(f"{path}/strength", "hidden", "only a clear preference has a strength")
            return {"preferred": preferred}
        strength = as_integer(value.get("strength"))
        if strength is None or not 1 <= strength <= (self.declared.strength or 0):
            rule = "range" if "strength" in value else "required"
            context.fail(f"{path}/strength", rule, f"must be 1 to {self.declared.strength}")
        return {"preferred": preferred, "strength": strength}

    @staticmethod
    def _refuse_unknown(value: Json, known: frozenset[str], path: str, context: Context) -> None:
        for key in value:
            if key not in known:
                context.fail(f"{path}/{escape(str(key)[:100])}", "unknown_key", "is not part of a preference")

    def _validate_ranking(self, value: Json, path: str, context: Context) -> Json:
        known = frozenset({"ranking", BOTH_BAD} if self.declared.both_bad else {"ranking"})
        self._refuse_unknown(value, known, path, context)
        ranking = self._validate_places(value.get("ranking"), f"{path}/ranking", context)
        if self.declared.both_bad and BOTH_BAD in value:
            if value[BOTH_BAD] is not True:
                context.fail(f"{path}/{BOTH_BAD}", "type", "must be true, or absent")
            return {"ranking": ranking, BOTH_BAD: True}
        return {"ranking": ranking}

    def _validate_places(self, places: Any, path: str, context: Context) -> list[list[str]]:
        if type(places) is not list:
            context.fail(path, "type", "must be a list of places, best first, each a list of inputs")
            return []
        before = len(context.problems)
        seen: set[str] = set()
        result = []
        for index, place in enumerate(places):
            result.append(self._validate_place(place, f"{path}/{index}", seen, context))
        if len(context.problems) == before and len(seen) < len(self.over):
            context.fail(path, "incomplete", "every input is ranked")
        return result

    def _validate_place(self, place: Any, path: str, seen: set[str], context: Context) -> list[str]:
        most = len(self.over) if self.declared.ties else 1
        if type(place) is not list or not 0 < len(place) <= most:
            many = "one or more inputs" if self.declared.ties else "exactly one input"
            context.fail(path, "place", f"a place is a list of {many}")
            return []
        names = []
        for position, name in enumerate(place):
            if type(name) is not str or name not in self._clear:
                context.fail(f"{path}/{position}", "unknown_option", "is not compared here")
            elif name in seen:
                context.fail(f"{path}/{position}", "duplicate", "is ranked twice")
            else:
                seen.add(name)
                names.append(name)
        return sorted(names, key=self._order.__getitem__)

    def json_schema(self) -> Json:
        return self._ranking_schema() if self.ranks else self._best_schema()

    def _best_schema(self) -> Json:
        if not self.declared.strength:
            return _object({"preferred": {"type": "string", "enum": self.outcomes}})
        strength = {"type": "integer", "minimum": 1, "maximum": self.declared.strength}
        clear = _object({"preferred": {"type": "string", "enum": self.over}, "strength": strength})
        rest = [outcome for outcome in self.outcomes if outcome not in self._clear]
        if not rest:
            return clear
        return {"anyOf": [clear, _object({"preferred": {"type": "string", "enum": rest}})]}

    def _ranking_schema(self) -> Json:
        most = len(self.over) if self.declared.ties else 1
        place = {"type": "array", "items": {"type": "string", "enum": self.over},
                 "minItems": 1, "maxItems": most, "uniqueItems": True}  # fmt: skip
        named = [
            {"contains": {"type": "array", "contains": {"const": name}}, "minContains": 1, "maxContains": 1}
            for name in self.over
        ]
        schema = _object({"ranking": {"type": "array", "items": place, "allOf": named}})
        if self.declared.both_bad:
            schema["properties"][BOTH_BAD] = {"const": True}
        return schema

    def facets(self) -> Mapping[str, Facet]:
        if self.ranks:
            both_bad = {BOTH_BAD: Facet("opaque")} if self.declared.both_bad else {}
            return {"": Facet("opaque"), **both_bad}
        strength = {"strength": Facet("number")} if self.declared.strength else {}
        return {"": Facet("opaque"), "preferred": Facet("string", frozenset(self.outcomes)), **strength}

    def sample(self, random: Random, context: Context) -> Any:
        if not self.ranks:
            return self._with_strength(random.choice(self.outcomes), random)
        order = random.sample(self.over, len(self.over))
        ranking: list[list[str]] = []
        for name in order:
            if ranking and self.declared.ties and random.random() < 0.25:
                ranking[-1] = sorted([*ranking[-1], name], key=self._order.__getitem__)
            else:
                ranking.append([name])
        bad = self.declared.both_bad and random.random() < 0.1
        return {"ranking": ranking, BOTH_BAD: True} if bad else {"ranking": ranking}

    def _with_strength(self, preferred: str, random: Random) -> Json:
        if not self.declared.strength or preferred not in self._clear:
            return {"preferred": preferred}
        return {"preferred": preferred, "strength": random.randint(1, self.declared.strength)}

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        if not self.ranks:
            others = [outcome for outcome in self.outcomes if outcome != value["preferred"]]
            return self._with_strength(random.choice(others), random)
        ranking = [list(place) for place in value["ranking"]]
        if len(ranking) == 1:
            return {**value, "ranking": [[name] for name in ranking[0]]}
        at = random.randrange(len(ranking) - 1)
        ranking[at], ranking[at + 1] = ranking[at + 1], ranking[at]
        return {**value, "ranking": ranking}

    # -- language models ------------------------------------------------------------------------------

    def llm_schema(self) -> Json | None:
        if self.ranks:
            names = {"type": "array", "items": {"type": "string", "enum": self.over}}
            properties: Json = {
                "ranking": {"type": "array", "items": names, "description": "places, best first"}
            }
            if self.declared.both_bad:
                properties[BOTH_BAD] = {"type": "boolean", "description": "none is acceptable"}
            return _object(properties)
        properties = {"preferred": {"type": "string", "enum": self.outcomes}}
        if self.declared.strength:
            degrees = {"type": "integer", "enum": list(range(1, self.declared.strength + 1))}
            clear_only = len(self.outcomes) > len(self.over)
            properties["strength"] = {"anyOf": [degrees, {"type": "null"}]} if clear_only else degrees
        return _object(properties)

    def to_llm(self, value: Any, context: Context) -> Any:
        if self.ranks:
            reply = {"ranking": [list(place) for place in value["ranking"]]}
            return {**reply, BOTH_BAD: BOTH_BAD in value} if self.declared.both_bad else reply
        if self.declared.strength:
            return {"preferred": value["preferred"], "strength": value.get("strength")}
        return dict(value)

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        if not isinstance(reply, dict):
            return reply
        kept = dict(reply)
        if kept.get("preferred") not in self.over or kept.get("strength") is None:
            kept.pop("strength", None)
        if self.ranks and kept.get(BOTH_BAD) is not True:
            kept.pop(BOTH_BAD, None)
        return kept

    # -- several answers ------------------------------------------------------------------------------

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        if left == right:
            return 0.0
        if self.ranks:
            return self._ranking_distance(left, right)
        if len(self.over) > 2:
            return self._nominal_distance(left, right)
        return self._scale_distance(left, right)

    def _nominal_distance(self, left: Json, right: Json) -> float:
        """Same or not; the same with another strength differs by a half of the degrees between."""
        if left["preferred"] != right["preferred"]:
            return 1.0
        apart = abs(int(left["strength"]) - int(right["strength"]))
        return 0.5 * apart / (self.declared.strength or 1)

    def _scale_distance(self, left: Json, right: Json) -> float:
        one, other = self._on_scale(left), self._on_scale(right)
        if one is None or other is None:
            return 0.5 if 0 in (one, other) else 1.0
        return float(abs(one - other) / (2 * (self.declared.strength or 1)))

    def _on_scale(self, value: Json) -> int | None:
        """-strength (the first input) to strength (the second), a tie at 0; both bad is off the scale."""
        preferred = value["preferred"]
        if preferred == BOTH_BAD:
            return None
        if preferred == TIE:
            return 0
        strength = int(value.get("strength", 1))
        return -strength if preferred == self.over[0] else strength

    def _ranking_distance(self, left: Json, right: Json) -> float:
        one, other = _places(left["ranking"]), _places(right["ranking"])
        pairs = list(combinations(self.over, 2))
        apart: float = sum(abs(_sign(one[a] - one[b]) - _sign(other[a] - other[b])) / 2 for a, b in pairs)
        ordering = apart / len(pairs)
        if not self.declared.both_bad:
            return float(ordering)
        return float(ordering + ((BOTH_BAD in left) != (BOTH_BAD in right))) / 2

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        if self.ranks:
            return self._merge_rankings(values, weights)
        preferred = plurality([value["preferred"] for value in values], weights, self._order)
        if not self.declared.strength or preferred not in self._clear:
            return {"preferred": preferred}
        behind = [(value["strength"], weight) for value, weight in zip(values, weights, strict=True)
                  if value["preferred"] == preferred]  # fmt: skip
        strengths, strength_weights = zip(*behind, strict=True)
        return {"preferred": preferred, "strength": int(weighted_median(strengths, strength_weights))}

    def _merge_rankings(self, values: Sequence[Json], weights: Sequence[float]) -> Json:
        total = math.fsum(weights)
        ranks = [_mean_ranks(value["ranking"]) for value in values]
        means = {
            name: math.fsum(weight * rank[name] for rank, weight in zip(ranks, weights, strict=True)) / total
            for name in self.over
        }
        ranking: list[list[str]] = []
        last = None
        for name in sorted(self.over, key=lambda name: (round(means[name], 9), self._order[name])):
            if self.declared.ties and last is not None and math.isclose(means[name], last, abs_tol=1e-9):
                ranking[-1].append(name)
            else:
                ranking.append([name])
            last = means[name]
        bad = math.fsum(weight for value, weight in zip(values, weights, strict=True) if BOTH_BAD in value)
        return {"ranking": ranking, BOTH_BAD: True} if bad > total / 2 else {"ranking": ranking}

    # -- keys -----------------------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        if not self.ranks:
            for outcome in self.outcomes:
                yield KeyRequest(self.path, outcome, "")


def _object(properties: Json) -> Json:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _places(ranking: list[list[str]]) -> dict[str, int]:
    return {name: index for index, place in enumerate(ranking) for name in place}


def _mean_ranks(ranking: list[list[str]]) -> dict[str, float]:
    """Rank of each, from 0; those in one place share the mean of the ranks they take up."""
    ranks: dict[str, float] = {}
    for place in ranking:
        shared = len(ranks) + (len(place) - 1) / 2
        ranks.update(dict.fromkeys(place, shared))
    return ranks


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
