import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { JsonTree } from "@/editors/plain/JsonTree";
import { LongText } from "@/editors/plain/LongText";
import { mediaAddress } from "@/editors/plain/media-address";
import classes from "@/editors/plain/Plain.module.css";
import type { Json } from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";

interface ElementBodyProps {
  readonly properties: JsonObject;
  /** A member that is said elsewhere. */
  readonly without: string | undefined;
}

/** What an element holds: each of its members by its name, pictures as pictures. */
export function ElementBody({ properties, without }: ElementBodyProps) {
  const members = Object.entries(properties).filter(([name]) => name !== "id" && name !== without);
  if (members.length === 0) return null;
  return (
    <dl className={classes.cardBody}>
      {members.map(([name, value]) => (
        <Member key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Member({ name, value }: { readonly name: string; readonly value: Json }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Content name={name} value={value} />
      </dd>
    </>
  );
}

function Content({ name, value }: { readonly name: string; readonly value: Json }) {
  const { t } = useTranslation("plain");
  const { media } = useEditorTask();
  const [broken, setBroken] = useState(false);
  const found = mediaAddress(value, media);
  if (found?.isOwn) {
    if (broken) {
      return (
        <a href={found.address} target="_blank" rel="noopener noreferrer">
          {t("openFile")}
        </a>
      );
    }
    return (
      <img
        className={classes.picture}
        src={found.address}
        alt={name}
        loading="lazy"
        onError={() => setBroken(true)}
      />
    );
  }
  if (typeof value === "object" && value !== null) return <JsonTree value={value} label={name} />;
  if (typeof value === "string") return <LongText text={value} />;
  return <span className={classes.scalar}>{String(value)}</span>;
}
