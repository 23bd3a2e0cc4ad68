import { Alert, Button, Card, Group, Loader, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { useFormats } from "@/components/useFormats";
import { projectKey, projectQuery, usePermissions, useProjectPath } from "@/pages/project/queries";
import {
  CountSetting,
  Setting,
  SettingSwitch,
  ShareInput,
  ShareSetting,
} from "@/pages/project/workflow/Setting";
import classes from "@/pages/project/workflow/Workflow.module.css";
import {
  BOUNDS,
  isSameWorkflow,
  isWorkflowValid,
  type Workflow,
} from "@/pages/project/workflow/workflow-settings";

const FIRST_THRESHOLD = 0.7;

/** How the tasks of a project are worked on. */
export function WorkflowPage() {
  const { t } = useTranslation("project");
  const path = useProjectPath();
  const may = usePermissions(path);
  const project = useQuery(projectQuery(path));
  return (
    <>
      <PageHeader title={t("tab.workflow")} description={t("workflow.description")} />
      {project.error !== null && <ErrorState error={project.error} onRetry={() => project.refetch()} />}
      {project.data === undefined || may.role === undefined ? (
        <Loader aria-label={t("loading")} />
      ) : (
        <WorkflowForm project={project.data} editable={may.produce} />
      )}
    </>
  );
}

interface FormProps {
  readonly project: Schemas["Project"];
  readonly editable: boolean;
}

function WorkflowForm({ project, editable }: FormProps) {
  const { t } = useTranslation("project");
  const path = useProjectPath();
  const client = useQueryClient();
  const [edits, setEdits] = useState<Partial<Workflow>>({});
  const workflow: Workflow = { ...project.workflow, ...edits };
  const change = (part: Partial<Workflow>) => setEdits((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () =>
      got(
        api.PATCH("/api/v1/tenants/{tenant_id}/projects/{project_id}", {
          params: { path },
          body: { workflow },
        }),
      ),
    onSuccess: (saved) => {
      client.setQueryData(projectKey(path), saved);
      setEdits({});
    },
  });
  const isChanged = !isSameWorkflow(workflow, project.workflow);
  const sections = { workflow, change, readOnly: !editable };
  return (
    <Stack gap="md" maw={880}>
      {!editable && <Alert variant="light">{t("workflow.readOnly")}</Alert>}
      <AnnotationSection {...sections} />
      <ReviewSection {...sections} />
      <GoldSection {...sections} />
      {save.error !== null && <ErrorState error={save.error} />}
      {editable && (
        <Group className={classes.bar} justify="space-between">
          <Text size="sm" c="dimmed" aria-live="polite">
            {isChanged
              ? t("workflow.unsaved")
              : save.isSuccess
                ? t("workflow.saved")
                : t("workflow.nextLease")}
          </Text>
          <Group gap="xs">
            <Button variant="default" disabled={!isChanged} onClick={() => setEdits({})}>
              {t("workflow.discard")}
            </Button>
            <Button
              disabled={!isChanged || !isWorkflowValid(workflow)}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t("workflow.save")}
            </Button>
          </Group>
        </Group>
      )}
    </Stack>
  );
}

interface SectionProps {
  readonly workflow: Workflow;
  readonly change: (part: Partial<Workflow>) => void;
  readonly readOnly: boolean;
}

function AnnotationSection({ workflow, change, readOnly }: SectionProps) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  const lease = workflow.lease_seconds;
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5">
        {t("workflow.section.annotation")}
      </Title>
      <CountSetting
        name="overlap"
        bounds={BOUNDS.overlap}
        value={workflow.overlap}
        onChange={(overlap) => change({ overlap })}
        readOnly={readOnly}
        consequence={workflow.overlap === 1 ? t("workflow.noAgreement") : undefined}
      />
      <CountSetting
        name="leases_ahead"
        bounds={BOUNDS.leases_ahead}
        value={workflow.leases_ahead}
        onChange={(leases_ahead) => change({ leases_ahead })}
        readOnly={readOnly}
      />
      <CountSetting
        name="lease_seconds"
        bounds={BOUNDS.lease_seconds}
        value={lease}
        onChange={(lease_seconds) => change({ lease_seconds })}
        readOnly={readOnly}
        consequence={
          Number.isNaN(lease) ? undefined : t("workflow.leaseIs", { value: formats.duration(lease * 1000) })
        }
      />
      <Setting name="show_prelabels">
        {(ids) => (
          <SettingSwitch
            {...ids}
            checked={workflow.show_prelabels}
            state={t(workflow.show_prelabels ? "workflow.prelabelsOn" : "workflow.off")}
            onChange={(show_prelabels) => change({ show_prelabels })}
            readOnly={readOnly}
          />
        )}
      </Setting>
    </Card>
  );
}

function ReviewSection({ workflow, change, readOnly }: SectionProps) {
  const { t } = useTranslation("project");
  const { review } = workflow;
  const below = review.below_agreement ?? null;
  const changeReview = (part: Partial<Workflow["review"]>) => change({ review: { ...review, ...part } });
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5">
        {t("workflow.section.review")}
      </Title>
      <ShareSetting
        name="sample"
        value={review.sample}
        onChange={(sample) => changeReview({ sample })}
        readOnly={readOnly}
      />
      <Setting
        name="below_agreement"
        consequence={below !== null && workflow.overlap === 1 ? t("workflow.needsOverlap") : undefined}
      >
        {(ids) => (
          <Stack gap="xs">
            <SettingSwitch
              {...ids}
              checked={below !== null}
              state={t(below === null ? "workflow.off" : "workflow.on")}
              onChange={(on) => changeReview({ below_agreement: on ? FIRST_THRESHOLD : null })}
              readOnly={readOnly}
            />
            {below !== null && (
              <ShareInput
                {...ids}
                value={below}
                onChange={(below_agreement) => changeReview({ below_agreement })}
                readOnly={readOnly}
              />
            )}
          </Stack>
        )}
      </Setting>
      <CountSetting
        name="skip_limit"
        bounds={BOUNDS.skip_limit}
        value={workflow.skip_limit}
        onChange={(skip_limit) => change({ skip_limit })}
        readOnly={readOnly}
      />
      <Setting name="send_back_to">
        {(ids) => (
          <SegmentedControl
            aria-labelledby={ids["aria-labelledby"]}
            fullWidth
            data={(["same", "anyone"] as const).map((each) => ({
              value: each,
              label: t(`workflow.sendBackTo.${each}`),
            }))}
            value={workflow.send_back_to}
            onChange={(value) => change({ send_back_to: value === "anyone" ? "anyone" : "same" })}
            readOnly={readOnly}
          />
        )}
      </Setting>
    </Card>
  );
}

function GoldSection({ workflow, change, readOnly }: SectionProps) {
  const { t } = useTranslation("project");
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5">
        {t("workflow.section.gold")}
      </Title>
      <ShareSetting
        name="gold_rate"
        value={workflow.gold_rate}
        onChange={(gold_rate) => change({ gold_rate })}
        readOnly={readOnly}
      />
    </Card>
  );
}
