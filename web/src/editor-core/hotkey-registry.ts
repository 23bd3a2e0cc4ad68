import type { Command, HotkeyScope } from "@/editor-core/hotkeys";

const SCOPES: readonly HotkeyScope[] = ["dialog", "tool", "editor", "global"];
/** How long the second key of a sequence may take, in milliseconds. */
const SEQUENCE_TIME = 1500;

interface Registration {
  readonly scope: HotkeyScope;
  readonly commands: readonly Command[];
}

/** Keys that a person gave to commands, by the command's id. */
export type Remapping = Readonly<Record<string, readonly string[]>>;

/** Every command that a key can run now. Inner scopes hide the same key of outer ones; later hides earlier. */
export class HotkeyRegistry {
  #registrations: readonly Registration[] = [];
  #remapping: Remapping = {};
  #pending: { key: string; timer: ReturnType<typeof setTimeout> } | null = null;
  readonly #listeners = new Set<() => void>();

  /** The commands count until the answer is called. */
  register(scope: HotkeyScope, commands: readonly Command[]): () => void {
    const registration = { scope, commands };
    this.#registrations = [registration, ...this.#registrations];
    this.#announce();
    return () => {
      this.#registrations = this.#registrations.filter((each) => each !== registration);
      this.#announce();
    };
  }

  /** Hear of commands that come, go or get other keys, and of a sequence that has begun. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Give commands other keys. What is no key is dropped: stored settings are data, not to be trusted. */
  remap(remapping: Remapping): void {
    if (typeof remapping !== "object" || remapping === null) return;
    const valid = Object.entries(remapping).filter(
      ([, keys]) => Array.isArray(keys) && keys.every((key) => typeof key === "string" && isKey(key)),
    );
    this.#remapping = Object.fromEntries(valid);
    this.#announce();
  }

  get remapping(): Remapping {
    return this.#remapping;
  }

  /** First key of a sequence that waits for its second; null when none does. */
  get pending(): string | null {
    return this.#pending?.key ?? null;
  }

  /** Every command, innermost scope first. */
  commands(): readonly (Command & { readonly scope: HotkeyScope })[] {
    return SCOPES.flatMap((scope) =>
      this.#registrations
        .filter((each) => each.scope === scope)
        .flatMap((each) => each.commands.map((command) => ({ ...command, scope }))),
    );
  }

  keysOf(command: Command): readonly string[] {
    return Object.hasOwn(this.#remapping, command.id) ? this.#remapping[command.id]! : command.keys;
  }

  /** Commands of one scope that want the same key: the later one hides the earlier. */
  conflicts(): readonly (readonly [Command, Command, string])[] {
    const found: [Command, Command, string][] = [];
    const taken = new Map<string, Command>();
    for (const command of this.commands()) {
      for (const key of this.keysOf(command)) {
        const place = `${command.scope} ${normalised(key)}`;
        const other = taken.get(place);
        if (other === undefined) taken.set(place, command);
        else if (other.id !== command.id) found.push([other, command, key]);
      }
    }
    return found;
  }

  /** Run what this key stands for. True when it stood for something. */
  handle(event: KeyboardEvent): boolean {
    if (isComposing(event) || event.defaultPrevented || isModifier(event.key)) return false;
    if (pressesControl(event)) return false;
    const first = this.#pending?.key ?? null;
    this.#endSequence();
    if (first !== null && event.key === "Escape") {
      event.preventDefault();
      return true;
    }
    const strokes = strokesOf(event);
    const writing = isWriting(event.target);
    const wanted = first === null ? strokes : strokes.map((stroke) => `${first} ${stroke}`);
    const command = this.#find(wanted, writing);
    if (command !== undefined) {
      event.preventDefault();
      command.run(event);
      return true;
    }
    if (first === null && !writing && this.#beginsSequence(strokes[0])) {
      event.preventDefault();
      this.#beginSequence(strokes[0]!);
      return true;
    }
    return false;
  }

  /** Listen to every key pressed in a window. The answer ends it. */
  attach(target: Window): () => void {
    const listener = (event: KeyboardEvent) => {
      this.handle(event);
    };
    target.addEventListener("keydown", listener);
    return () => {
      target.removeEventListener("keydown", listener);
      this.#endSequence();
    };
  }

  #find(strokes: readonly string[], writing: boolean): Command | undefined {
    const all = this.commands();
    const dialog = all.some((command) => command.scope === "dialog");
    return all.find(
      (command) =>
        (!dialog || command.scope === "dialog") &&
        (!writing || command.inText === true) &&
        this.keysOf(command).some((key) => strokes.includes(normalised(key))) &&
        (command.enabled === undefined || command.enabled()),
    );
  }

