"""`relations`: directed or symmetric links between regions.

Value: a list of `{"id", "type", "from", "to"}`, where `from` and `to` are ids of regions of the fields named
in `between` (of one field, or from the first and to the second).

Annotators name their regions as they like, so two answers are compared through their regions: each region
is replaced by its partner in the other answer before the links are. Agreement: F1 over links; a link whose
ends agree and whose type does not counts half. Merge: a link is kept when more than half of the weight drew
it; where more than half linked two regions but no type has a majority, the type with most weight is taken.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict
from pydantic import Field as Key

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.declaration import OptionDeclaration, report_declaration_errors
from assay.interface.fields.base import (
    Change,
    Field,
    FieldDeclaration,
    Json,
    KeyRequest,
    Renames,
    may_fall,
    may_rise,
    register,
)
from assay.interface.fields.links import Ends, Link, majority, within_limits
from assay.interface.fields.regions import Regions
from assay.interface.record import strict_object

MOST_RELATIONS = 100_000
LONGEST_ID = 64

_KEYS = frozenset({"id", "type", "from", "to"})


class RelationType(OptionDeclaration):
    """from, to: the classes that the ends may have, None for any. symmetric: both directions are the same."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)

    from_: list[str] | None = Key(default=None, alias="from", min_length=1)
    to: list[str] | None = Key(default=None, min_length=1)
    symmetric: bool = False


class RelationsDeclaration(FieldDeclaration):
    """between: the name of one regions field before this one, or of two. min, max: how many relations."""

    type: Literal["relations"]
    between: str | list[str]
    types: list[Any] = Key(min_length=1)
    min: int | None = Key(default=None, ge=0)
    max: int | None = Key(default=None, ge=1)


