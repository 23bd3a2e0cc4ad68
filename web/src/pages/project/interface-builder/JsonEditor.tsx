import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import code from "@/editors/forms/Forms.module.css";
import classes from "@/pages/project/interface-builder/Builder.module.css";
import { placeOf, placesOf } from "@/pages/project/interface-builder/json-places";
import type { InterfaceProblem } from "@/pages/project/interface-builder/useVerdict";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

/** The declaration as JSON. What the form changes comes in as an edit too, so that undo takes back both. */
export function JsonEditor({
  text,
  label,
  problems,
  onChange,
}: {
  readonly text: string;
  readonly label: string;
  readonly problems: readonly InterfaceProblem[];
  readonly onChange: (text: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef(text);

  useEffect(() => {
    if (place.current === null) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({ doc: first.current, extensions: extensions(label, changed) }),
    });
    view.current = editor;
    return () => {
      first.current = editor.state.doc.toString();
      editor.destroy();
    };
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(editor, problems)));
  }, [problems]);

  return <div ref={place} className={`${classes.json} ${code.syntax}`} />;
}

function extensions(label: string, changed: React.RefObject<(text: string) => void>) {
  return [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    json(),
    bracketMatching(),
    highlightActiveLine(),
    syntaxHighlighting(classHighlighter),
    EditorView.contentAttributes.of({ "aria-label": label }),
    // Tab leaves the editor: whoever works by keyboard is not caught in it.
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current(update.state.doc.toString());
    }),
  ];
}

function diagnosticsOf(editor: EditorView, problems: readonly InterfaceProblem[]): Diagnostic[] {
  const places = placesOf(editor.state.doc.toString());
  if (places === null) return jsonParseLinter()(editor);
  return problems.map(({ path, message }) => ({ ...placeOf(places, path), severity: "error", message }));
}
