import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { announcePage } from "@/app/page-focus";

export interface Crumb {
  label: string;
  /** A path of ours. */
  to: string;
}

export interface PageHeaderProps {
  /** Also the title of the document. */
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  breadcrumb?: readonly Crumb[];
  /** Beside the title, such as a StatusBadge. */
  badge?: ReactNode;
}

/** The head of a page: its one h1, which gets the focus after a navigation. */
export function PageHeader({ title, description, actions, breadcrumb = [], badge }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Assay`;
    announcePage(heading.current);
  }, [title]);
  return (
    <Stack gap={4} mb="md">
      {breadcrumb.length > 0 && (
        <Breadcrumbs separatorMargin={6}>
          {breadcrumb.map((crumb) => (
            <Anchor key={crumb.to} size="sm" renderRoot={(props) => <Link to={crumb.to} {...props} />}>
              {crumb.label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="center" gap="sm">
        <Group gap="sm">
          <Title order={1} size="h3" ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {badge}
        </Group>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {description !== undefined && (
        <Text size="sm" c="dimmed" maw="46rem">
          {description}
        </Text>
      )}
    </Stack>
  );
}