@register
class Relations(Field[RelationsDeclaration]):
    """See the module's docstring."""

    type = "relations"
    declaration_model = RelationsDeclaration
    widening: ClassVar = {"min": may_fall, "max": may_rise}

    def __init__(self, declared: RelationsDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        names = [declared.between] if isinstance(declared.between, str) else list(declared.between)
        self.least = declared.min or 0
        self.most = MOST_RELATIONS if declared.max is None else min(declared.max, MOST_RELATIONS)
        if self.least > self.most:
            parsing.fail(f"{pointer}/max", "range", "max must not be less than min")
        self.ends = self._regions_fields(names, f"{pointer}/between", parsing)
        self.types: dict[str, RelationType] = {}
        self._places: dict[str, str] = {}
        for index, raw in enumerate(declared.types):
            self._read_type(raw, f"{pointer}/types/{index}", parsing)
        self._order = {value: index for index, value in enumerate(self.types)}

    def _regions_fields(self, names: list[str], place: str, parsing: Parsing) -> tuple[Regions, ...]:
        found = [parsing.siblings.get(name) for name in names]
        regions = tuple(field for field in found if isinstance(field, Regions))
        if len(names) not in (1, 2) or len(regions) != len(names):
            message = "names one or two regions fields that stand before this one"
            parsing.fail(place, "unknown_field", message)
            return ()
        return regions if len(regions) == 2 else (*regions, *regions)

    def _read_type(self, raw: Any, place: str, parsing: Parsing) -> None:
        declared = report_declaration_errors(RelationType, raw, place, parsing)
        if declared is None:
            return
        if declared.value in self.types:
            parsing.fail(f"{place}/value", "duplicate", f"value {declared.value} occurs twice")
            return
        for key, names, field in zip(("from", "to"), (declared.from_, declared.to), self.ends, strict=False):
            for index, name in enumerate(names or ()):
                if name not in field.classes:
                    parsing.fail(f"{place}/{key}/{index}", "unknown_class", "the regions have no such class")
        if declared.symmetric and (
            declared.from_ != declared.to or len({field.name for field in self.ends}) > 1
        ):
            message = "both ends of a symmetric relation take the same classes of the same field"
            parsing.fail(f"{place}/symmetric", "conflict", message)
        self.types[declared.value] = declared
        self._places[declared.value] = place

    def declaration(self) -> Json:
        return {**super().declaration(), "types": [each.normalised() for each in self.types.values()]}

    def refers_to(self) -> Iterable[str]:
        return [field.name for field in self.ends]

    # -- values ---------------------------------------------------------------------------------------

    def validate(self, value: Any, path: str, context: Context) -> Any:
        if type(value) is not list:
            context.fail(path, "type", "must be a list of relations")
            return []
        if not self.least <= len(value) <= self.most:
            context.fail(path, "count", f"takes {self.least} to {self.most} relations")
            return []
        known = self._classes_by_id(context.siblings)
        ids: set[str] = set()
        links: set[Link] = set()
        return [
            self._relation(relation, f"{path}/{index}", context, known, (ids, links))
            for index, relation in enumerate(value)
        ]

    def _classes_by_id(self, siblings: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Class by id of the regions at either end; regions that are themselves wrong may lack them."""
        first, second = (
            {
                region["id"]: region["class"]
                for region in siblings.get(field.name, ())
                if type(region) is dict and type(region.get("id")) is str and "class" in region
            }
            for field in self.ends
        )
        return first, second

    def _relation(
        self,
        relation: Any,
        path: str,
        context: Context,
        known: tuple[dict[str, str], dict[str, str]],
        seen: tuple[set[str], set[Link]],
    ) -> Json:
        fail = context.fail
        if type(relation) is not dict:
            fail(path, "type", "a relation is an object")
            return {}
        if not relation.keys() <= _KEYS:
            fail(path, "unknown_key", "a relation has only: id, type, from, to")
        name, kind, start, end = (relation.get(key) for key in ("id", "type", "from", "to"))
        ids, links = seen
        if type(name) is not str or not 0 < len(name) <= LONGEST_ID:
            fail(f"{path}/id", "id", f"an id is a string of 1 to {LONGEST_ID} characters")
        elif name in ids:
            fail(f"{path}/id", "duplicate", "another relation has the same id")
        else:
            ids.add(name)
        declared = self.types.get(kind) if type(kind) is str else None
        if declared is None:
            fail(f"{path}/type", "unknown_type", "this must be one of the types of this field")
            return {}
        if not self._check_ends(relation, declared, path, context, known):
            return {}
        if start == end and self.ends[0] is self.ends[1]:
            fail(f"{path}/to", "self_relation", "a region is not related to itself")
        link = self._link(declared.value, str(start), str(end))
        if link in links:
            fail(path, "duplicate", "the same relation occurs twice")
        links.add(link)
        return {"id": name, "type": kind, "from": start, "to": end}

    @staticmethod
    def _check_ends(
        relation: Json,
        declared: RelationType,
        path: str,
        context: Context,
        known: tuple[dict[str, str], dict[str, str]],
    ) -> bool:
        good = True
        for key, classes, allowed in (("from", known[0], declared.from_), ("to", known[1], declared.to)):
            end = relation.get(key)
            if type(end) is not str or end not in classes:
                context.fail(f"{path}/{key}", "unknown_region", "there is no region with this id")
                good = False
            elif allowed is not None and classes[end] not in allowed:
                message = f"regions of this class cannot stand at this end of {declared.value}"
                context.fail(f"{path}/{key}", "class", message)
                good = False
        return good

    def _link(self, kind: str, start: str, end: str) -> Link:
        if self.types[kind].symmetric and end < start:
            start, end = end, start
        return kind, start, end

    def json_schema(self) -> Json:
        name: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_ID}
        relation = strict_object(
            {
                "id": name,
                "type": {"enum": list(self.types)},
                "from": {"type": "string"},
                "to": {"type": "string"},
            }
        )
        return {"type": "array", "items": relation, "minItems": self.least, "maxItems": self.most}

    def facets(self) -> Mapping[str, Facet]:
        return {"": Facet("opaque")}

    def sample(self, random: Random, context: Context) -> Any:
        links = self._possible_links(context.siblings)
        random.shuffle(links)
        count = min(len(links), self.most, max(self.least, random.randint(0, 4)))
        return _numbered(links[:count])

    def _possible_links(self, siblings: Mapping[str, Any], most: int = 1000) -> list[Link]:
        starts, ends = self._classes_by_id(siblings)
        links: dict[Link, None] = {}
        for kind, declared in self.types.items():
            for start, start_class in starts.items():
                if declared.from_ is not None and start_class not in declared.from_:
                    continue
                for end, end_class in ends.items():
                    fits = declared.to is None or end_class in declared.to
                    if fits and not (start == end and self.ends[0] is self.ends[1]):
                        links[self._link(kind, start, end)] = None
                    if len(links) >= most:
                        return list(links)
        return list(links)

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        own = [self._link(each["type"], each["from"], each["to"]) for each in value]
        free = [link for link in self._possible_links(context.siblings) if link not in set(own)]
        moves = []
        if len(own) > self.least:
            moves.append("miss")
        if free and len(own) < self.most:
            moves.append("invent")
        if free and own:
            moves.append("confuse")
        move = random.choice(moves) if moves else ""
        if move in ("miss", "confuse"):
            own.pop(random.randrange(len(own)))
        if move in ("invent", "confuse"):
            own.append(random.choice(free))
        return _numbered(own)

    # -- language models ------------------------------------------------------------------------------

    def llm_schema(self) -> Json | None:
        if not self.ends or any(field.llm_schema() is None for field in self.ends):
            return None
        relation = strict_object(
            {
                "type": {"type": "string", "enum": list(self.types)},
                "from": {"type": "string", "description": f"id of a region in {self.ends[0].name}"},
                "to": {"type": "string", "description": f"id of a region in {self.ends[1].name}"},
            }
        )
        return {"type": "array", "items": relation}

    def to_llm(self, value: Any, context: Context) -> Any:
        return [{key: each[key] for key in ("type", "from", "to")} for each in value]

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        if type(reply) is not list:
            context.fail(path, "type", "must be a list of relations")
            return []
        return [
            {**each, "id": str(index + 1)} if type(each) is dict else each for index, each in enumerate(reply)
        ]

    # -- several answers ------------------------------------------------------------------------------

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        if not left and not right:
            return 0.0
        first, second = (self._partners(field, pair) for field in self.ends)
        ours = Counter(self._translated(left, first, second))
        theirs = Counter(self._link(each["type"], each["from"], each["to"]) for each in right)
        same = ours & theirs
        only_ours, only_theirs = ours - same, theirs - same
        # What is left agrees by half where the ends are the same: directed ones by both, in order.
        ends = Counter(self._loose_ends(link) for link in only_ours.elements())
        ends &= Counter(self._loose_ends(link) for link in only_theirs.elements())
        agreed = same.total() + ends.total() / 2
        return max(0.0, 1.0 - 2.0 * agreed / (len(left) + len(right)))

    def _loose_ends(self, link: Link) -> Ends:
        _, start, end = link
        if any(each.symmetric for each in self.types.values()) and end < start:
            return end, start
        return start, end

    @staticmethod
    def _partners(field: Regions, pair: Pair) -> Mapping[str, str] | None:
        """Id in the left answer -> id in the right one; None when the answers' regions are not known."""
        left, right = pair.left.get(field.name), pair.right.get(field.name)
        if left is None or right is None:
            return None
        return field.partners(left, right, pair)

    def _translated(
        self,
        relations: Sequence[Json],
        first: Mapping[str, str] | None,
        second: Mapping[str, str] | None,
    ) -> Iterator[Link]:
        """The links in the other answer's ids; ends without a partner keep a name nobody else has."""
        for each in relations:
            start = each["from"] if first is None else first.get(each["from"], f"\0{each['from']}")
            end = each["to"] if second is None else second.get(each["to"], f"\0{each['to']}")
            yield self._link(each["type"], start, end)

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        drawn: list[tuple[Link, float]] = []
        unanimous = True
        for index, (value, weight) in enumerate(zip(values, weights, strict=True)):
            first, second = (self._identities(field, merging, index) for field in self.ends)
            links = list(self._translated(value, first, second))
            unanimous &= value == values[0] and links == list(self._translated(value, None, None))
            drawn += [(link, weight) for link in set(links) if "\0" not in link[1][:1] + link[2][:1]]
        if unanimous:
            return list(values[0])
        kept = majority(drawn, math.fsum(weights), self._order)
        ranked = within_limits(kept, drawn, self.least, self.most)
        return _numbered(sorted(ranked, key=lambda link: (link[1:], self._order[link[0]])))

    @staticmethod
    def _identities(field: Regions, merging: Merging, index: int) -> Mapping[str, str] | None:
        outcome = merging.merged.get(field.name)
        if outcome is None or not outcome.identities:
            return None
        return outcome.identities[merging.indices[index] if merging.indices else index]

    # -- keys and versions ----------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        for value, declared in self.types.items():
            yield KeyRequest(self.path, value, f"{self._places[value]}/hotkey", declared.hotkey)

    def compare_attribute(self, key: str, was: Any, now: Any, old: Field[Any]) -> Iterator[Change]:
        if key != "types":
            yield from super().compare_attribute(key, was, now, old)
            return
        assert isinstance(old, Relations)
        for value in old.types:
            if value not in self.types:
                yield Change("breaking", self.path, f"type {value} was removed")
        for value, declared in self.types.items():
            before = old.types.get(value)
            if before is None:
                yield Change("compatible", self.path, f"type {value} was added")
                continue
            if before.symmetric != declared.symmetric:
                yield Change("breaking", self.path, f"type {value} changed its direction")
            for allowed, allowed_before in ((declared.from_, before.from_), (declared.to, before.to)):
                if allowed != allowed_before:
                    wider = allowed is None or set(allowed_before or ("*",)) <= set(allowed)
                    kind: Literal["compatible", "breaking"] = "compatible" if wider else "breaking"
                    yield Change(kind, self.path, f"type {value} takes other classes")

    def rename(self, value: Any, renames: Renames) -> Any:
        return [{**each, "type": renames.value_of(self.path, each["type"])} for each in value]

    def rename_declaration(self, renames: Renames) -> Json:
        types: dict[str, Json] = {}
        for value, declared in self.types.items():
            renamed = {**declared.normalised(), "value": renames.value_of(self.path, value)}
            for key, field in zip(("from", "to"), self.ends, strict=False):
                if renamed.get(key) is not None:
                    renamed[key] = [renames.value_of(field.path, name) for name in renamed[key]]
            types.setdefault(renamed["value"], renamed)
        names = [renames.fields.get(field.path) or field.name for field in self.ends]
        between: Any = (
            names[0] if isinstance(self.declared.between, str) else names[: len(self.declared.between)]
        )
        return {**self.declared.normalised(), "between": between, "types": list(types.values())}


def _numbered(links: Sequence[Link]) -> list[Json]:
    return [
        {"id": str(index + 1), "type": kind, "from": start, "to": end}
        for index, (kind, start, end) in enumerate(links)
    ]
