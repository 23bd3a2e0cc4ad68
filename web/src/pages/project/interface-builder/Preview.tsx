import { Text } from "@mantine/core";
import { Component, type ReactNode, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { AnswerDocument } from "@/editor-core/document";
import { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { EditorTaskProvider } from "@/editor-core/react";
import { createSelection } from "@/editor-core/selection";
import type { EditorTask, ItemData } from "@/editor-core/task";
import { TaskView } from "@/editors/TaskView";
import type { Hotkeys, InterfaceDeclaration } from "@/interface/declaration";

/** The task as annotators would see it, over a sample item. What is answered here goes nowhere. */
export function Preview(props: {
  readonly declaration: InterfaceDeclaration;
  readonly hotkeys: Hotkeys;
  readonly data: ItemData;
  readonly media: Readonly<Record<string, string>>;
}) {
  const { t } = useTranslation("builder");
  const { declaration, hotkeys, data, media } = props;
  const task = useMemo(
    () => previewTask(declaration, hotkeys, data, media),
    [declaration, hotkeys, data, media],
  );
  return (
    <PreviewBoundary key={task.id} message={t("previewBroken")}>
      <Suspense fallback={<Text c="dimmed">{t("loading")}</Text>}>
        <EditorTaskProvider value={task}>
          <TaskView />
        </EditorTaskProvider>
      </Suspense>
    </PreviewBoundary>
  );
}

let previews = 0;

function previewTask(
  declaration: InterfaceDeclaration,
  hotkeys: Hotkeys,
  data: ItemData,
  media: Readonly<Record<string, string>>,
): EditorTask {
  previews += 1;
  const listeners = new Set<(id: string) => void>();
  return {
    id: `preview ${previews}`,
    declaration,
    hotkeys,
    data,
    media,
    document: new AnswerDocument(),
    selection: createSelection(),
    commands: new HotkeyRegistry(),
    readOnly: false,
    shownOrder: {},
    overlays: [],
    decoded: async (address) => createImageBitmap(await (await fetch(address)).blob()),
    reveal: (id) => {
      for (const listener of listeners) listener(id);
    },
    onReveal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A declaration that is half edited may be too much for an editor; the builder goes on. */
class PreviewBoundary extends Component<
  { readonly message: string; readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? <Text c="dimmed">{this.props.message}</Text> : this.props.children;
  }
}
