import { ActionIcon, Divider, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconHandStop,
  IconMagnet,
  IconMap,
  IconMaximize,
  IconPointer,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelection } from "@/editor-core/react";
import { toolsFor } from "@/editors/image/tools";
import { AdjustButton } from "./AdjustButton";
import type { ImageEngine } from "./engine/engine";
import classes from "./ImageEditor.module.css";
import { ToolIcon } from "./ToolIcon";
import { useEngine } from "./use-engine";
import { useToolKeys } from "./use-tool-keys";

interface ToolbarProps {
  readonly engine: ImageEngine;
  readonly minimap: boolean;
  readonly onMinimap: () => void;
}

/** The tools of the active class, the view, and undo. */
export function Toolbar({ engine, minimap, onMinimap }: ToolbarProps) {
  const { t } = useTranslation("image");
  useSelection((state) => state.activeClass);
  useSelection((state) => state.activeField);
  const mode = useEngine(engine, (each) => each.mode);
  const active = useEngine(engine, (each) => each.definition?.id ?? null);
  const percent = useEngine(engine, (each) => Math.round(each.viewport.scale * each.viewport.ratio * 100));
  const [snapping, setSnapping] = useState(engine.snapping);
  const target = engine.target();
  const tools = engine.readOnly || target === null ? [] : toolsFor(target.declared);
  useToolKeys(engine, tools, active);
  const { document } = engine.task;
  const undo = () => {
    if (!engine.isDrawing || engine.tool?.back() !== true) document.undo();
    engine.draw();
  };
  const toggleSnapping = () => {
    engine.snapping = !engine.snapping;
    setSnapping(engine.snapping);
  };
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("toolbar.name")}>
      <ToolbarButton
        label={t("commands.select")}
        keys="V"
        pressed={mode === "select"}
        onClick={() => engine.activate(null)}
      >
        <IconPointer size={18} />
      </ToolbarButton>
      <ToolbarButton
        label={t("commands.pan")}
        keys="H"
        pressed={mode === "pan"}
        onClick={() => engine.activate(null, "pan")}
      >
        <IconHandStop size={18} />
      </ToolbarButton>
      {tools.map((tool) => (
        <ToolbarButton
          key={tool.id}
          label={t(tool.label)}
          keys={tool.keys[0] ?? ""}
          pressed={active === tool.id}
          onClick={() => engine.activate(tool)}
        >
          <ToolIcon name={tool.icon} />
        </ToolbarButton>
      ))}
      <Divider orientation="vertical" mx={4} />
      {!engine.readOnly && (
        <>
          <ToolbarButton label={t("toolbar.undo")} keys="Ctrl+Z" onClick={undo}>
            <IconArrowBackUp size={18} />
          </ToolbarButton>
          <ToolbarButton label={t("toolbar.redo")} keys="Ctrl+Shift+Z" onClick={() => document.redo()}>
            <IconArrowForwardUp size={18} />
          </ToolbarButton>
          <ToolbarButton label={t("toolbar.snap")} keys="" pressed={snapping} onClick={toggleSnapping}>
            <IconMagnet size={18} />
          </ToolbarButton>
          <Divider orientation="vertical" mx={4} />
        </>
      )}
      <ToolbarButton label={t("commands.zoomOut")} keys="−" onClick={() => engine.viewport.zoomBy(0.8)}>
        <IconZoomOut size={18} />
      </ToolbarButton>
      <Tooltip label={t("commands.actualSize")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          w={56}
          fz="xs"
          aria-label={t("toolbar.zoom", { percent })}
          onClick={() => engine.viewport.actualSize()}
        >
          {percent} %
        </ActionIcon>
      </Tooltip>
      <ToolbarButton label={t("commands.zoomIn")} keys="+" onClick={() => engine.viewport.zoomBy(1.25)}>
        <IconZoomIn size={18} />
      </ToolbarButton>
      <ToolbarButton label={t("commands.fit")} keys="0" onClick={() => engine.viewport.fit()}>
        <IconMaximize size={18} />
      </ToolbarButton>
      <ToolbarButton label={t("toolbar.minimap")} keys="" pressed={minimap} onClick={onMinimap}>
        <IconMap size={18} />
      </ToolbarButton>
      <AdjustButton stage={engine.stage} />
    </div>
  );
}

interface ToolbarButtonProps {
  readonly label: string;
  /** As a command has it: "Shift+b"; empty for none. */
  readonly keys: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function ToolbarButton({ label, keys, pressed, onClick, children }: ToolbarButtonProps) {
  return (
    <Tooltip
      label={keys === "" ? label : `${label} (${keys.replace(/[a-z]$/, (letter) => letter.toUpperCase())})`}
      openDelay={400}
    >
      <ActionIcon
        variant={pressed === true ? "light" : "subtle"}
        color={pressed === true ? undefined : "gray"}
        size="lg"
        className={classes.tool}
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
