import { Skeleton, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import type { InterfaceDeclaration, Json } from "@/interface/declaration";
import { valueAt } from "@/interface/source";
import classes from "@/pages/project/data/Data.module.css";
import { type ItemReader, useItem } from "@/pages/project/data/item-reader";
import type { ProjectPath } from "@/pages/project/queries";

const LONGEST = 200;

interface ItemPreviewProps {
  readonly reader: ItemReader;
  readonly path: ProjectPath;
  readonly item: string;
  readonly declaration: InterfaceDeclaration;
  readonly large?: boolean;
}

/** An item in a row or a tile: its picture, else its first words. */
export function ItemPreview({ reader, path, item, declaration, large = false }: ItemPreviewProps) {
  const { data, isPending } = useItem(reader, path, item);
  if (isPending) return <Skeleton height={large ? 120 : 28} width={large ? "100%" : 160} />;
  if (data === undefined) return null;
  const picture = pictureOf(data, declaration);
  if (picture !== null) {
    return (
      <img src={picture} alt="" loading="lazy" className={large ? classes.picture : classes.thumbnail} />
    );
  }
  return (
    <Text size="sm" lineClamp={large ? 5 : 1}>
      {wordsOf(data, declaration)}
    </Text>
  );
}

function pictureOf(item: Schemas["Item"], declaration: InterfaceDeclaration): string | null {
  for (const input of declaration.inputs) {
    if (input.type !== "image") continue;
    const value = valueAt(input.source, item.data as Json);
    const reference =
      typeof value === "object" && value !== null && "blob" in value ? (value as { blob: Json }).blob : value;
    const address = typeof reference === "string" ? item.media[reference] : undefined;
    if (address !== undefined) return address;
  }
  return null;
}

function wordsOf(item: Schemas["Item"], declaration: InterfaceDeclaration): string {
  const first = declaration.inputs[0];
  const value = first === undefined ? (item.data as Json) : valueAt(first.source, item.data as Json);
  return textIn(value ?? null).slice(0, LONGEST);
}

/** The first text in a value: of a chat its first message, of a table its first cell. */
function textIn(value: Json): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "" : textIn(value[0] as Json);
  if (value === null) return "";
  const object = value as { readonly [key: string]: Json };
  const found = object.content ?? object.text ?? Object.values(object)[0];
  return found === undefined ? "" : textIn(found);
}
