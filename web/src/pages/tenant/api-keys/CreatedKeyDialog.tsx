import { Box, Code, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton, CopyField } from "@/components/CopyField";
import { OnceDialog } from "@/components/OnceDialog";
import classes from "@/pages/tenant/api-keys/CreatedKeyDialog.module.css";

export interface CreatedKeyDialogProps {
  name: string;
  /** The key itself. */
  value: string;
  /** What the command line is shown to do with it. */
  command?: string;
  onClose: () => void;
}

/** A new key, and how it is used from the command line, from Python and over HTTP. */
export function CreatedKeyDialog({
  name,
  value,
  command = "assay project list",
  onClose,
}: CreatedKeyDialogProps) {
  const { t } = useTranslation("tenant");
  const snippets = snippetsOf(location.origin, command);
  return (
    <OnceDialog opened onClose={onClose} title={t("keys.created", { name })} warning={t("keys.once")}>
      <CopyField label={t("keys.key")} value={value} />
      <Tabs defaultValue="CLI" keepMounted={false}>
        <Tabs.List aria-label={t("keys.howTo")}>
          {Object.keys(snippets).map((kind) => (
            <Tabs.Tab key={kind} value={kind}>
              {kind}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(snippets).map(([kind, snippet]) => (
          <Tabs.Panel key={kind} value={kind} pt="xs">
            <Box className={classes.snippet}>
              <Code block className={classes.code}>
                {snippet}
              </Code>
              <CopyButton value={snippet} />
            </Box>
          </Tabs.Panel>
        ))}
      </Tabs>
    </OnceDialog>
  );
}

/** None of them holds the key: it would stay in the history of a shell, or in a repository. */
function snippetsOf(address: string, command: string): Readonly<Record<"CLI" | "Python" | "curl", string>> {
  return {
    CLI: `assay login ${address}\n${command}`,
    Python: [
      "import os",
      "from assay.client import connect",
      "",
      `with connect("${address}", os.environ["ASSAY_API_KEY"]) as assay:`,
      "    print(assay.me())",
    ].join("\n"),
    curl: `curl -H "Authorization: Bearer $ASSAY_API_KEY" ${address}/api/v1/me`,
  };
}
