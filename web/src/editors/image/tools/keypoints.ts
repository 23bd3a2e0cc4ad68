import type { Sketch, Tool, ToolDefinition, ToolEvent, ToolHost } from "@/editors/image/contract";
import { HIDDEN, jointNames, keypoints, VISIBLE, withJoint } from "@/editors/image/geometries/keypoints";
import type { KeypointsValue } from "@/editors/image/geometries/values";
import { commitShape } from "./committing";
import { placeOf, tellIfOutside } from "./places";
import { tell } from "./saying";

const NOTHING: KeypointsValue = { type: "keypoints", points: {} };

/** Asks for the joints of a skeleton one after the other. Those that are not seen can be left out. */
class KeypointsTool implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  readonly #names: readonly string[];
  /** The skeleton after each answer, also after a joint that was left out. */
  #answers: KeypointsValue[] = [];
  #hidden = false;

  constructor(host: ToolHost) {
    this.#host = host;
    this.#names = jointNames(host.declared);
    this.#ask();
  }

  down(event: ToolEvent): void {
    if (event.button === 2) this.key("skip");
    const name = this.#asked();
    if (event.button !== 0 || name === undefined) return;
    tellIfOutside(event, this.#host);
    const hidden = this.#hidden || event.modifiers.shift;
    const place = placeOf(event, this.#host);
    this.#answer(withJoint(this.#skeleton(), name, place, hidden ? HIDDEN : VISIBLE));
  }

  move(): void {
    if (this.#answers.length > 0) this.#host.changed();
  }

  up(): void {}

  finish(): boolean {
    const skeleton = this.#skeleton();
    if (Object.keys(skeleton.points).length === 0) return false;
    this.#answers = [];
    this.#hidden = false;
    this.#ask();
    commitShape(skeleton, this.#host);
    this.#host.changed();
    return true;
  }

  cancel(): boolean {
    const begun = this.#answers.length > 0;
    this.#answers = [];
    this.#hidden = false;
    if (begun) {
      this.#ask();
      this.#host.changed();
    }
    return begun;
  }

  back(): boolean {
    if (this.#answers.pop() === undefined) return false;
    this.#ask();
    this.#host.changed();
    return true;
  }

  key(name: string): boolean {
    if (name === "hidden") {
      this.#hidden = !this.#hidden;
      this.#ask();
      return true;
    }
    if (name !== "skip" || this.#asked() === undefined) return false;
    this.#answer(this.#skeleton());
    return true;
  }

  sketch(): Sketch | null {
    if (this.#answers.length === 0) return null;
    const skeleton = this.#skeleton();
    const { declared } = this.#host;
    return {
      outlines: keypoints.outlines(skeleton, declared),
      dots: keypoints.dots?.(skeleton, declared) ?? [],
      caption: this.#asked(),
    };
  }

  #skeleton(): KeypointsValue {
    return this.#answers.at(-1) ?? NOTHING;
  }

  #asked(): string | undefined {
    return this.#names[this.#answers.length];
  }

  #answer(skeleton: KeypointsValue): void {
    this.#answers.push(skeleton);
    this.#hidden = false;
    if (this.#asked() !== undefined) this.#ask();
    else if (!this.finish()) {
      this.#answers = [];
      tell(this.#host, "noJoint");
    }
    this.#host.changed();
  }

  #ask(): void {
    const name = this.#asked();
    if (name === undefined) return;
    const values = { name, number: this.#answers.length + 1, of: this.#names.length };
    tell(this.#host, this.#hidden ? "hiddenJoint" : "joint", values);
  }
}

export const keypointsTool: ToolDefinition = {
  id: "keypoints",
  makes: ["keypoints"],
  label: "tools.keypoints",
  icon: "IconStretching",
  keys: ["Shift+k"],
  ownKeys: [
    { name: "hidden", keys: ["h"] },
    { name: "skip", keys: ["Shift+x"] },
  ],
  create: (host) => new KeypointsTool(host),
};
