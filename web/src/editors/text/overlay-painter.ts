import i18next from "i18next";
import type { EntryId } from "@/editor-core/changes";
import { classColor, optionColor, textOn } from "@/editors/colors";
import { ChunkBoxes, rectanglesOf, type SpanBox } from "@/editors/text/chunk-boxes";
import { HighlightLayer } from "@/editors/text/highlights";
import { OtherSpans } from "@/editors/text/other-spans";
import { caretRectangle, chunkElement, nodeAt } from "@/editors/text/positions";
import { endsOf, type PlacedRelations, type Relation } from "@/editors/text/relations";
import { firstBehind } from "@/editors/text/search";
import type { TextSession } from "@/editors/text/text-session";
import type { OptionDeclaration } from "@/interface/declaration";
import { optionTitle } from "@/interface/texts";

export interface PaintColors {
  readonly text: string;
  readonly surface: string;
  readonly accent: string;
}

interface Anchor {
  readonly x: number;
  readonly y: number;
}

const LABEL_HEIGHT = 12;
const FONT = "600 9.5px system-ui, sans-serif";
const MOST_LABEL = 120;
const FLASH_MILLISECONDS = 900;

/**
 * What lies over the text, for what is on the screen only: labels of spans, arcs of relations, the caret,
 * other people's spans; and the browser's own marks for the selection and the search.
 */
export class OverlayPainter {
  readonly #session: TextSession;
  readonly #scroller: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #boxes: ChunkBoxes;
  readonly #others: OtherSpans;
  readonly #selection = new HighlightLayer("assay-selection");
  readonly #hits = new HighlightLayer("assay-hit");
  readonly #currentHit = new HighlightLayer("assay-current-hit");
  #colors: PaintColors = { text: "#000", surface: "#fff", accent: "#8a6508" };
  #frame = 0;
  #flash: { id: EntryId; until: number } | null = null;
  #ends: { revision: readonly unknown[]; byRegion: Map<EntryId, EntryId[]> } | null = null;

  constructor(session: TextSession, scroller: HTMLElement, canvas: HTMLCanvasElement) {
    this.#session = session;
    this.#scroller = scroller;
    this.#canvas = canvas;
    this.#boxes = new ChunkBoxes(session);
    this.#others = new OtherSpans(session);
  }

