import type { PaintAnswer, PaintMessage } from "./protocol";
import { PaintSession, type SessionKind } from "./session";

/** The way to a painter. Messages are worked through in their order. */
export interface PaintChannel {
  send(message: PaintMessage, transfer?: Transferable[]): void;
  onAnswer(listener: (answer: PaintAnswer) => void): void;
  close(): void;
}

const workers = new Map<SessionKind, Worker>();

/** A channel to a worker of its own kind; to the page's own idle time where a worker cannot draw. */
export function openChannel(kind: SessionKind): PaintChannel {
  return typeof OffscreenCanvas === "undefined" ? new IdleChannel(kind) : new WorkerChannel(kind);
}

class WorkerChannel implements PaintChannel {
  readonly #port: MessagePort;

  constructor(kind: SessionKind) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    workerFor(kind).postMessage({ kind, port: port2 }, [port2]);
  }

  send(message: PaintMessage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  onAnswer(listener: (answer: PaintAnswer) => void): void {
    this.#port.onmessage = ({ data }: MessageEvent<PaintAnswer>) => listener(data);
  }

  close(): void {
    this.#port.postMessage({ kind: "close" } satisfies PaintMessage);
    this.#port.onmessage = null;
  }
}

/** Workers stay from task to task: to start one takes longer than to draw a picture. */
function workerFor(kind: SessionKind): Worker {
  const known = workers.get(kind);
  if (known !== undefined) return known;
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: `paint ${kind}`,
  });
  workers.set(kind, worker);
  return worker;
}

class IdleChannel implements PaintChannel {
  readonly #session: PaintSession;
  readonly #pending: PaintMessage[] = [];
  #listener: (answer: PaintAnswer) => void = () => undefined;
  #scheduled = false;

  constructor(kind: SessionKind) {
    this.#session = new PaintSession(kind, makeElement, (answer) => this.#listener(answer));
  }

  send(message: PaintMessage): void {
    this.#pending.push(message);
    if (this.#scheduled) return;
    this.#scheduled = true;
    whenIdle(() => void this.#work());
  }

  onAnswer(listener: (answer: PaintAnswer) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#listener = () => undefined;
    this.send({ kind: "close" });
  }

  async #work(): Promise<void> {
    this.#scheduled = false;
    for (const message of this.#pending.splice(0)) await this.#session.receive(message);
  }
}

function makeElement(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 200 });
  else setTimeout(run, 16);
}
