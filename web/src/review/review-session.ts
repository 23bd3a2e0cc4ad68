import { createStore } from "zustand/vanilla";
import type { Schemas } from "@/api/client";
import type { EntryId } from "@/editor-core/changes";
import { pointerOf } from "@/editor-core/changes";
import type { EditorTask } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import type { RegionsField } from "@/interface/declaration";
import { adopt, type Difference, differences, type Opinion } from "@/review/differences";

export interface ReviewState {
  readonly differences: readonly Difference[];
  /** Id of the difference that is looked at; null before the first. */
  readonly current: string | null;
  /** Differences that the reviewer has looked at. */
  readonly seen: ReadonlySet<string>;
  /** Comments that go with the verdict. */
  readonly comments: readonly Schemas["NewComment"][];
  /** Whether the proposal was changed: then the verdict is a fix. */
  readonly changed: boolean;
}

/** One task under review: where the answers differ, what the reviewer has seen, said and changed. */
export class ReviewSession {
  readonly store = createStore<ReviewState>(() => ({
    differences: [],
    current: null,
    seen: new Set(),
    comments: [],
    changed: false,
  }));
  readonly #task: EditorTask;
  readonly #regions: readonly PlacedField<RegionsField>[];
  readonly #revision: number;

  constructor(task: EditorTask, regions: readonly PlacedField<RegionsField>[]) {
    this.#task = task;
    this.#regions = regions;
    this.#revision = task.document.revision;
    this.#compare();
  }

  /** Follow the document while the review is open; the answer ends it. */
  start(): () => void {
    return this.#task.document.subscribe(() => this.#compare());
  }

  #compare(): void {
    const { document, overlays } = this.#task;
    this.store.setState({
      differences: differences(document, overlays, this.#regions),
      changed: document.revision !== this.#revision && document.canUndo,
    });
  }

  /** Go to the next difference (1) or the one before (-1); around at the ends. */
  step(direction: 1 | -1): void {
    const { differences: all, current } = this.store.getState();
    if (all.length === 0) return;
    const at = all.findIndex((each) => each.id === current);
    const start = at < 0 && direction < 0 ? 0 : at;
    this.goTo(all[(start + direction + all.length) % all.length]!);
  }

  goTo(difference: Difference): void {
    const seen = new Set(this.store.getState().seen).add(difference.id);
    this.store.setState({ current: difference.id, seen });
    const target = difference.base?.id ?? difference.opinions[0]?.entry?.id ?? difference.pointer;
    this.#select(difference);
    this.#task.reveal(target);
  }

  #select(difference: Difference): void {
    const { base } = difference;
    const isRegion = base !== null && base.id !== pointerOf(base.id);
    this.#task.selection.setState({ selected: isRegion ? [base.id] : [] });
  }

  adopt(difference: Difference, opinion: Opinion): void {
    adopt(this.#task.document, difference, opinion);
  }

  /** The current difference's opinion by its number from 1. False when there is none. */
  adoptNumber(number: number): boolean {
    const { differences: all, current } = this.store.getState();
    const difference = all.find((each) => each.id === current);
    const opinion = difference?.opinions[number - 1];
    if (difference === undefined || opinion === undefined) return false;
    this.adopt(difference, opinion);
    return true;
  }

  /** Everything as one annotator answered it, as one step of undo. */
  startFrom(overlay: string): void {
    const chosen = this.#task.overlays.find((each) => each.id === overlay);
    if (chosen === undefined) return;
    this.#task.document.change((edit) => {
      for (const entry of this.#task.document.entries()) {
        if (chosen.document.get(entry.id) === undefined) edit.remove(entry.id);
      }
      for (const entry of chosen.document.entries()) edit.put(entry.id, entry.value);
    });
  }

  addComment(body: string, about: EntryId | null): void {
    const comment = { body, anchor: about === null ? null : anchorOf(about) };
    this.store.setState({ comments: [...this.store.getState().comments, comment] });
  }

  removeComment(index: number): void {
    const { comments } = this.store.getState();
    this.store.setState({ comments: comments.filter((_, each) => each !== index) });
  }
}

/** What a comment is about, as the server stores it: a field, a region of it, an element of a group. */
export function anchorOf(id: EntryId): Schemas["Anchor"] {
  const pointer = pointerOf(id);
  const [field = "", element] = pointer.slice(1).split("/");
  const region = id === pointer ? null : id.slice(pointer.length + 1);
  return { field, region, message: region === null ? (element ?? null) : null };
}

/** The entry that an anchor names, as far as it can be shown. */
export function entryOfAnchor(anchor: Schemas["Anchor"] | null | undefined): EntryId | null {
  if (anchor?.field == null) return null;
  if (anchor.region != null) return `/${anchor.field}#${anchor.region}`;
  return anchor.message == null ? `/${anchor.field}` : `/${anchor.field}/${anchor.message}`;
}
