import { Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Every project, the one project, or how many; their names are in the tooltip. */
export function ScopeText({
  projects,
  names,
}: {
  projects: readonly string[] | null;
  names: ReadonlyMap<string, string>;
}) {
  const { t } = useTranslation();
  if (projects === null) return <>{t("projects.whole")}</>;
  const known = projects.map((id) => names.get(id) ?? id);
  if (known.length === 1) return <>{known[0]}</>;
  return (
    <Tooltip label={known.join(", ")} multiline maw={360}>
      <Text inherit component="span">
        {t("projects.count", { count: known.length })}
      </Text>
    </Tooltip>
  );
}
