/**
 * The condition language of `when`, the same as the server's (src/assay/interface/conditions.py):
 * `{all}`, `{any}`, `{not}`, `{field, op, value}`; a list stands for `all`. Equality never crosses types.
 */
import type { FieldDeclaration, Json } from "@/interface/declaration";
import { isList, isObject, type JsonObject, member } from "@/interface/json";

/** Whether a condition holds for the values of a level. */
export function holds(condition: Json, values: JsonObject): boolean {
  if (isList(condition)) return condition.every((part) => holds(part, values));
  if (!isObject(condition)) return false;
  if (isList(condition.all)) return condition.all.every((part) => holds(part, values));
  if (isList(condition.any)) return condition.any.some((part) => holds(part, values));
  if (condition.not !== undefined) return !holds(condition.not, values);
  if (typeof condition.field !== "string") return false;
  return compares(found(condition.field, values), String(condition.op), condition.value);
}

/** Whether a field is asked, given the values of the fields before it on its level. */
export function isAsked(field: FieldDeclaration, values: JsonObject): boolean {
  return field.when === undefined || field.when === null || holds(field.when, values);
}

/** Names of the fields, on the condition's own level, that it looks at. */
export function* namesIn(condition: Json | undefined): Generator<string> {
  if (isList(condition)) {
    for (const part of condition) yield* namesIn(part);
  } else if (isObject(condition)) {
    if (typeof condition.field === "string") yield condition.field.split(".", 1)[0] as string;
    else for (const part of [condition.all, condition.any, condition.not]) yield* namesIn(part);
  }
}

function found(path: string, values: JsonObject): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (value, step) => (value === undefined ? undefined : member(value, step)),
      values,
    );
}

/** Whether two values are equal, whatever the order of an object's members. */
export function same(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((each, index) => same(each, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}

function isAmong(value: Json | undefined, choices: Json | undefined): boolean {
  return value !== undefined && isList(choices) && choices.some((each) => same(value, each));
}

function contains(value: Json | undefined, part: Json | undefined): boolean {
  if (typeof value === "string") return typeof part === "string" && value.includes(part);
  return isList(value) && value.some((each) => same(each, part));
}

function compares(value: Json | undefined, operator: string, operand: Json | undefined): boolean {
  switch (operator) {
    case "answered":
      return value !== undefined;
    case "eq":
      return value !== undefined && same(value, operand);
    case "ne":
      return value === undefined || !same(value, operand);
    case "in":
      return isAmong(value, operand);
    case "not_in":
      return !isAmong(value, operand);
    case "contains":
      return contains(value, operand);
    default:
      return typeof value === "number" && typeof operand === "number" && ordered(value, operator, operand);
  }
}

function ordered(value: number, operator: string, operand: number): boolean {
  if (operator === "lt") return value < operand;
  if (operator === "le") return value <= operand;
  if (operator === "gt") return value > operand;
  return operator === "ge" && value >= operand;
}
