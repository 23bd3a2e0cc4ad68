import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { startOf, type Work } from "@/pages/home/work";

/** 1 to 9 start a project, Enter the first; not while something else has the focus. */
export function useStartKeys(work: readonly Work[]): void {
  const navigate = useNavigate();
  useEffect(() => {
    const start = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const focused = document.activeElement;
      if (focused !== null && focused !== document.body && focused.tagName !== "H1") return;
      const place = event.key === "Enter" ? 0 : /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
      const chosen = work[place];
      const page = chosen && startOf(chosen);
      if (chosen === undefined || page === undefined) return;
      event.preventDefault();
      void navigate({
        to: `/tenants/$tenantId/projects/$projectId/${page}`,
        params: { tenantId: chosen.membership.tenant_id, projectId: chosen.project.id },
      });
    };
    document.addEventListener("keydown", start);
    return () => document.removeEventListener("keydown", start);
  }, [work, navigate]);
}
