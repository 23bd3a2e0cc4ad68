import { Button, FileButton, Text, ThemeIcon } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ACCEPTED } from "@/pages/project/imports/dropped-files";
import classes from "@/pages/project/imports/Imports.module.css";

/** Takes files by drop or by choice. */
export function DropZone({ onFiles, hint }: { onFiles: (files: File[]) => void; hint: string }) {
  const { t } = useTranslation("transfers");
  const [over, setOver] = useState(false);
  const reset = useRef<() => void>(null);
  const choose = (files: File[]) => {
    onFiles(files);
    // The same file, mended, may be chosen again.
    reset.current?.();
  };
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <section
      className={classes.zone}
      data-over={over}
      aria-label={t("imports.drop.label")}
      onDragEnter={drag}
      onDragOver={drag}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
        <IconFileUpload size={26} stroke={1.5} />
      </ThemeIcon>
      <Text fw={600}>{t("imports.drop.title")}</Text>
      <Text size="sm" c="dimmed" maw="34rem">
        {hint}
      </Text>
      <FileButton onChange={choose} resetRef={reset} accept={ACCEPTED} multiple>
        {(props) => <Button {...props}>{t("imports.drop.choose")}</Button>}
      </FileButton>
    </section>
  );
}
