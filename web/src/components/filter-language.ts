/** How the values of a name are written in a filter, as on the server. */
export type FilterValueKind = "word" | "number" | "time" | "id" | "member";

/** A name that a list can be filtered by. */
export interface FilterField {
  name: string;
  kind: FilterValueKind;
  label: string;
  /** The words that may stand as a value, where they are known. */
  words?: readonly string[];
}

export const FILTER_OPERATORS = ["=", "!=", "<", "<=", ">", ">="] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export interface FilterCondition {
  /** With a dot and the member's name for a field of kind "member". */
  name: string;
  operator: FilterOperator;
  value: string;
}

const PLAIN = /^[^\s<>=!"\\]+$/;
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|(<=|>=|!=|=|<|>)|([^\s<>=!"]+))/y;

/** The operators that a field of this kind can be compared with. */
export function operatorsOf(kind: FilterValueKind): readonly FilterOperator[] {
  return kind === "number" || kind === "time" ? FILTER_OPERATORS : ["=", "!="];
}

/** The filter that joins these conditions by `and`; values are quoted where they must be. */
export function writeFilter(conditions: readonly FilterCondition[]): string {
  return conditions
    .map(({ name, operator, value }) => `${name} ${operator} ${PLAIN.test(value) ? value : quoted(value)}`)
    .join(" and ");
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}

/** The conditions of a filter; null when it is none. The server has the last word on names and values. */
export function readFilter(text: string): readonly FilterCondition[] | null {
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  const conditions: FilterCondition[] = [];
  for (let place = 0; place < tokens.length; place += 3) {
    if (conditions.length > 0) {
      if (tokens[place]?.toLowerCase() !== "and") return null;
      place += 1;
    }
    const [name, sign, value] = tokens.slice(place, place + 3);
    const operator = FILTER_OPERATORS.find((each) => each === sign);
    if (name === undefined || operator === undefined || value === undefined) return null;
    conditions.push({ name, operator, value });
  }
  return conditions;
}

function tokensOf(text: string): readonly string[] | null {
  const whole = text.trimEnd();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const match = TOKEN.exec(whole);
    if (match === null) return null;
    tokens.push(match[1]?.replace(/\\(.)/gs, "$1") ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}
