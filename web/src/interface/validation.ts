/** What an annotator can get wrong, by the server's rules and with its paths, before anything is sent. */
import type { AnswerDocument } from "@/editor-core/document";
import type { AnswerProblem, ItemData } from "@/editor-core/task";
import type { Answer, GeometryValue } from "@/interface/answer";
import { answerOf } from "@/interface/answers";
import { isAsked } from "@/interface/conditions";
import type {
  ChoiceField,
  FieldDeclaration,
  GroupField,
  InterfaceDeclaration,
  Json,
  NumberField,
  PreferenceField,
  RatingField,
  RegionsField,
  RelationsField,
  TextField,
} from "@/interface/declaration";
import { elementsOf, repetitionOf } from "@/interface/elements";
import { checkGeometry, type Extent } from "@/interface/geometry-rules";
import { isList, isObject, type JsonObject, member } from "@/interface/json";
import { memberPointer } from "@/interface/pointers";
import { ProblemList } from "@/interface/problems";
import { valueAt } from "@/interface/source";

/** Everything that keeps a document from being submitted; empty when nothing does. */
export function problemsOf(
  document: AnswerDocument,
  declaration: InterfaceDeclaration,
  data: ItemData,
): AnswerProblem[] {
  return problemsOfAnswer(answerOf(document, declaration, data), declaration, data);
}

/** The same for an answer. */
export function problemsOfAnswer(
  answer: Answer,
  declaration: InterfaceDeclaration,
  data: ItemData,
): AnswerProblem[] {
  const check = new AnswerCheck(declaration, data);
  check.level(declaration.fields, answer, "");
  return check.list.problems;
}

/** Number of characters as the server counts them. */
export function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

class AnswerCheck {
  readonly list = new ProblemList();
  readonly #declaration: InterfaceDeclaration;
  readonly #data: ItemData;
  readonly #extents = new Map<string, Extent>();

  constructor(declaration: InterfaceDeclaration, data: ItemData) {
    this.#declaration = declaration;
    this.#data = data;
  }

  level(fields: readonly FieldDeclaration[], values: JsonObject, path: string): void {
    const asked: Record<string, Json> = {};
    for (const field of fields) {
      const value = member(values, field.name);
      const place = memberPointer(path, field.name);
      if (!isAsked(field, asked)) {
        if (value !== undefined) this.list.add(place, "hidden");
      } else if (value !== undefined) {
        asked[field.name] = value;
        this.#field(field, value, place, asked);
      } else if (field.required !== false) {
        this.list.add(place, "required");
      }
    }
  }

  #field(field: FieldDeclaration, value: Json, path: string, level: JsonObject): void {
    switch (field.type) {
      case "choice":
        checkChoice(field, value, path, this.list);
        break;
      case "rating":
        checkRating(field, value, path, this.list);
        break;
      case "number":
        checkNumber(field, value, path, this.list);
        break;
      case "text":
        checkText(field, value, path, this.list);
        break;
      case "preference":
        checkPreference(field, value, path, this.list);
        break;
      case "regions":
        this.#regions(field, value, path);
        break;
      case "relations":
        checkRelations(field, value, path, level, this.list);
        break;
      case "group":
        this.#group(field, value, path);
        break;
    }
  }

  #group(field: GroupField, value: Json, path: string): void {
    if (!isObject(value)) this.list.add(path, "type");
    else if (repetitionOf(field) === "once") this.level(field.fields, value, path);
    else {
      for (const { key } of elementsOf(field, this.#declaration, this.#data)) {
        const entry = member(value, key);
        const place = memberPointer(path, key);
        if (isObject(entry)) this.level(field.fields, entry, place);
        else this.list.add(place, "required");
      }
    }
  }

  #regions(field: RegionsField, value: Json, path: string): void {
    if (!isList(value)) {
      this.list.add(path, "type");
      return;
    }
    if (checkCount(value.length, field.min ?? 0, field.max, path, this.list, "regions")) return;
    const extent = this.#extentOf(field.on);
    for (const [index, region] of value.entries()) {
      const place = `${path}/${index}`;
      const chosen = field.classes.find((each) => each.value === member(region, "class"));
      if (chosen === undefined) {
        this.list.add(`${place}/class`, "unknown_class");
        continue;
      }
      const geometry = member(region, "geometry");
      if (isObject(geometry) && typeof geometry.type === "string") {
        const shape: GeometryValue = { ...geometry, type: geometry.type };
        checkGeometry(shape, chosen, extent, `${place}/geometry`, this.list);
      }
      const attributes = member(region, "attributes") ?? {};
      const asked = (chosen.attributes ?? []).filter((each) => !("dynamic" in each && each.dynamic === true));
      if (isObject(attributes)) this.level(asked, attributes, `${place}/attributes`);
    }
  }

  #extentOf(name: string): Extent {
    const known = this.#extents.get(name);
    if (known !== undefined) return known;
    const input = this.#declaration.inputs.find((each) => each.name === name);
    const value = input === undefined ? undefined : valueAt(input.source, this.#data);
    const size = (key: string) => {
      const length = member(value, key);
      return typeof length === "number" && length > 0 ? { [key]: length } : {};
    };
    const extent: Extent =
      typeof value === "string" && ["text", "html", "code"].includes(input?.type ?? "")
        ? { text: [...value] }
        : { ...size("width"), ...size("height"), ...size("duration") };
    this.#extents.set(name, extent);
    return extent;
  }
}

