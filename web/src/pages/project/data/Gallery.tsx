import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { StatusBadge } from "@/components/StatusBadge";
import type { KeysetList } from "@/components/useKeysetList";
import type { InterfaceDeclaration } from "@/interface/declaration";
import classes from "@/pages/project/data/Data.module.css";
import { ItemPreview } from "@/pages/project/data/ItemPreview";
import type { ItemReader } from "@/pages/project/data/item-reader";
import type { ProjectPath } from "@/pages/project/queries";

const TILE_WIDTH = 200;
const LINE_HEIGHT = 208;

interface GalleryProps {
  readonly list: KeysetList<Schemas["Task"]>;
  readonly path: ProjectPath;
  readonly reader: ItemReader;
  readonly declaration: InterfaceDeclaration;
}

/** Items as tiles; only the lines in sight are there. */
export function Gallery({ list, path, reader, declaration }: GalleryProps) {
  const { t } = useTranslation("data");
  const frame = useRef<HTMLDivElement>(null);
  const columns = useColumns(frame);
  const lines = Math.ceil(list.rows.length / columns);
  const virtual = useVirtualizer({
    count: lines,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 2,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { hasMore, loadingMore, loadMore } = list;
  useEffect(() => {
    if (last >= lines - 3 && hasMore && !loadingMore) loadMore();
  }, [last, lines, hasMore, loadingMore, loadMore]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section ref={frame} className={classes.gallery} aria-label={t("gallery")} tabIndex={0}>
      <div style={{ position: "relative", height: virtual.getTotalSize() }}>
        {shown.map((line) => (
          <div
            key={line.key}
            className={classes.line}
            style={{
              transform: `translateY(${line.start}px)`,
              gridTemplateColumns: `repeat(${columns}, 1fr)`,
            }}
          >
            {list.rows.slice(line.index * columns, (line.index + 1) * columns).map((task) => (
              <Link
                key={task.id}
                to="/tenants/$tenantId/projects/$projectId/items/$itemId"
                params={{ tenantId: path.tenant_id, projectId: path.project_id, itemId: task.item_id }}
                className={classes.tile}
                aria-label={t("openItem", { id: task.item_id.slice(-8) })}
              >
                <ItemPreview
                  reader={reader}
                  path={path}
                  item={task.item_id}
                  declaration={declaration}
                  large
                />
                <Group justify="space-between" wrap="nowrap">
                  <StatusBadge state={task.state} size="xs" />
                  <Text size="xs" c="dimmed">
                    {t("answers", { done: task.submitted, wanted: task.overlap })}
                  </Text>
                </Group>
              </Link>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function useColumns(frame: React.RefObject<HTMLDivElement | null>): number {
  const [columns, setColumns] = useState(4);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      setColumns(Math.max(1, Math.floor((entry?.contentRect.width ?? 0) / TILE_WIDTH)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return columns;
}
