import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { indentUnit, type LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import classes from "@/editors/forms/Forms.module.css";

interface CodeWritingProps {
  readonly text: string;
  readonly language: string | undefined;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly readOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
}

const LANGUAGES = new Map<string, () => LanguageSupport>([
  ["python", python],
  ["json", json],
  ["javascript", () => javascript()],
  ["typescript", () => javascript({ typescript: true })],
]);

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

/** Keys of the workbench, which the editor must not take. */
const KEPT_OUT = new Set(["Mod-Enter", "Mod-i", "Escape"]);

const KEYS: readonly KeyBinding[] = [
  indentWithTab,
  {
    key: "Escape",
    run: (view) => {
      view.contentDOM.blur();
      return true;
    },
  },
  ...[...historyKeymap, ...defaultKeymap].filter(({ key }) => key === undefined || !KEPT_OUT.has(key)),
];

/** Source code. Escape leaves it, so that Tab can indent. */
export function CodeWriting(props: CodeWritingProps) {
  const { text, language, labelId, describedBy, readOnly, onChange, onLeave } = props;
  const attributes = { "aria-labelledby": labelId, ...(describedBy && { "aria-describedby": describedBy }) };
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ text, onChange, onLeave, attributes });
  useEffect(() => {
    latest.current = { text, onChange, onLeave, attributes };
  });
  useEffect(() => {
    if (frame.current === null) return undefined;
    const made = new EditorView({
      parent: frame.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          history(),
          indentUnit.of("    "),
          keymap.of(KEYS),
          syntaxHighlighting(classHighlighter),
          LANGUAGES.get(language ?? "")?.() ?? [],
          EditorState.readOnly.of(readOnly),
          // Text that is only read must not keep the hotkeys from the workbench; it still scrolls by keyboard.
          readOnly ? [EditorView.editable.of(false), EditorView.contentAttributes.of({ tabindex: "0" })] : [],
          EditorView.lineWrapping,
          EditorView.contentAttributes.of(() => latest.current.attributes),
          EditorView.updateListener.of((update) => {
            const now = update.state.doc.toString();
            if (update.docChanged && now !== latest.current.text) latest.current.onChange(now);
          }),
          EditorView.domEventHandlers({ blur: () => latest.current.onLeave() }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [language, readOnly]);
  // Attributes are read again with every update of the view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => view.current?.dispatch({}), [describedBy]);
  useEffect(() => {
    const shown = view.current?.state.doc;
    if (shown === undefined || shown.toString() === text) return;
    view.current?.dispatch({ changes: { from: 0, to: shown.length, insert: text } });
  }, [text]);
  return <div ref={frame} className={`${classes.code} ${classes.syntax}`} />;
}
