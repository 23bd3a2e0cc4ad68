import { VisuallyHidden } from "@mantine/core";
import { Suspense, useId } from "react";
import classes from "@/editors/plain/Plain.module.css";
import { CodeWriting } from "@/editors/registry";
import type { InputDeclaration } from "@/interface/declaration";

interface CodeInputProps {
  readonly input: InputDeclaration;
  readonly text: string;
  readonly label: string;
}

/** Source code to read, with lines numbered and its language coloured. */
export function CodeInput({ input, text, label }: CodeInputProps) {
  const labelId = useId();
  const language = "language" in input && typeof input.language === "string" ? input.language : undefined;
  return (
    <div className={classes.code}>
      <VisuallyHidden id={labelId}>{label}</VisuallyHidden>
      <Suspense fallback={<pre>{text.slice(0, 4_000)}</pre>}>
        <CodeWriting
          text={text}
          language={language}
          labelId={labelId}
          describedBy={undefined}
          readOnly
          onChange={ignore}
          onLeave={ignore}
        />
      </Suspense>
    </div>
  );
}

/** Nothing changes here. */
function ignore(): void {}
