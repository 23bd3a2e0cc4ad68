import type { InputDeclaration, InputType, InterfaceDeclaration, Json } from "@/interface/declaration";
import { isList, isObject, type JsonObject, member } from "@/interface/json";
import { stepsOf } from "@/interface/source";

/** Lists longer than this are not spelled out in an example. */
const LONGEST_LIST = 20;

const EXAMPLES: Readonly<Record<InputType, Json>> = {
  text: "The text of the first item",
  html: "<p>The first item</p>",
  code: "print('the first item')",
  image: "pictures/1.jpg",
  video: "videos/1.mp4",
  audio: "recordings/1.wav",
  document: "documents/1.pdf",
  pointcloud: "scans/1.pcd",
  chat: [
    { role: "user", content: "A question" },
    { role: "assistant", content: "An answer" },
  ],
  trajectory: [{ action: "search", observation: "three results" }],
  timeseries: { time: [0, 1, 2], value: [0.1, 0.4, 0.2] },
  table: [{ name: "first", value: 1 }],
};
const FILES: ReadonlySet<InputType> = new Set(["image", "video", "audio", "document", "pointcloud"]);

/** `root` with `value` where the steps lead; what is missing on the way is made. */
export function withValue(root: Json | undefined, steps: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "string")
    return { ...(isObject(root) ? root : {}), [step]: withValue(member(root, step), rest, value) };
  const list = isList(root) ? [...root] : [];
  while (list.length < step) list.push(null);
  list[step] = withValue(list[step], rest, value);
  return list;
}

/** The steps to an input's value; null for a source that no example can be made of. */
export function placeOf(input: InputDeclaration): readonly (string | number)[] | null {
  const steps = stepsOf(input.source);
  if (steps === null || typeof steps[0] !== "string") return null;
  return steps.some((step) => typeof step === "number" && step >= LONGEST_LIST) ? null : steps;
}

/** The data of an item that has a value for every input of the interface. */
export function exampleData(declaration: InterfaceDeclaration): JsonObject {
  let data: Json = {};
  for (const input of declaration.inputs) {
    const steps = placeOf(input);
    if (steps !== null) data = withValue(data, steps, EXAMPLES[input.type]);
  }
  return isObject(data) ? data : {};
}

/** Does an item of this interface name files, so that a zip is the way in? */
export function namesFiles(declaration: InterfaceDeclaration): boolean {
  return declaration.inputs.some((input) => FILES.has(input.type));
}