  /** Paint before the next frame. */
  request(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  setColors(colors: PaintColors): void {
    this.#colors = colors;
    this.request();
  }

  /** What was measured does not hold any more: another width or font. */
  remeasure(): void {
    this.#boxes.clear();
    this.request();
  }

  flash(id: EntryId): void {
    this.#flash = { id, until: performance.now() + FLASH_MILLISECONDS };
    this.request();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#others.close();
    for (const layer of [this.#selection, this.#hits, this.#currentHit]) layer.set([]);
  }

  #paint(): void {
    const context = this.#prepared();
    if (context === null) return;
    const view = this.#scroller.getBoundingClientRect();
    const chunks = [...this.#scroller.querySelectorAll<HTMLElement>("[data-chunk]")];
    this.#boxes.keep(new Set(chunks.map((each) => Number(each.dataset.chunk))));
    const anchors = new Map<EntryId, Anchor>();
    for (const chunk of chunks) {
      const box = chunk.getBoundingClientRect();
      if (box.bottom < view.top - 60 || box.top > view.bottom + 60) continue;
      const origin = { x: box.left - view.left, y: box.top - view.top };
      this.#paintLabels(context, this.#boxes.of(chunk), origin, anchors);
      this.#paintOthers(context, chunk, view);
    }
    this.#paintArcs(context, anchors, view);
    this.#paintCaret(context, view);
    this.#markRanges(chunks);
  }

  #prepared(): CanvasRenderingContext2D | null {
    const { clientWidth: width, clientHeight: height } = this.#scroller;
    const scale = window.devicePixelRatio;
    const canvas = this.#canvas;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d");
    context?.setTransform(scale, 0, 0, scale, 0, 0);
    context?.clearRect(0, 0, width, height);
    return context;
  }

  #paintLabels(
    context: CanvasRenderingContext2D,
    boxes: ReadonlyMap<string, SpanBox>,
    origin: Anchor,
    anchors: Map<EntryId, Anchor>,
  ): void {
    const rights = new Map<number, number>();
    const { selected, hidden } = this.#session.task.selection.getState();
    context.font = FONT;
    context.textBaseline = "middle";
    for (const box of boxes.values()) {
      const line = box.lines[0];
      if (line === undefined || hidden.has(box.span.id)) continue;
      const y = origin.y + line.y - LABEL_HEIGHT + 1;
      const key = Math.round(line.y);
      const left = Math.max(line.x, rights.get(key) ?? Number.NEGATIVE_INFINITY);
      const color = this.#colorOf(box);
      // A label that would stand too far from its span is only a dot.
      const room = left - line.x < 26;
      const isSelected = selected.includes(box.span.id);
      let width = 5;
      if (box.starts && (room || isSelected)) {
        width = this.#paintLabel(context, this.#titleOf(box), { x: origin.x + left, y }, color, isSelected);
      } else {
        context.fillStyle = color;
        context.fillRect(origin.x + Math.min(left, line.x + line.width), y + LABEL_HEIGHT - 4, 4, 4);
      }
      rights.set(key, left + width + 2);
      if (box.starts) anchors.set(box.span.id, { x: origin.x + left + width / 2, y });
      if (this.#flash?.id === box.span.id) this.#paintFlash(context, box, origin);
    }
  }

  #paintLabel(
    context: CanvasRenderingContext2D,
    title: string,
    at: Anchor,
    color: string,
    isSelected: boolean,
  ): number {
    let words = title;
    while (words.length > 3 && context.measureText(words).width > MOST_LABEL) {
      words = `${[...words].slice(0, -2).join("")}…`;
    }
    const width = context.measureText(words).width + 7;
    context.fillStyle = color;
    context.beginPath();
    context.roundRect(at.x, at.y, width, LABEL_HEIGHT, 3);
    context.fill();
    if (isSelected) {
      context.strokeStyle = this.#colors.text;
      context.lineWidth = 1.5;
      context.stroke();
    }
    context.fillStyle = textOn(color);
    context.fillText(words, at.x + 3.5, at.y + LABEL_HEIGHT / 2 + 0.5);
    return width;
  }

  #paintFlash(context: CanvasRenderingContext2D, box: SpanBox, origin: Anchor): void {
    const left = (this.#flash?.until ?? 0) - performance.now();
    if (left <= 0) {
      this.#flash = null;
      return;
    }
    context.globalAlpha = Math.min(1, left / FLASH_MILLISECONDS);
    context.strokeStyle = this.#colors.accent;
    context.lineWidth = 2;
    for (const line of box.lines) {
      context.strokeRect(origin.x + line.x - 2, origin.y + line.y - 2, line.width + 4, box.height + 8);
    }
    context.globalAlpha = 1;
    this.request();
  }

  #paintOthers(context: CanvasRenderingContext2D, chunk: HTMLElement, view: DOMRect): void {
    for (const { span, color, differs, row } of this.#others.in(Number(chunk.dataset.chunk))) {
      const { start } = this.#session.chunks.at(Number(chunk.dataset.chunk));
      context.strokeStyle = color;
      context.lineWidth = differs ? 2.5 : 1.25;
      context.setLineDash(differs ? [5, 2] : []);
      context.beginPath();
      for (const box of rectanglesOf(chunk, Math.max(start, span.start), span.end)) {
        const y = box.top - view.top - 1 + row * 3;
        context.moveTo(box.left - view.left, y);
        context.lineTo(box.right - view.left, y);
      }
      context.stroke();
    }
    context.setLineDash([]);
  }

