import { ActionIcon, Badge, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconCopyCheck, IconEye, IconEyeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import type { AnswerOverlay } from "@/editor-core/task";
import classes from "@/review/Review.module.css";

interface AnswersPanelProps {
  readonly overlays: readonly AnswerOverlay[];
  readonly annotations: readonly Schemas["SeenAnnotation"][];
  readonly agreement: number | null;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (overlay: string) => void;
  readonly onStartFrom: (overlay: string) => void;
}

/** Whose answers lie behind the proposal; each can be drawn over it, or be taken as the start of a fix. */
export function AnswersPanel({
  overlays,
  annotations,
  agreement,
  hidden,
  onToggle,
  onStartFrom,
}: AnswersPanelProps) {
  const { t, i18n } = useTranslation("review");
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent" });
  return (
    <section aria-labelledby="review-answers">
      <Group justify="space-between" mb="xs">
        <h2 id="review-answers" className={classes.heading}>
          {t("answers")}
        </h2>
        {agreement !== null && (
          <Badge variant="light" color={agreement < 0.7 ? "orange" : "teal"}>
            {t("agreement", { value: percent.format(agreement) })}
          </Badge>
        )}
      </Group>
      <Stack gap={4}>
        {overlays.map((overlay) => {
          const annotation = annotations.find((each) => each.id === overlay.id);
          const shown = !hidden.has(overlay.id);
          return (
            <Group key={overlay.id} wrap="nowrap" gap="xs" className={classes.answer}>
              <span className={classes.swatch} style={{ backgroundColor: overlay.color }} aria-hidden />
              <Text size="sm" className={classes.grow}>
                {overlay.name}
                {annotation !== undefined && (
                  <Text span size="xs" c="dimmed" ml="xs">
                    {t("worked", { time: seconds(annotation.active_ms, i18n.language) })}
                  </Text>
                )}
              </Text>
              <Tooltip label={t("takeAnswer")}>
                <ActionIcon
                  variant="subtle"
                  aria-label={`${t("takeAnswer")}: ${overlay.name}`}
                  onClick={() => onStartFrom(overlay.id)}
                >
                  <IconCopyCheck size={16} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t("showAnswer", { name: overlay.name })}>
                <ActionIcon
                  variant="subtle"
                  aria-pressed={shown}
                  aria-label={t("showAnswer", { name: overlay.name })}
                  onClick={() => onToggle(overlay.id)}
                >
                  {shown ? <IconEye size={16} /> : <IconEyeOff size={16} />}
                </ActionIcon>
              </Tooltip>
            </Group>
          );
        })}
      </Stack>
    </section>
  );
}

function seconds(milliseconds: number, language: string): string {
  const format = new Intl.NumberFormat(language, { style: "unit", unit: "second", maximumFractionDigits: 0 });
  return format.format(milliseconds / 1000);
}
