import i18next, { type TFunction } from "i18next";
import type { Command } from "@/editor-core/hotkeys";
import { type CaretStep, moveCaret, setCaret } from "@/editors/text/caret";
import {
  deleteSelected,
  goToNextSpan,
  makeSpan,
  markAll,
  resizeSelected,
  type Said,
} from "@/editors/text/editing";
import {
  beginRelation,
  chooseTarget,
  finishRelation,
  goToNextTarget,
  pickType,
  typesToPick,
} from "@/editors/text/linking";
import type { TextSession } from "@/editors/text/text-session";
import { optionTitle } from "@/interface/texts";

interface Keyboard {
  readonly session: TextSession;
  readonly t: TFunction<"text">;
  /** Whether the text has the keyboard: otherwise arrows and Tab are somebody else's. */
  readonly hasFocus: () => boolean;
  /** Whether this is the text that class keys go to. */
  readonly isActive: () => boolean;
}

/** Say what became of a key or a click: shown and read out. */
export function announce(session: TextSession, t: TFunction<"text">, said: Said | null): void {
  if (said === null) return;
  const name = said.option === undefined ? "" : optionTitle(said.option, i18next.language);
  session.say(t(said.key, { ...said.values, name }));
}

/** Everything a key does in a text. */
export function textCommands(keyboard: Keyboard): Command[] {
  const editing = keyboard.session.task.readOnly ? [] : editingCommands(keyboard);
  return [
    ...caretCommands(keyboard),
    ...spanCommands(keyboard),
    ...searchCommands(keyboard),
    ...editing,
    ...(keyboard.session.task.readOnly ? [] : [...typeCommands(keyboard), ...relationCommands(keyboard)]),
  ];
}

const STEPS: readonly (readonly [CaretStep, back: readonly string[], forward: readonly string[]])[] = [
  ["character", ["ArrowLeft"], ["ArrowRight"]],
  ["word", ["Mod+ArrowLeft"], ["Mod+ArrowRight"]],
  ["sentence", ["Alt+ArrowLeft"], ["Alt+ArrowRight"]],
  ["line", ["ArrowUp"], ["ArrowDown"]],
  ["page", ["PageUp"], ["PageDown"]],
  ["lineEdge", ["Home"], ["End"]],
  ["text", ["Mod+Home"], ["Mod+End"]],
];

function caretCommands({ session, t, hasFocus }: Keyboard): Command[] {
  const commands: Command[] = [];
  for (const [step, back, forward] of STEPS) {
    for (const direction of [-1, 1] as const) {
      const keys = direction < 0 ? back : forward;
      const name = direction < 0 ? "back" : "forward";
      // With a span selected, Ctrl and arrows move its ends.
      const enabled = step === "word" ? () => hasFocus() && session.selectedSpans.length === 0 : hasFocus;
      const base = { group: t("keys.caret"), enabled };
      commands.push({
        ...base,
        id: `text.caret.${step}.${name}`,
        label: t(`keys.${step}.${name}`),
        keys,
        run: () => moveCaret(session, step, direction, false),
      });
      commands.push({
        ...base,
        id: `text.extend.${step}.${name}`,
        label: t(`keys.extend.${step}.${name}`),
        keys: keys.map(withShift),
        run: () => moveCaret(session, step, direction, true),
      });
    }
  }
  commands.push({
    id: "text.select-all",
    label: t("keys.selectAll"),
    group: t("keys.caret"),
    keys: ["Mod+a"],
    enabled: hasFocus,
    run: () => session.state.setState({ anchor: 0, focus: session.text.length }),
  });
  return commands;
}

function withShift(key: string): string {
  const parts = key.split("+");
  return [...parts.slice(0, -1), "Shift", parts.at(-1)].join("+");
}

function spanCommands({ session, t, hasFocus }: Keyboard): Command[] {
  const group = t("keys.spans");
  const go = (direction: 1 | -1) => {
    if (session.state.getState().draft !== null) goToNextTarget(session, direction);
    else goToNextSpan(session, direction);
  };
  const thereIs = (direction: 1 | -1) => () => {
    if (!hasFocus()) return false;
    if (session.state.getState().draft !== null) return true;
    const selected = session.spans.get(session.selectedSpans.at(-1) ?? "");
    return session.spans.next(selected ?? session.state.getState().focus, direction) !== null;
  };
  return [
    {
      id: "text.span.next",
      label: t("keys.nextSpan"),
      group,
      keys: ["Tab"],
      enabled: thereIs(1),
      run: () => go(1),
    },
    {
      id: "text.span.previous",
      label: t("keys.previousSpan"),
      group,
      keys: ["Shift+Tab"],
      enabled: thereIs(-1),
      run: () => go(-1),
    },
    {
      id: "text.escape",
      label: t("keys.escape"),
      group,
      keys: ["Escape"],
      enabled: () => hasFocus() && isBusy(session),
      run: () => letGo(session),
    },
  ];
}

/** Whether Escape has something to let go of here. */
function isBusy(session: TextSession): boolean {
  const { draft, anchor, focus, query } = session.state.getState();
  return draft !== null || anchor !== focus || query !== null || session.selectedSpans.length > 0;
}

function letGo(session: TextSession): void {
  const { draft, anchor, focus } = session.state.getState();
  if (draft !== null) {
    session.state.setState({ draft: null });
    session.select([draft.from]);
  } else if (anchor !== focus) session.state.setState({ anchor: focus });
  else if (session.selectedSpans.length > 0) session.select([]);
  else session.state.setState({ query: null, hits: [], hit: -1 });
}

