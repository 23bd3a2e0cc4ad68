import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { startTranslations } from "@/i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root");
await startTranslations();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