/** Whether there are too few or too many; then it is reported. */
function checkCount(
  count: number,
  least: number,
  most: number | undefined,
  path: string,
  list: ProblemList,
  what: "options" | "regions" | "relations",
): boolean {
  if (count < least) list.add(path, "count", { count: least }, `count_least_${what}`);
  else if (most !== undefined && count > most) list.add(path, "count", { count: most }, `count_most_${what}`);
  else return false;
  return true;
}

/** Values that may be picked: all of a taxonomy, or only those without options of their own. */
export function* pickable(options: ChoiceField["options"], leavesOnly: boolean): Generator<string> {
  for (const option of options) {
    const isLeaf = option.options === undefined || option.options.length === 0;
    if (isLeaf || !leavesOnly) yield option.value;
    if (!isLeaf) yield* pickable(option.options ?? [], leavesOnly);
  }
}

function checkChoice(field: ChoiceField, value: Json, path: string, list: ProblemList): void {
  const allowed = new Set(pickable(field.options, field.leaves_only === true));
  const check = (each: Json, place: string) => {
    if (typeof each !== "string") list.add(place, "type");
    else if (!allowed.has(each)) {
      const isBranch = [...pickable(field.options, false)].includes(each);
      list.add(place, isBranch ? "not_a_leaf" : "unknown_option");
    }
  };
  if (field.multi !== true) {
    check(value, path);
    return;
  }
  if (!isList(value)) {
    list.add(path, "type");
    return;
  }
  const least = typeof field.min === "number" ? field.min : 1;
  const most = typeof field.max === "number" ? field.max : undefined;
  if (checkCount(value.length, least, most, path, list, "options")) return;
  for (const [index, each] of value.entries()) check(each, `${path}/${index}`);
}

function checkRating(field: RatingField, value: Json, path: string, list: ProblemList): void {
  const [least, most] = [field.min ?? 1, field.max ?? 5];
  if (typeof value !== "number" || !Number.isInteger(value)) list.add(path, "type", {}, "integer");
  else if (value < least || value > most) list.add(path, "range", { min: least, max: most });
}

function checkNumber(field: NumberField, value: Json, path: string, list: ProblemList): void {
  const isInteger = field.integer === true;
  if (typeof value !== "number" || !Number.isFinite(value)) list.add(path, "type", {}, "number");
  else if (isInteger && !Number.isSafeInteger(value)) list.add(path, "type", {}, "integer");
  else checkBounds(value, field.min, field.max, path, list);
}

function checkBounds(
  value: number,
  least: number | null | undefined,
  most: number | null | undefined,
  path: string,
  list: ProblemList,
): void {
  const isLow = typeof least === "number" && value < least;
  const isHigh = typeof most === "number" && value > most;
  if (!isLow && !isHigh) return;
  if (typeof least === "number" && typeof most === "number")
    list.add(path, "range", { min: least, max: most });
  else if (typeof least === "number") list.add(path, "range", { min: least }, "range_least");
  else list.add(path, "range", { max: most ?? 0 }, "range_most");
}

