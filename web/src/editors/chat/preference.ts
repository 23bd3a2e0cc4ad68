/** Preferences as the server stores them: which of several inputs is better, and how clearly. */
import type { Json, PreferenceField } from "@/interface/declaration";
import { member } from "@/interface/json";

export const TIE = "tie";
export const BOTH_BAD = "both_bad";

/** One thing that can be answered: an input is better (by so many degrees), a tie, or none is acceptable. */
export interface Outcome {
  /** Name of an input, "tie" or "both_bad". */
  readonly preferred: string;
  /** 1 to the field's `strength`; only of a clear preference, and only where the field asks for it. */
  readonly strength?: number;
}

/** The inputs in the order in which they are shown. An order that is not one of these inputs is not used. */
export function shownInputs(field: PreferenceField, order: readonly string[] | undefined): readonly string[] {
  const isOrder = order?.length === field.over.length && field.over.every((name) => order.includes(name));
  return isOrder ? order : field.over;
}

/** The outcome that a stored value is; undefined when it is none. */
export function outcomeOf(value: Json | undefined): Outcome | undefined {
  const preferred = member(value, "preferred");
  const strength = member(value, "strength");
  if (typeof preferred !== "string") return undefined;
  return typeof strength === "number" ? { preferred, strength } : { preferred };
}

export function isSame(one: Outcome | undefined, other: Outcome): boolean {
  return one?.preferred === other.preferred && one.strength === other.strength;
}

/** The value that is stored for an outcome. */
export function preferenceValue({ preferred, strength }: Outcome): Json {
  return strength === undefined ? { preferred } : { preferred, strength };
}

/** Every degree of a clear preference for an input, the slightest first; one without degrees where none are asked. */
export function degreesOf(field: PreferenceField, preferred: string): readonly Outcome[] {
  if (!field.strength) return [{ preferred }];
  return Array.from({ length: field.strength }, (_, index) => ({ preferred, strength: index + 1 }));
}

/**
 * The scale from the input shown first, at its strongest, over the tie to the second at its strongest. Only
 * for two inputs.
 */
export function scaleOf(field: PreferenceField, shown: readonly string[]): readonly Outcome[] {
  const [first = "", second = ""] = shown;
  const middle: readonly Outcome[] = field.ties ? [{ preferred: TIE }] : [];
  return [...degreesOf(field, first).toReversed(), ...middle, ...degreesOf(field, second)];
}

/** What a key for an input makes of the answer: a slight preference, then a clearer one each time, then again. */
export function afterKey(
  field: PreferenceField,
  answer: Outcome | undefined,
  preferred: string,
): Outcome | undefined {
  if (!field.strength || !field.over.includes(preferred)) {
    return answer?.preferred === preferred ? undefined : { preferred };
  }
  const before = answer?.preferred === preferred ? (answer.strength ?? 0) : 0;
  return { preferred, strength: (before % field.strength) + 1 };
}

/**
 * The server gave its keys to the inputs in the order of declaration. They are used in the order shown, so that
 * the key on a response does not tell which one it is.
 */
export function declaredFor(field: PreferenceField, shown: readonly string[], outcome: string): string {
  const place = shown.indexOf(outcome);
  return place < 0 ? outcome : (field.over[place] ?? outcome);
}

/** The other way around: what the key that the server gave to `declared` picks. */
export function pickedBy(field: PreferenceField, shown: readonly string[], declared: string): string {
  const place = field.over.indexOf(declared);
  return place < 0 ? declared : (shown[place] ?? declared);
}
