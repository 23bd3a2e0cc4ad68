import { useEffect, useState } from "react";
import { api, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import type { Hotkeys, Json } from "@/interface/declaration";
import { isObject } from "@/pages/project/interface-builder/json-edits";

export interface InterfaceProblem {
  readonly path: string;
  readonly message: string;
}

/** What the server says of an interface that is being edited. */
export interface Verdict {
  readonly checking: boolean;
  readonly problems: readonly InterfaceProblem[];
  readonly hotkeys: Hotkeys;
  /** What the edit would mean; null for a new project, and as long as something is wrong. */
  readonly edit: Schemas["EditVerdict"] | null;
  /** The server could not be asked. */
  readonly error: unknown;
}

const PAUSE_MILLISECONDS = 250;
const NOTHING: Verdict = { checking: true, problems: [], hotkeys: {}, edit: null, error: null };

/** Have the server check an interface as it is edited; a newer edit takes back the question before. */
export function useVerdict(
  tenantId: string,
  projectId: string | null,
  declaration: Json | undefined,
  renames: Schemas["Renames"],
): Verdict {
  const [verdict, setVerdict] = useState(NOTHING);
  useEffect(() => {
    if (!isObject(declaration)) return;
    const stop = new AbortController();
    setVerdict((before) => ({ ...before, checking: true }));
    const timer = setTimeout(() => {
      ask(tenantId, projectId, declaration, renames, stop.signal).then(
        (answer) => !stop.signal.aborted && setVerdict(answer),
        (error: unknown) => !stop.signal.aborted && setVerdict({ ...NOTHING, checking: false, error }),
      );
    }, PAUSE_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [tenantId, projectId, declaration, renames]);
  return verdict;
}

async function ask(
  tenantId: string,
  projectId: string | null,
  declaration: { readonly [key: string]: Json },
  renames: Schemas["Renames"],
  signal: AbortSignal,
): Promise<Verdict> {
  const answered = { ...NOTHING, checking: false };
  const asked = { ...declaration };
  if (projectId === null) {
    const { data } = await api.POST("/api/v1/tenants/{tenant_id}/interface/check", {
      params: { path: { tenant_id: tenantId } },
      body: { interface: asked },
      signal,
    });
    return { ...answered, problems: data?.problems ?? [], hotkeys: (data?.hotkeys ?? {}) as Hotkeys };
  }
  try {
    const { data } = await api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/interface/verdict", {
      params: { path: { tenant_id: tenantId, project_id: projectId } },
      body: { interface: asked, renames, allow_breaking: false },
      signal,
    });
    return { ...answered, hotkeys: (data?.hotkeys ?? {}) as Hotkeys, edit: data ?? null };
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.document.problems == null) throw error;
    return { ...answered, problems: error.document.problems };
  }
}
