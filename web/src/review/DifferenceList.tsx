import { Badge, Button, Kbd, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useEditorTask } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import { describeRegion } from "@/editors/regions/describe";
import type { Region } from "@/interface/answer";
import type { Json } from "@/interface/declaration";
import { fieldTitle, optionTitle } from "@/interface/texts";
import type { Difference, Opinion } from "@/review/differences";
import classes from "@/review/Review.module.css";
import type { ReviewSession } from "@/review/review-session";

interface DifferenceListProps {
  readonly session: ReviewSession;
  /** Every field of the interface by its pointer's first step, for titles. */
  readonly fields: readonly PlacedField[];
}

/** Where the answers differ; the reviewer goes through with J and K and takes opinions over. */
export function DifferenceList({ session, fields }: DifferenceListProps) {
  const { t, i18n } = useTranslation("review");
  const { overlays } = useEditorTask();
  const all = useStore(session.store, (state) => state.differences);
  const current = useStore(session.store, (state) => state.current);
  const seen = useStore(session.store, (state) => state.seen);
  return (
    <section aria-labelledby="review-differences">
      <h2 id="review-differences" className={classes.heading} aria-live="polite">
        {all.length === 0 ? t("differences") : t("differences_count", { count: all.length })}
      </h2>
      <Text size="xs" c="dimmed" mb={4}>
        {all.length > 0 ? t("hint") : t(overlays.length > 1 ? "noDifferences" : "oneAnswer")}
      </Text>
      <ul className={classes.differences}>
        {all.map((difference) => (
          <DifferenceRow
            key={difference.id}
            difference={difference}
            title={titleFor(difference, fields, i18n.language)}
            current={difference.id === current}
            seen={seen.has(difference.id)}
            session={session}
          />
        ))}
      </ul>
    </section>
  );
}

interface DifferenceRowProps {
  readonly difference: Difference;
  readonly title: string;
  readonly current: boolean;
  readonly seen: boolean;
  readonly session: ReviewSession;
}

function DifferenceRow({ difference, title, current, seen, session }: DifferenceRowProps) {
  const { t } = useTranslation("review");
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <li ref={row} className={classes.difference} data-current={current || undefined}>
      <button
        type="button"
        className={classes.jump}
        aria-current={current || undefined}
        onClick={() => session.goTo(difference)}
      >
        <span className={classes.grow}>{title}</span>
        <Badge size="xs" variant="light" color="gray">
          {t(`kinds.${difference.kind}`)}
        </Badge>
        {seen && <IconCheck size={14} aria-label={t("settled")} />}
      </button>
      {current &&
        difference.opinions.map((opinion, index) => (
          <OpinionRow
            key={opinion.overlay}
            opinion={opinion}
            number={index + 1}
            onAdopt={() => session.adopt(difference, opinion)}
          />
        ))}
    </li>
  );
}

function OpinionRow({ opinion, number, onAdopt }: { opinion: Opinion; number: number; onAdopt: () => void }) {
  const { t } = useTranslation("review");
  const overlay = useEditorTask().overlays.find((each) => each.id === opinion.overlay);
  return (
    <div className={classes.opinion}>
      <span className={classes.swatch} style={{ backgroundColor: overlay?.color }} aria-hidden />
      <span>{overlay?.name}</span>
      <span className={classes.value}>
        {opinion.entry === null ? t("nothing") : shortText(opinion.entry.value)}
      </span>
      <Button
        size="compact-xs"
        variant="light"
        onClick={onAdopt}
        aria-label={t("adoptNumber", { number })}
        rightSection={number < 10 ? <Kbd size="xs">Alt {number}</Kbd> : undefined}
      >
        {t("adopt")}
      </Button>
    </div>
  );
}

function titleFor(difference: Difference, fields: readonly PlacedField[], language: string): string {
  const placed = fields.find((each) => each.pointer === difference.pointer);
  const field =
    placed === undefined
      ? difference.pointer.slice(1).replaceAll("/", " › ")
      : fieldTitle(placed.field, language);
  const entry = difference.base ?? difference.opinions[0]?.entry;
  return isRegion(entry?.value)
    ? `${field}: ${describeRegion(entitled(entry.value, placed, language))}`
    : field;
}

/** The region with its class as people read it. */
function entitled(region: Region, placed: PlacedField | undefined, language: string): Region {
  if (placed?.field.type !== "regions") return region;
  const declared = placed.field.classes.find((each) => each.value === region.class);
  return declared === undefined ? region : { ...region, class: optionTitle(declared, language) };
}

function isRegion(value: Json | undefined): value is Json & Region {
  return typeof value === "object" && value !== null && "class" in value && "geometry" in value;
}

/** A value in a few words. */
function shortText(value: Json): string {
  if (isRegion(value)) return describeRegion(value);
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((each) => shortText(each)).join(", ");
  if (typeof value === "object" && value !== null) {
    return Object.values(value)
      .map((each) => shortText(each as Json))
      .join(" · ");
  }
  return String(value);
}
