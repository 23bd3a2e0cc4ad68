import type { PaintMessage } from "./protocol";
import { PaintSession, type SessionKind } from "./session";

/** Each picture's layer talks through its own port; the worker stays when the task changes. */
self.addEventListener("message", (event: MessageEvent<{ kind: SessionKind; port: MessagePort }>) => {
  const { kind, port } = event.data;
  const session = new PaintSession(
    kind,
    (width, height) => new OffscreenCanvas(width, height),
    (answer, transfer) => port.postMessage(answer, transfer),
  );
  port.onmessage = ({ data }: MessageEvent<PaintMessage>) => {
    void session.receive(data);
    if (data.kind === "close") port.close();
  };
});
