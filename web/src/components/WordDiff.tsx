import { Fragment, memo, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { diffTexts, type TextChange } from "@/components/diff/text-diff";
import classes from "@/components/diff/WordDiff.module.css";
import { useFormats } from "@/components/useFormats";

/** Lines of an unchanged stretch that stay on each side of a change; what is between is folded away. */
const CONTEXT_LINES = 3;
/** Fewer lines than this are not worth folding. */
const FEWEST_FOLDED = 4;

/** What changed between two texts, word by word: one text with what was removed and what was added marked in it. */
export const WordDiff = memo(function WordDiff(props: { readonly before: string; readonly after: string }) {
  const { t } = useTranslation("diff");
  const before = useDeferredValue(props.before);
  const after = useDeferredValue(props.after);
  const changes = useMemo(() => keyed(diffTexts(before, after)), [before, after]);
  if (before === after) return <p className={classes.same}>{t("same")}</p>;
  return (
    <div className={classes.diff} dir="auto">
      {changes.map(({ key, change, isFirst, isLast }) => {
        if (change.kind === "same") {
          return <Unchanged key={key} text={change.text} isFirst={isFirst} isLast={isLast} />;
        }
        const Mark = change.kind === "added" ? "ins" : "del";
        return (
          <Mark key={key} data-said={t(change.kind)}>
            <WithNewlines text={change.text} />
          </Mark>
        );
      })}
    </div>
  );
});

interface KeyedChange {
  readonly key: string;
  readonly change: TextChange;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Each change by its place in the texts. */
function keyed(changes: readonly TextChange[]): readonly KeyedChange[] {
  let place = 0;
  return changes.map((change, index) => {
    const key = `${change.kind} ${place}`;
    place += change.text.length;
    return { key, change, isFirst: index === 0, isLast: index === changes.length - 1 };
  });
}

/** A newline that came or went, made visible without becoming part of the text. */
function WithNewlines({ text }: { readonly text: string }) {
  const lines = text.split("\n");
  let place = 0;
  return lines.map((line, index) => {
    const key = place;
    place += line.length + 1;
    return (
      <Fragment key={key}>
        {index > 0 && <span className={classes.newline}>{"\n"}</span>}
        {line}
      </Fragment>
    );
  });
}

interface UnchangedProps {
  readonly text: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** A stretch that both texts have; the middle of a long one is folded away until it is asked for. */
function Unchanged({ text, isFirst, isLast }: UnchangedProps) {
  const { t } = useTranslation("diff");
  const { number } = useFormats();
  const [open, setOpen] = useState(false);
  const lines = useMemo(() => text.split("\n"), [text]);
  const from = isFirst ? 0 : CONTEXT_LINES;
  const to = lines.length - (isLast ? 0 : CONTEXT_LINES);
  if (open || to - from < FEWEST_FOLDED) return text;
  const folded = to - from;
  return (
    <>
      {lines.slice(0, from).join("\n")}
      <button type="button" className={classes.gap} onClick={() => setOpen(true)}>
        {t("folded", { count: folded, shown: number(folded) })}
      </button>
      {lines.slice(to).join("\n")}
    </>
  );
}