function editingCommands({ session, t, hasFocus }: Keyboard): Command[] {
  const group = t("keys.spans");
  const say = (said: Said | null) => announce(session, t, said);
  const selected = () => hasFocus() && session.selectedSpans.length > 0;
  const hasSelection = () => hasFocus() && session.selection.end > session.selection.start;
  const make = (snap: boolean) => {
    const placed = session.activeRegions;
    if (placed !== undefined) say(makeSpan(session, placed, session.activeClass(placed), snap));
  };
  const resize = (end: "start" | "end", direction: 1 | -1, keys: string[]): Command => ({
    id: `text.span.${end}.${direction > 0 ? "forward" : "back"}`,
    label: t(`keys.resize.${end}.${direction > 0 ? "forward" : "back"}`),
    group,
    keys,
    enabled: selected,
    run: () => say(resizeSelected(session, end, direction)),
  });
  return [
    {
      id: "text.span.make",
      label: t("keys.make"),
      group,
      keys: ["Enter"],
      enabled: hasSelection,
      run: () => make(session.state.getState().snap),
    },
    {
      id: "text.span.make-exact",
      label: t("keys.makeExact"),
      group,
      keys: ["Alt+Enter"],
      enabled: hasSelection,
      run: () => make(false),
    },
    {
      id: "text.span.everywhere",
      label: t("keys.everywhere"),
      group,
      keys: ["Shift+a"],
      enabled: () => selected() || hasSelection(),
      run: () => say(markAll(session)),
    },
    {
      id: "text.span.delete",
      label: t("keys.delete"),
      group,
      keys: ["Delete", "Backspace"],
      enabled: () => hasFocus() && session.task.selection.getState().selected.length > 0,
      run: () => say(deleteSelected(session)),
    },
    resize("end", 1, ["Mod+ArrowRight"]),
    resize("end", -1, ["Mod+ArrowLeft"]),
    resize("start", 1, ["Mod+Shift+ArrowRight"]),
    resize("start", -1, ["Mod+Shift+ArrowLeft"]),
    {
      id: "text.snap",
      label: t("keys.snap"),
      group,
      keys: ["Shift+s"],
      run: () => session.state.setState((state) => ({ snap: !state.snap })),
    },
  ];
}

function searchCommands({ session, t, hasFocus }: Keyboard): Command[] {
  return [
    {
      id: "text.search",
      label: t("keys.search"),
      group: t("keys.search"),
      keys: ["Mod+f"],
      enabled: hasFocus,
      run: () => {
        const { start, end } = session.selection;
        const words = end - start < 200 ? session.text.slice(start, end) : "";
        session.state.setState({ query: words });
      },
    },
  ];
}

/** Keys of relation types, which the server gave out. Those of classes are the regions panel's. */
function typeCommands({ session, t, isActive }: Keyboard): Command[] {
  const commands: Command[] = [];
  for (const [key, target] of Object.entries(session.task.hotkeys)) {
    const relations = session.relations.find(({ path }) => path === target.field);
    const option = relations?.field.types.find(({ value }) => value === target.value);
    if (relations === undefined || option === undefined) continue;
    commands.push({
      id: `text.type.${relations.path}.${option.value}`,
      label: optionTitle(option, i18next.language),
      group: t("keys.relations"),
      keys: [key],
      enabled: isActive,
      run: () => announce(session, t, pickType(session, relations.pointer, option.value)),
    });
  }
  return commands;
}

function relationCommands({ session, t, hasFocus, isActive }: Keyboard): Command[] {
  if (session.relations.length === 0) return [];
  const say = (said: Said | null) => announce(session, t, said);
  const isDrafting = () => hasFocus() && session.state.getState().draft !== null;
  // "r" is the key unless the interface gave it to a class.
  const keys = session.task.hotkeys.r === undefined ? ["r", "Shift+r"] : ["Shift+r"];
  return [
    {
      id: "text.relation",
      label: t("keys.relation"),
      group: t("keys.relations"),
      keys,
      enabled: () => isActive() && session.selectedSpans.length > 0,
      run: () => say(beginRelation(session)),
    },
    {
      id: "text.relation.confirm",
      label: t("keys.confirm"),
      group: t("keys.relations"),
      keys: ["Enter"],
      enabled: isDrafting,
      run: () => say(confirm(session)),
    },
  ];
}

/** Enter in a relation: takes the span gone to as the target, then the first type that fits. */
function confirm(session: TextSession): Said | null {
  const { draft } = session.state.getState();
  if (draft === null) return null;
  if (draft.to === null) {
    const to = session.selectedSpans.find((id) => id !== draft.from);
    return to === undefined ? { key: "said.chooseTarget" } : chooseTarget(session, to);
  }
  const first = typesToPick(session)[0];
  return first === undefined ? { key: "said.notAllowed" } : finishRelation(session, first.value);
}

/** Go to a hit of the search; it is selected, so that a class key marks it. */
export function goToHit(session: TextSession, number: number): void {
  const { hits } = session.state.getState();
  if (hits.length === 0) return;
  const hit = (number + hits.length) % hits.length;
  const extent = hits[hit];
  if (extent === undefined) return;
  session.select([]);
  session.state.setState({ hit });
  setCaret(session, extent.end, extent.start);
}
