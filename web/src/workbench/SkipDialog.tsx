import { Button, Group, Modal, Radio, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SkipReason } from "@/workbench/session";

const REASONS: readonly SkipReason[] = ["unclear", "broken", "too_hard", "not_applicable", "other"];

export interface SkipDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSkip: (reason: SkipReason, note: string) => void;
}

/** Why a task is given back. */
export function SkipDialog({ opened, onClose, onSkip }: SkipDialogProps) {
  const { t } = useTranslation("workbench");
  const [reason, setReason] = useState<SkipReason>("unclear");
  const [note, setNote] = useState("");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("skip.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSkip(reason, note.trim());
          setNote("");
          onClose();
        }}
      >
        <Stack>
          <Radio.Group
            label={t("skip.why")}
            value={reason}
            onChange={(value) => setReason(REASONS.find((each) => each === value) ?? "other")}
          >
            <Stack gap="xs" mt="xs">
              {REASONS.map((each, index) => (
                <Radio
                  key={each}
                  value={each}
                  label={t(`skip.reasons.${each}`)}
                  data-autofocus={index === 0 || undefined}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Textarea
            label={t("skip.note")}
            value={note}
            maxLength={10_000}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit">{t("skip.skip")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
