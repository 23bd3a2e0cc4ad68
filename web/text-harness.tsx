import "@mantine/core/styles.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { Suspense } from "react";
import { theme } from "@/app/theme";
import { startTranslations } from "@/i18n";
import { AnswerDocument } from "@/editor-core/document";
import { createSelection } from "@/editor-core/selection";
import { EditorTaskProvider } from "@/editor-core/react";
import { TextEditor } from "@/editors/text/TextEditor";
import { RelationsPanel } from "@/editors/text/RelationsPanel";
const commands: any[] = [];
const registry = { register(_s: string, list: any[]) { commands.push(...list); return () => list.forEach(c => commands.splice(commands.indexOf(c), 1)); } };
addEventListener("keydown", (e) => {
  if ((e.target as any).tagName === "INPUT") return;
  const mods = [e.ctrlKey && "Mod", e.altKey && "Alt", e.shiftKey && "Shift"].filter(Boolean);
  const name = [...mods, e.key.length === 1 ? e.key.toLowerCase() : e.key].join("+");
  for (const c of commands) if (c.keys.some((k: string) => k.split("+").sort().join() === name.split("+").sort().join()) && (c.enabled?.() ?? true)) { e.preventDefault(); c.run(e); return; }
  if (name === "Mod+z") (window as any).task.document.undo();
});
const entities: any = { name: "entities", type: "regions", on: "text", ui: { snap: "word" }, classes: [
  { value: "person", title: "Person", geometry: "span" }, { value: "organisation", title: "Organisation", geometry: "span" }, { value: "place", title: "Place", geometry: "span" }, { value: "date", geometry: "span" }] };
const links: any = { name: "links", type: "relations", between: "entities", types: [{ value: "works_for", title: "works for", from: ["person"], to: ["organisation"] }, { value: "located_in", from: ["organisation", "place"], to: ["place"] }, { value: "knows", symmetric: true, from: ["person"], to: ["person"] }] };
const big = Number(new URLSearchParams(location.search).get("chars") ?? 0);
const many = Number(new URLSearchParams(location.search).get("spans") ?? 0);
let text = "Ada Lovelace 👩‍💻 worked with Charles Babbage in London in 1843. The University of Oxford 🎓 was not involved.\n\nA second paragraph: Dr. José Ñandú of the Bank of England (München branch) met Ada Lovelace again; the Royal Bank of Scotland Group plc did not attend, which surprised everybody in the room at the time.\n\nשלום עולם, this is mixed. مرحبا بالعالم\n";
const sentence = "The quick brown fox of the Bank of England jumps over Ada Lovelace in London, which is long. ";
if (big > 0) { const parts: string[] = []; let n = 0; while (n < big) { const p = sentence.repeat(1 + (n % 7)) + "\n"; parts.push(p); n += p.length; } text = parts.join("").slice(0, big); }
const entries: any[] = [];
for (let i = 0; i < many; i++) { const start = Math.floor(i * (text.length - 60) / many); const end = start + 5 + (i * 13) % 45; entries.push({ id: `/entities#${i + 1}`, order: i + 1, value: { id: String(i + 1), class: entities.classes[i % 4].value, geometry: { type: "span", start, end, quote: text.slice(start, end) } } }); }
const task: any = { id: "t", declaration: {}, hotkeys: { 1: { field: "entities", value: "person" }, 2: { field: "entities", value: "organisation" }, 3: { field: "entities", value: "place" }, 4: { field: "entities", value: "date" }, 5: { field: "links", value: "works_for" }, 6: { field: "links", value: "located_in" } }, data: {}, media: {}, document: new AnswerDocument(entries), selection: createSelection(), commands: registry, readOnly: false, shownOrder: {}, overlays: [], reveal(id: string) { for (const l of listeners) l(id); }, onReveal(l: any) { listeners.add(l); return () => listeners.delete(l); } };
const listeners = new Set<any>();
(window as any).task = task;
const placed = [{ field: entities, pointer: "/entities", path: "entities" }, { field: links, pointer: "/links", path: "links" }];
startTranslations().then(() => createRoot(document.getElementById("root")!).render(
  <MantineProvider theme={theme} defaultColorScheme={location.hash === "#dark" ? "dark" : "light"}><Suspense fallback="..."><EditorTaskProvider value={task}>
    <div style={{ display: "flex", height: "100vh" }}><div style={{ flex: 1, minWidth: 0 }}><TextEditor input={{ name: "text", type: "text", source: "$.text" }} value={text} fields={placed as any} groups={[]} /></div>
    <div style={{ width: 340, padding: 8 }}><RelationsPanel placed={placed[1] as any} /></div></div>
  </EditorTaskProvider></Suspense></MantineProvider>));
