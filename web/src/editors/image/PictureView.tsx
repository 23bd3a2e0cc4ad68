import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Command } from "@/editor-core/hotkeys";
import { useEditorTask } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import { shapeKind } from "@/editors/image/geometries";
import { toolsFor } from "@/editors/image/tools";
import type { RegionsField } from "@/interface/declaration";
import { PictureKeys, type PlainCommand } from "./engine/commands";
import { ImageEngine } from "./engine/engine";
import type { Picture } from "./engine/picture";
import classes from "./ImageEditor.module.css";
import { Minimap } from "./Minimap";
import { StatusLine } from "./StatusLine";
import { Toolbar } from "./Toolbar";

interface PictureViewProps {
  readonly name: string;
  readonly picture: Picture;
  readonly fields: readonly PlacedField<RegionsField>[];
}

/** Mounts the engine, and the toolbar and status around it. */
export function PictureView({ name, picture, fields }: PictureViewProps) {
  const { t } = useTranslation("image");
  const task = useEditorTask();
  const host = useRef<HTMLDivElement>(null);
  const [engine, setEngine] = useState<ImageEngine | null>(null);
  const [said, setSaid] = useState("");
  const [minimap, setMinimap] = useState(false);

  useEffect(() => {
    if (host.current === null) return;
    const made = new ImageEngine({
      host: host.current,
      task,
      fields,
      frame: picture.frame,
      kindOf: shapeKind,
      firstTool: (declared) => toolsFor(declared)[0],
      say: setSaid,
    });
    // A picture that its task closed in the meantime is of no use to anybody.
    if (picture.tiles === null) made.stage.showPicture(picture.image).catch(() => undefined);
    else made.stage.showTiles(picture.image, picture.tiles);
    setEngine(made);
    return () => {
      setEngine(null);
      made.close();
    };
  }, [task, fields, picture]);

  useEffect(() => {
    if (engine === null) return;
    const keys = new PictureKeys(engine);
    const named = (commands: readonly PlainCommand[]): Command[] =>
      commands.map((each) => ({
        ...each,
        label: t(`commands.${each.id.replace(/^image\./, "").replace(".", "-")}`),
        group: t("commands.group"),
      }));
    const stop = [
      task.commands.register("editor", named(keys.commands())),
      task.commands.register("tool", named(keys.toolCommands())),
    ];
    return () => {
      for (const each of stop) each();
    };
  }, [engine, task, t]);

  return (
    <div className={classes.editor}>
      {engine !== null && (
        <Toolbar engine={engine} minimap={minimap} onMinimap={() => setMinimap((shown) => !shown)} />
      )}
      <div className={classes.surround}>
        <div
          ref={host}
          className={classes.picture}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is worked on by keys
          tabIndex={0}
          role="application"
          aria-label={t("picture", { name })}
        />
        {engine !== null && minimap && <Minimap engine={engine} />}
      </div>
      {engine !== null && <StatusLine engine={engine} said={said} />}
    </div>
  );
}
