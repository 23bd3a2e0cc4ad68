/** Rankings: places, best first, each with one input or several that are level. */
import type { Json, PreferenceField } from "@/interface/declaration";
import { isList, type JsonObject, member } from "@/interface/json";

export type Ranking = readonly (readonly string[])[];

export interface RankingAnswer {
  /** Undefined while nobody has said anything about the order. */
  readonly ranking: Ranking | undefined;
  /** None is acceptable. */
  readonly isNoneGood: boolean;
}

/** Where something is put down: level with a place, or in a place of its own before one (or after the last). */
export interface Drop {
  readonly kind: "onto" | "before";
  readonly place: number;
}

/** A stored value. A ranking that does not hold every input once is not one yet. */
export function rankingAnswerOf(value: Json | undefined, field: PreferenceField): RankingAnswer {
  const isNoneGood = field.both_bad === true && member(value, "both_bad") === true;
  const places = member(value, "ranking");
  if (!isList(places) || !places.every(isList)) return { ranking: undefined, isNoneGood };
  const ranking = places.map((place) => place.filter((name) => typeof name === "string"));
  const names = ranking.flat();
  const isWhole = names.length === field.over.length && field.over.every((name) => names.includes(name));
  return { ranking: isWhole ? ranking : undefined, isNoneGood };
}

/** The value that is stored: level inputs in the order of declaration. Undefined when nothing was said. */
export function rankingValue(
  { ranking, isNoneGood }: RankingAnswer,
  field: PreferenceField,
): Json | undefined {
  if (ranking === undefined && !isNoneGood) return undefined;
  const order = (name: string) => field.over.indexOf(name);
  const places = (ranking ?? []).map((place) => [...place].sort((one, other) => order(one) - order(other)));
  const value: JsonObject = { ranking: places };
  return isNoneGood ? { ...value, both_bad: true } : value;
}

export function placeOf(ranking: Ranking, name: string): number {
  return ranking.findIndex((place) => place.includes(name));
}

export function isLevel(ranking: Ranking, name: string): boolean {
  return (ranking[placeOf(ranking, name)]?.length ?? 0) > 1;
}

export function dropped(ranking: Ranking, name: string, { kind, place }: Drop): Ranking {
  const others = ranking.map((each) => each.filter((other) => other !== name));
  const put =
    kind === "onto"
      ? others.map((each, index) => (index === place ? [...each, name] : each))
      : others.toSpliced(place, 0, [name]);
  return put.filter((each) => each.length > 0);
}

/** One place up: out of a shared place to just above it, else past the place above. */
export function movedUp(ranking: Ranking, name: string): Ranking {
  const place = placeOf(ranking, name);
  return dropped(ranking, name, {
    kind: "before",
    place: isLevel(ranking, name) ? place : Math.max(0, place - 1),
  });
}

/** One place down: out of a shared place to just below it, else past the place below. */
export function movedDown(ranking: Ranking, name: string): Ranking {
  const place = placeOf(ranking, name);
  return dropped(ranking, name, { kind: "before", place: isLevel(ranking, name) ? place + 1 : place + 2 });
}

/** Level with the place above; one that is level already goes below the others of its place. */
export function levelToggled(ranking: Ranking, name: string): Ranking {
  if (isLevel(ranking, name)) return movedDown(ranking, name);
  const place = placeOf(ranking, name);
  return place > 0 ? dropped(ranking, name, { kind: "onto", place: place - 1 }) : ranking;
}

export function isSameRanking(one: Ranking, other: Ranking): boolean {
  return (
    one.length === other.length &&
    one.every((place, index) => {
      const names = other[index] ?? [];
      return place.length === names.length && place.every((name) => names.includes(name));
    })
  );
}