  #paintArcs(context: CanvasRenderingContext2D, anchors: ReadonlyMap<EntryId, Anchor>, view: DOMRect): void {
    const painted = new Set<EntryId>();
    for (const placed of this.#session.relations) {
      const byRegion = this.#relationsByRegion(placed);
      for (const region of anchors.keys()) {
        for (const id of byRegion.get(region) ?? []) {
          if (painted.has(id)) continue;
          painted.add(id);
          this.#paintRelation(context, placed, id, anchors, view);
        }
      }
    }
    this.#paintDraft(context, anchors);
  }

  #relationsByRegion(placed: PlacedRelations): Map<EntryId, EntryId[]> {
    const entries = this.#session.task.document.under(placed.pointer);
    if (this.#session.relations.length === 1 && this.#ends?.revision === entries) return this.#ends.byRegion;
    const byRegion = new Map<EntryId, EntryId[]>();
    for (const entry of entries) {
      for (const end of endsOf(placed, entry.value as Relation)) {
        byRegion.set(end, [...(byRegion.get(end) ?? []), entry.id]);
      }
    }
    this.#ends = { revision: entries, byRegion };
    return byRegion;
  }

  #paintRelation(
    context: CanvasRenderingContext2D,
    placed: PlacedRelations,
    id: EntryId,
    anchors: ReadonlyMap<EntryId, Anchor>,
    view: DOMRect,
  ): void {
    const relation = this.#session.task.document.get(id)?.value as Relation | undefined;
    if (relation === undefined) return;
    const place = placed.field.types.findIndex((each) => each.value === relation.type);
    const declared = placed.field.types[place] as OptionDeclaration | undefined;
    const color = declared === undefined ? "#bbbbbb" : optionColor(declared, place + 4);
    const [from, to] = endsOf(placed, relation);
    const isSelected = this.#session.task.selection.getState().selected.includes(id);
    const symmetric = placed.field.types[place]?.symmetric === true;
    this.#paintArc(context, this.#anchorOf(from, anchors, view), this.#anchorOf(to, anchors, view), {
      color,
      label: declared === undefined ? relation.type : optionTitle(declared, i18next.language),
      width: isSelected ? 3 : 1.5,
      arrow: !symmetric,
      dashed: false,
    });
  }

  /** Where a span is; one that is not on the screen lies above or below it. */
  #anchorOf(id: EntryId, anchors: ReadonlyMap<EntryId, Anchor>, view: DOMRect): Anchor {
    const known = anchors.get(id);
    if (known !== undefined) return known;
    const first = this.#scroller.querySelector<HTMLElement>("[data-chunk]");
    const start = this.#session.spans.get(id)?.start ?? 0;
    const above = this.#session.chunks.indexAt(start) <= Number(first?.dataset.chunk ?? 0) + 1;
    return { x: view.width / 2, y: above ? -40 : view.height + 40 };
  }

  #paintArc(
    context: CanvasRenderingContext2D,
    from: Anchor,
    to: Anchor,
    style: { color: string; label: string; width: number; arrow: boolean; dashed: boolean },
  ): void {
    const lift = Math.min(30, 12 + Math.abs(to.x - from.x) * 0.04);
    const sameLine = Math.abs(from.y - to.y) < 6;
    const top = Math.min(from.y, to.y) - lift;
    const a = { x: from.x, y: sameLine ? top : from.y - lift };
    const b = { x: to.x, y: sameLine ? top : to.y - lift };
    for (const [color, width] of [
      [this.#colors.surface, style.width + 3],
      [style.color, style.width],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.setLineDash(style.dashed ? [4, 3] : []);
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.bezierCurveTo(a.x, a.y, b.x, b.y, to.x, to.y - 1);
      context.stroke();
    }
    context.setLineDash([]);
    if (style.arrow) paintArrow(context, to, style.color);
    if (style.label === "") return;
    const middle = { x: cubic(from.x, a.x, b.x, to.x), y: cubic(from.y, a.y, b.y, to.y) };
    context.font = FONT;
    context.textBaseline = "middle";
    const width = context.measureText(style.label).width + 6;
    context.fillStyle = this.#colors.surface;
    context.strokeStyle = style.color;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(middle.x - width / 2, middle.y - 6, width, LABEL_HEIGHT, 6);
    context.fill();
    context.stroke();
    context.fillStyle = this.#colors.text;
    context.fillText(style.label, middle.x - width / 2 + 3, middle.y + 0.5);
  }

  #paintDraft(context: CanvasRenderingContext2D, anchors: ReadonlyMap<EntryId, Anchor>): void {
    const { draft } = this.#session.state.getState();
    if (draft === null) return;
    const to = draft.to ?? this.#session.selectedSpans.find((id) => id !== draft.from);
    const start = anchors.get(draft.from);
    const end = to === undefined ? undefined : anchors.get(to);
    if (start === undefined || end === undefined) return;
    const style = {
      color: this.#colors.accent,
      label: draft.type ?? "",
      width: 2,
      arrow: true,
      dashed: true,
    };
    this.#paintArc(context, start, end, style);
  }

  #paintCaret(context: CanvasRenderingContext2D, view: DOMRect): void {
    const { focused, focus } = this.#session.state.getState();
    if (!focused) return;
    const box = caretRectangle(this.#session, this.#scroller, focus);
    if (box === null) return;
    context.fillStyle = this.#colors.accent;
    context.fillRect(Math.round(box.left - view.left) - 1, box.top - view.top - 2, 2, box.height + 4);
  }

  #markRanges(chunks: readonly HTMLElement[]): void {
    const { hits, hit } = this.#session.state.getState();
    const { start, end } = this.#session.selection;
    this.#selection.set(start === end ? [] : this.#rangesOf(chunks, start, end));
    const found: AbstractRange[] = [];
    for (const chunk of hits.length === 0 ? [] : chunks) {
      const { start: from, end: until } = this.#session.chunks.at(Number(chunk.dataset.chunk));
      for (let index = firstBehind(hits, from); index < hits.length; index += 1) {
        const extent = hits[index];
        if (extent === undefined || extent.start >= until) break;
        if (index !== hit) found.push(...this.#rangesOf([chunk], extent.start, extent.end));
      }
    }
    this.#hits.set(found);
    const current = hits[hit];
    this.#currentHit.set(current === undefined ? [] : this.#rangesOf(chunks, current.start, current.end));
  }

  #rangesOf(chunks: readonly HTMLElement[], start: number, end: number): AbstractRange[] {
    const ranges: AbstractRange[] = [];
    for (const element of chunks) {
      const chunk = this.#session.chunks.at(Number(element.dataset.chunk));
      if (chunk.end <= start || chunk.start >= end) continue;
      const from = nodeAt(element, Math.max(start, chunk.start));
      const until = nodeAt(element, Math.min(end, chunk.end));
      if (from === null || until === null) continue;
      ranges.push(
        new StaticRange({
          startContainer: from.node,
          startOffset: from.offset,
          endContainer: until.node,
          endOffset: until.offset,
        }),
      );
    }
    return ranges;
  }

  #colorOf({ span }: SpanBox): string {
    const placed = this.#session.regionsAt(span.pointer);
    return placed === undefined ? "#bbbbbb" : classColor(placed.field, span.class);
  }

  #titleOf({ span }: SpanBox): string {
    const classes = this.#session.regionsAt(span.pointer)?.field.classes;
    const declared = classes?.find(({ value }) => value === span.class);
    return declared === undefined ? span.class : optionTitle(declared, i18next.language);
  }

  /** Whether an offset is in a chunk that is shown, even if out of sight. */
  isMounted(offset: number): boolean {
    return chunkElement(this.#scroller, this.#session.chunks.indexAt(offset)) !== null;
  }
}

function cubic(a: number, b: number, c: number, d: number): number {
  return (a + 3 * b + 3 * c + d) / 8;
}

function paintArrow(context: CanvasRenderingContext2D, at: Anchor, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(at.x, at.y + 1);
  context.lineTo(at.x - 4, at.y - 6);
  context.lineTo(at.x + 4, at.y - 6);
  context.fill();
}
