import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { grantableRoles } from "@/app/permissions";
import { useMembership } from "@/app/session";
import { FormDialog } from "@/components/FormDialog";
import { ProjectsPicker } from "@/components/ProjectsPicker";
import { RolePicker } from "@/components/RolePicker";
import { useProjectChoices } from "@/pages/tenant/projects";

type Role = Schemas["Role"];

export interface InviteFormProps {
  tenantId: string;
  onClose: () => void;
  onInvited: (member: Schemas["InvitedMember"]) => void;
}

/** Makes somebody a member. Is there while it is open, so that it begins empty each time. */
export function InviteForm({ tenantId, onClose, onInvited }: InviteFormProps) {
  const { t } = useTranslation("tenant");
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const access = useAccess(tenantId, "annotator", null);
  const invite = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/tenants/{tenant_id}/members", {
          params: { path: { tenant_id: tenantId } },
          body: { email: email.trim(), display_name: name.trim(), ...access.chosen },
        }),
      ),
    onSuccess: onInvited,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("members.invite")}
      submit={t("members.inviteNow")}
      onSubmit={() => invite.mutateAsync()}
      complete={email.includes("@") && access.complete}
    >
      <TextInput
        label={t("members.email")}
        type="email"
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="off"
        maxLength={320}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextInput
        label={t("members.nameOptional")}
        autoComplete="off"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {access.fields}
    </FormDialog>
  );
}

export interface MemberFormProps {
  tenantId: string;
  member: Schemas["Member"];
  onClose: () => void;
  onChanged: () => void;
}

/** Changes what a member may do, and where. */
export function MemberForm({ tenantId, member, onClose, onChanged }: MemberFormProps) {
  const { t } = useTranslation("tenant");
  const access = useAccess(tenantId, member.role, member.projects);
  const change = useMutation({
    mutationFn: () =>
      got(
        api.PUT("/api/v1/tenants/{tenant_id}/members/{person_id}", {
          params: { path: { tenant_id: tenantId, person_id: member.person_id } },
          body: access.chosen,
        }),
      ),
    onSuccess: onChanged,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("members.changeOf", { name: member.display_name || member.email })}
      submit={t("common:action.save")}
      onSubmit={() => change.mutateAsync()}
      complete={access.complete}
    >
      {access.fields}
    </FormDialog>
  );
}

/** The fields of a role and its projects, and what is chosen in them. */
function useAccess(tenantId: string, role: Role, projects: readonly string[] | null) {
  const membership = useMembership(tenantId);
  const choices = useProjectChoices(tenantId);
  const [chosenRole, setRole] = useState(role);
  const [chosenProjects, setProjects] = useState(projects);
  return {
    chosen: { role: chosenRole, projects: chosenProjects === null ? null : [...chosenProjects] },
    complete: chosenProjects === null || chosenProjects.length > 0,
    fields: (
      <>
        <RolePicker
          roles={membership === undefined ? [] : grantableRoles(membership)}
          value={chosenRole}
          onChange={setRole}
        />
        <ProjectsPicker projects={choices} value={chosenProjects} onChange={setProjects} />
      </>
    ),
  };
}
