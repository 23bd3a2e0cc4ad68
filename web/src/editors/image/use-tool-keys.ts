import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { ToolDefinition } from "./contract";
import type { ImageEngine } from "./engine/engine";

/** Registers the tools' own keys, and hands keys that the active tool knows itself to it. */
export function useToolKeys(engine: ImageEngine, tools: readonly ToolDefinition[]): void {
  const { t } = useTranslation("image");
  const names = tools.map(({ id }) => id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` says which tools there are
  useEffect(() => {
    const commands = tools.map((tool) => ({
      id: `image.${tool.id}`,
      label: t(tool.label),
      group: t("toolbar.name"),
      keys: tool.keys,
      run: () => engine.activate(tool),
    }));
    return engine.task.commands.register("editor", commands);
  }, [engine, names, t]);

  useEffect(() => {
    const { host } = engine.stage;
    const hear = (event: KeyboardEvent) => {
      if (engine.tool?.key(event) !== true) return;
      event.preventDefault();
      event.stopPropagation();
      engine.draw();
    };
    host.addEventListener("keydown", hear);
    return () => host.removeEventListener("keydown", hear);
  }, [engine]);
}
