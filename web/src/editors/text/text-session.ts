import { createStore, type StoreApi } from "zustand/vanilla";
import { type ChangeSet, type EntryId, pointerOf, steps } from "@/editor-core/changes";
import type { EditorTask } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import type { PlacedRegions } from "@/editors/regions/actions";
import { activeClassOf } from "@/editors/regions/class-picking";
import type { Extent } from "@/editors/text/boundaries";
import { TextChunks } from "@/editors/text/chunks";
import { CodePointIndex } from "@/editors/text/code-points";
import type { PlacedRelations } from "@/editors/text/relations";
import { snapsToWords } from "@/editors/text/span-actions";
import { SpanIndex } from "@/editors/text/span-index";

/** A relation that is being made: from a span, to one that is not chosen yet, of a type not chosen yet. */
export interface RelationDraft {
  readonly placed: PlacedRelations;
  readonly from: EntryId;
  readonly to: EntryId | null;
  readonly type: string | null;
}

export interface TextState {
  /** Where a selection began, and where the caret is. UTF-16 offsets; equal when nothing is selected. */
  readonly anchor: number;
  readonly focus: number;
  readonly focused: boolean;
  readonly snap: boolean;
  readonly draft: RelationDraft | null;
  readonly query: string | null;
  readonly hits: readonly Extent[];
  /** Number of the hit that was gone to last. */
  readonly hit: number;
  /** Read out, and shown for a moment. */
  readonly message: string;
}

/** What the session asks of what is on the screen. */
export interface TextView {
  /** Bring an offset into view. */
  show(offset: number): void;
  /** The offset so many lines above or below another; null when it is not on the screen. */
  lineFrom(offset: number, lines: number): number | null;
  /** Start or end of the line that an offset is in. */
  lineEdge(offset: number, edge: "start" | "end"): number;
  /** Lines that fit on the screen, less one. */
  linesPerPage(): number;
  /** Mark an entry for a moment. */
  flash(id: EntryId): void;
}

/** One text of an open task while it is worked on. Framework-free. */
export class TextSession {
  readonly task: EditorTask;
  readonly offsets: CodePointIndex;
  readonly chunks: TextChunks;
  readonly spans: SpanIndex;
  readonly regions: readonly PlacedRegions[];
  readonly relations: readonly PlacedRelations[];
  readonly state: StoreApi<TextState>;
  view: TextView | null = null;
  readonly #pointers: ReadonlySet<string>;

  constructor(task: EditorTask, text: string, fields: readonly PlacedField[]) {
    this.task = task;
    this.offsets = new CodePointIndex(text);
    this.chunks = new TextChunks(text);
    this.spans = new SpanIndex(this.offsets, this.chunks);
    this.regions = fields.filter((placed): placed is PlacedRegions => placed.field.type === "regions");
    this.relations = fields.filter((placed): placed is PlacedRelations => placed.field.type === "relations");
    this.#pointers = new Set(this.regions.map(({ pointer }) => pointer));
    for (const pointer of this.#pointers) {
      for (const entry of task.document.under(pointer)) this.spans.set(entry.id, entry, pointer);
    }
    this.state = createStore<TextState>(() => ({
      anchor: 0,
      focus: 0,
      focused: false,
      snap: this.regions.some(({ field }) => snapsToWords(field)),
      draft: null,
      query: null,
      hits: [],
      hit: -1,
      message: "",
    }));
  }

  get text(): string {
    return this.offsets.text;
  }

  /** Keep the spans as the document has them until the answer is called. */
  follow(): () => void {
    return this.task.document.subscribe((change) => this.#take(change));
  }

  #take(change: ChangeSet): void {
    for (const [id, , is] of steps(change)) {
      const pointer = pointerOf(id);
      if (this.#pointers.has(pointer)) this.spans.set(id, is, pointer);
    }
    const draft = this.state.getState().draft;
    if (draft !== null && this.task.document.get(draft.from) === undefined) {
      this.state.setState({ draft: null });
    }
  }

  /** What is selected in the text, from left to right. Empty at the caret when nothing is. */
  get selection(): Extent {
    const { anchor, focus } = this.state.getState();
    return { start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
  }

  /** Spans of this text that are selected. */
  get selectedSpans(): EntryId[] {
    return this.task.selection.getState().selected.filter((id) => this.spans.get(id) !== undefined);
  }

  /** The field that the next span belongs to: the active one, else the first on this text. */
  get activeRegions(): PlacedRegions | undefined {
    const { activeField } = this.task.selection.getState();
    return this.regions.find(({ pointer }) => pointer === activeField) ?? this.regions[0];
  }

  activeClass(placed: PlacedRegions): string {
    return activeClassOf(this.task.selection.getState().activeClass, placed) as string;
  }

  regionsAt(pointer: string): PlacedRegions | undefined {
    return this.regions.find((placed) => placed.pointer === pointer);
  }

  select(ids: readonly EntryId[]): void {
    const first = ids[0];
    this.task.selection.setState((state) => ({
      selected: ids,
      activeField: first === undefined ? state.activeField : pointerOf(first),
    }));
  }

  /** Select a span, put the caret at its end and show it. */
  goTo(id: EntryId): void {
    const span = this.spans.get(id);
    if (span === undefined) return;
    this.select([id]);
    this.state.setState({ anchor: span.end, focus: span.end });
    this.view?.show(span.start);
  }

  say(message: string): void {
    this.state.setState({ message });
  }
}
