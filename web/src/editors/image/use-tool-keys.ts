import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { ToolDefinition } from "./contract";
import type { ImageEngine } from "./engine/engine";

/** Registers the keys that take a tool up, and those that the active tool has for itself. */
export function useToolKeys(
  engine: ImageEngine,
  tools: readonly ToolDefinition[],
  active: string | null,
): void {
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: `active` and `names` say which tool it is
  useEffect(() => {
    const tool = tools.find(({ id }) => id === active);
    const commands = (tool?.ownKeys ?? []).map(({ name, keys }) => ({
      id: `image.${active}.${name}`,
      label: t(`tools.keys.${name}`),
      group: t(tool?.label ?? "toolbar.name"),
      keys,
      run: () => {
        engine.tool?.key(name);
        engine.draw();
      },
    }));
    return engine.task.commands.register("tool", commands);
  }, [engine, active, names, t]);
}
