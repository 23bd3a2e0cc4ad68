import { Text, Timeline } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "@/components/RelativeTime";
import { useFormats } from "@/components/useFormats";
import type { ItemStory } from "@/pages/project/item/item-queries";

interface Happening {
  readonly at: string;
  readonly text: string;
}

/** What happened to an item, oldest first. */
export function History({ story }: { readonly story: ItemStory }) {
  const happenings = useHappenings(story);
  return (
    <Timeline bulletSize={12} lineWidth={2} active={happenings.length}>
      {happenings.map((each, index) => (
        <Timeline.Item key={index}>
          <Text size="sm">{each.text}</Text>
          <Text size="xs" c="dimmed">
            <RelativeTime at={each.at} />
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function useHappenings(story: ItemStory): readonly Happening[] {
  const { t } = useTranslation("data");
  const { duration } = useFormats();
  const short = (pseudonym: string) => pseudonym.slice(0, 8);
  const found: Happening[] = [
    { at: story.item.created_at, text: t("event.imported") },
    ...story.annotations.map((each) => ({
      at: each.created_at,
      text:
        each.revision === 1
          ? t("event.annotated", { who: short(each.annotator), time: duration(each.active_ms) })
          : t("event.revised", { who: short(each.annotator), revision: each.revision }),
    })),
    ...story.labels.map((each) => ({
      at: each.created_at,
      text: t("event.labelled", { revision: each.revision, source: t(`source.${each.source}`) }),
    })),
    ...story.reviews.map((each) => ({
      at: each.created_at,
      text: t("event.reviewed", { who: short(each.reviewer), verdict: t(`verdict.${each.verdict}`) }),
    })),
    ...(story.gold === null ? [] : [{ at: story.gold.created_at, text: t("event.goldSet") }]),
  ];
  return found.sort((a, b) => a.at.localeCompare(b.at));
}
