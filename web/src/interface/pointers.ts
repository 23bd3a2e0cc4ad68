/** JSON Pointers (RFC 6901) into answers. */

/** The pointer of a member: "/rubric" and "a/b" make "/rubric/a~1b". */
export function memberPointer(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The pointer of what holds this: "" of "/weather". */
export function parentPointer(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));
}

/** The dotted path of a nested declaration: "rubric" and "correct" make "rubric.correct". */
export function memberPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