function checkText(field: TextField, value: Json, path: string, list: ProblemList): void {
  if (typeof value !== "string") {
    list.add(path, "type");
    return;
  }
  const length = codePointCount(value);
  const [least, most] = [field.min_length ?? 1, field.max_length];
  if (length < least) list.add(path, "too_short", { count: least });
  else if (typeof most === "number" && length > most) list.add(path, "too_long", { count: most });
  else if (/\p{Surrogate}/u.test(value)) list.add(path, "unicode");
  else if (typeof field.pattern === "string" && matchesPattern(field.pattern, value) === false) {
    list.add(path, "pattern");
  }
}

/** Whether a text matches; undefined for a pattern that only the server's engine reads. */
function matchesPattern(pattern: string, text: string): boolean | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  try {
    return new RegExp(pattern.slice(flags?.[0].length ?? 0), `u${flags?.[1] ?? ""}`).test(text);
  } catch {
    return undefined;
  }
}

function checkPreference(field: PreferenceField, value: Json, path: string, list: ProblemList): void {
  if (!isObject(value)) {
    list.add(path, "type");
    return;
  }
  if (field.mode === "rank") {
    const ranked = isList(value.ranking) ? value.ranking.flat().length : 0;
    if (ranked < field.over.length) list.add(`${path}/ranking`, "incomplete");
    return;
  }
  const outcomes = [...field.over, ...(field.ties ? ["tie"] : []), ...(field.both_bad ? ["both_bad"] : [])];
  const preferred = value.preferred;
  if (typeof preferred !== "string" || !outcomes.includes(preferred)) {
    list.add(`${path}/preferred`, preferred === undefined ? "required" : "unknown_option");
  } else if (field.strength && field.over.includes(preferred)) {
    const strength = value.strength;
    if (strength === undefined) list.add(`${path}/strength`, "required");
    else if (typeof strength !== "number" || strength < 1 || strength > field.strength) {
      list.add(`${path}/strength`, "range", { min: 1, max: field.strength });
    }
  }
}

function checkRelations(
  field: RelationsField,
  value: Json,
  path: string,
  level: JsonObject,
  list: ProblemList,
): void {
  if (!isList(value)) {
    list.add(path, "type");
    return;
  }
  if (checkCount(value.length, field.min ?? 0, field.max, path, list, "relations")) return;
  const names = typeof field.between === "string" ? [field.between] : field.between;
  const ends = [names[0] ?? "", names.at(-1) ?? ""].map((name) => classesById(level[name]));
  const links = new Set<string>();
  for (const [index, relation] of value.entries()) {
    const place = `${path}/${index}`;
    const type = field.types.find((each) => each.value === member(relation, "type"));
    if (type === undefined) {
      list.add(`${place}/type`, "unknown_type");
      continue;
    }
    const [from, to] = [String(member(relation, "from")), String(member(relation, "to"))];
    const isGood = [
      checkEnd(from, ends[0], type.from, `${place}/from`),
      checkEnd(to, ends[1], type.to, `${place}/to`),
    ];
    if (isGood.includes(false)) continue;
    if (from === to && names.length === 1) list.add(`${place}/to`, "self_relation");
    const link = JSON.stringify([type.value, ...(type.symmetric ? [from, to].sort() : [from, to])]);
    if (links.has(link)) list.add(place, "duplicate");
    links.add(link);
  }

  function checkEnd(
    id: string,
    classes: ReadonlyMap<string, string> | undefined,
    allowed: readonly string[] | null | undefined,
    place: string,
  ): boolean {
    const found = classes?.get(id);
    if (found === undefined) list.add(place, "unknown_region");
    else if (allowed && !allowed.includes(found)) list.add(place, "class");
    else return true;
    return false;
  }
}

function classesById(regions: Json | undefined): ReadonlyMap<string, string> {
  return new Map(
    (isList(regions) ? regions : []).map((region) => [
      String(member(region, "id")),
      String(member(region, "class")),
    ]),
  );
}
