import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";

/** Instead of a page that one's role does not include; its address may still have been sent to one. */
export function Forbidden({ title }: { title: string }) {
  const { t } = useTranslation("project");
  return (
    <>
      <PageHeader title={title} />
      <EmptyState icon={IconLock} title={t("forbidden.title")} description={t("forbidden.advice")} />
    </>
  );
}
