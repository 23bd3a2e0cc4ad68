import { Alert } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "@/editors/plain/Plain.module.css";

/** Something that people must know about an input, with what they can do. */
export function Note({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <Alert
      className={classes.note}
      color="gray"
      variant="light"
      icon={<IconInfoCircle aria-hidden />}
      title={text}
    >
      {children}
    </Alert>
  );
}
