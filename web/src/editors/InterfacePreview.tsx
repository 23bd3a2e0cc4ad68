import { useEffect, useMemo } from "react";
import { AnswerDocument } from "@/editor-core/document";
import { decodePicture, makeTask } from "@/editor-core/make-task";
import { EditorTaskProvider } from "@/editor-core/react";
import type { EditorTask, ItemData } from "@/editor-core/task";
import { TaskView } from "@/editors/TaskView";
import type { Hotkeys, InterfaceDeclaration } from "@/interface/declaration";

interface InterfacePreviewProps {
  readonly declaration: InterfaceDeclaration;
  readonly data: ItemData;
  /** Address of each blob that `data` refers to. */
  readonly media: Readonly<Record<string, string>>;
  /** As the server allocated them; without them no keys are printed on the options. */
  readonly hotkeys?: Hotkeys;
}

const NO_HOTKEYS: Hotkeys = {};
let opened = 0;

/** An interface as annotators see it, over an answer that is thrown away. */
export function InterfacePreview({ declaration, data, media, hotkeys = NO_HOTKEYS }: InterfacePreviewProps) {
  const task = useMemo(
    () => previewTask({ declaration, data, media, hotkeys }),
    [declaration, data, media, hotkeys],
  );
  useEffect(() => () => task.close(), [task]);
  return (
    <EditorTaskProvider value={task}>
      <TaskView key={task.id} />
    </EditorTaskProvider>
  );
}

function previewTask(shown: Required<InterfacePreviewProps>): EditorTask & { readonly close: () => void } {
  const pictures = new Map<string, Promise<ImageBitmap>>();
  opened += 1;
  return {
    ...makeTask({
      ...shown,
      id: `preview ${opened}`,
      document: new AnswerDocument(),
      decoded: (address) => {
        const picture = pictures.get(address) ?? decodePicture(address);
        pictures.set(address, picture);
        return picture;
      },
    }),
    close: () => {
      for (const picture of pictures.values()) picture.then((each) => each.close()).catch(() => undefined);
      pictures.clear();
    },
  };
}