  #beginsSequence(stroke: string | undefined): boolean {
    if (stroke === undefined) return false;
    const all = this.commands();
    const dialog = all.some((command) => command.scope === "dialog");
    return all.some(
      (command) =>
        (!dialog || command.scope === "dialog") &&
        (command.enabled === undefined || command.enabled()) &&
        this.keysOf(command).some((key) => key.startsWith(`${stroke} `)),
    );
  }

  #beginSequence(key: string): void {
    this.#pending = { key, timer: setTimeout(() => this.#endSequence(), SEQUENCE_TIME) };
    this.#announce();
  }

  #endSequence(): void {
    if (this.#pending === null) return;
    clearTimeout(this.#pending.timer);
    this.#pending = null;
    this.#announce();
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

const KEY = /^(?:(?:Mod|Shift|Alt)\+)*(?:code:[A-Za-z0-9]{1,20}|[A-Z][A-Za-z0-9]{1,20}|\S)(?: \S)?$/u;

/** Whether this names a key, as `Command.keys` does. */
export function isKey(text: string): boolean {
  return text === " " || KEY.test(text);
}

function isModifier(key: string): boolean {
  return key === "Shift" || key === "Control" || key === "Alt" || key === "Meta" || key === "AltGraph";
}

/** Keys that an input method takes to compose a character; older engines only say so by 229. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether this key presses the button or link that has the focus. */
function pressesControl(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" && event.key !== " ") return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  return (
    typeof HTMLElement !== "undefined" &&
    target instanceof HTMLElement &&
    target.closest("a[href], summary, button:not([role=radio]):not([role=checkbox]), [role=menuitem]") !==
      null
  );
}

/** Names under which a command may have asked for this key. */
function strokesOf(event: KeyboardEvent): readonly string[] {
  const letter = event.key.length === 1;
  const printed = letter ? event.key.toLowerCase() : event.key;
  const strokes = [`${prefix(event, event.shiftKey)}${printed}`];
  // A sign that needs Shift to be typed, such as "?", is asked for by itself.
  if (letter && event.shiftKey && !/\p{L}/u.test(event.key))
    strokes.push(`${prefix(event, false)}${printed}`);
  strokes.push(`${prefix(event, event.shiftKey)}code:${event.code}`);
  // A keyboard of another script: the place of the Latin letter counts.
  if (letter && event.key > "\u007f" && /^Key[A-Z]$/.test(event.code)) {
    strokes.push(`${prefix(event, event.shiftKey)}${event.code.slice(3).toLowerCase()}`);
  }
  // With Shift or Alt a digit gives another sign, which depends on the layout.
  if (/^Digit\d$/.test(event.code)) strokes.push(`${prefix(event, event.shiftKey)}${event.code.slice(5)}`);
  return strokes;
}

function prefix(event: KeyboardEvent, shift: boolean): string {
  // AltGr types a sign and is reported as Ctrl+Alt by some systems.
  const typing = event.getModifierState?.("AltGraph") === true;
  const mod = !typing && (event.ctrlKey || event.metaKey);
  return `${mod ? "Mod+" : ""}${shift ? "Shift+" : ""}${!typing && event.altKey ? "Alt+" : ""}`;
}

/** Modifiers in the order Mod, Shift, Alt, and a single letter in lower case. */
function normalised(key: string): string {
  const parts = key.split("+");
  const last = key.endsWith("+") ? "+" : parts.at(-1)!;
  const has = (name: string) => (parts.includes(name) ? `${name}+` : "");
  const printed = last.length === 1 ? last.toLowerCase() : last;
  return `${has("Mod")}${has("Shift")}${has("Alt")}${printed}`;
}

/** Whether the key goes into a text that somebody writes. */
export function isWriting(target: EventTarget | null): boolean {
  if (typeof HTMLElement === "undefined" || !(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !/^(?:checkbox|radio|button|range|submit)$/.test(target.type);
}
