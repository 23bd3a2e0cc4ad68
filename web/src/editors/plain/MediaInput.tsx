import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/components/useFormats";
import { useEditorTask } from "@/editor-core/react";
import { FileLink } from "@/editors/plain/FileLink";
import { mediaAddress } from "@/editors/plain/media-address";
import { Note } from "@/editors/plain/Note";
import classes from "@/editors/plain/Plain.module.css";
import type { Json } from "@/interface/declaration";
import { member } from "@/interface/json";

export interface MediaInputProps {
  readonly type: "audio" | "video" | "document" | "pointcloud";
  readonly value: Json;
  readonly label: string;
}

/** A sound, a video, a document or a point cloud: played where the browser can, else opened by itself. */
export function MediaInput({ type, value, label }: MediaInputProps) {
  const { t } = useTranslation("plain");
  const { media } = useEditorTask();
  const [failed, setFailed] = useState<string | null>(null);
  const file = mediaAddress(value, media);
  if (type === "pointcloud") return <Note text={t("pointcloud")}>{file && <FileLink {...file} />}</Note>;
  if (file === null) return <Note text={t("noFile")} />;
  if (type === "document") return <DocumentNote value={value} address={file.address} />;
  if (!file.isOwn || failed === file.address) {
    return (
      <Note text={t(file.isOwn ? "cannotPlay" : "elsewhere")}>
        <FileLink address={file.address} />
      </Note>
    );
  }
  const Player = type;
  return (
    <Player
      key={file.address}
      className={classes[type]}
      src={file.address}
      controls
      preload="metadata"
      aria-label={label}
      onError={() => setFailed(file.address)}
    />
  );
}

function DocumentNote({ value, address }: { readonly value: Json; readonly address: string }) {
  const { t } = useTranslation("plain");
  const { number } = useFormats();
  const pages = member(value, "pages");
  const counted = typeof pages === "number" ? t("pages", { count: pages, shown: number(pages) }) : null;
  return (
    <Note text={counted === null ? t("document") : `${t("document")} · ${counted}`}>
      <FileLink address={address} />
    </Note>
  );
}
