import { Kbd } from "@mantine/core";
import { type KeyboardEvent, useId, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/chat/Preference.module.css";
import {
  afterKey,
  BOTH_BAD,
  declaredFor,
  degreesOf,
  isSame,
  type Outcome,
  outcomeOf,
  pickedBy,
  preferenceValue,
  scaleOf,
  shownInputs,
  TIE,
} from "@/editors/chat/preference";
import { type OutcomeTexts, useOutcomeTexts } from "@/editors/chat/preference-texts";
import type { FieldWidgetProps } from "@/editors/contract";
import { useDocumentValue } from "@/editors/forms/binding";
import { useFieldKeys } from "@/editors/forms/field-keys";
import { moveAmongOptions, OptionButton } from "@/editors/forms/OptionButton";
import { useShownProblems } from "@/editors/forms/shown-problems";
import type { PreferenceField } from "@/interface/declaration";
import { fieldTitle } from "@/interface/texts";

/** More degrees than this do not fit side by side in the panel: each response gets a row of its own. */
const MOST_DEGREES_ACROSS = 4;

interface Picking {
  readonly field: PreferenceField;
  /** The inputs in the order shown. */
  readonly shown: readonly string[];
  readonly answer: Outcome | undefined;
  readonly texts: OutcomeTexts;
  readonly isDisabled: boolean;
  /** Name of the radio buttons. */
  readonly group: string;
  readonly keyOf: (preferred: string) => string | undefined;
  readonly pick: (outcome: Outcome) => void;
}

/** One of several inputs is better: a scale for two, a list for more; with ties and "both bad" where allowed. */
export function BestWidget({ placed }: FieldWidgetProps<PreferenceField>) {
  const { t, i18n } = useTranslation("chat");
  const task = useEditorTask();
  const { field, path, pointer } = placed;
  const binding = useDocumentValue(pointer);
  const problems = useShownProblems(pointer, true);
  const frame = useRef<HTMLDivElement>(null);
  const [group, hintId, readingId] = [useId(), useId(), useId()];
  const shown = useMemo(() => shownInputs(field, task.shownOrder[path]), [field, task, path]);
  const texts = useOutcomeTexts(field, shown);
  const answer = outcomeOf(binding.value);
  const set = (outcome: Outcome | undefined) => binding.set(outcome && preferenceValue(outcome));
  const outcomes = [...shown, ...(field.ties ? [TIE] : []), ...(field.both_bad ? [BOTH_BAD] : [])];
  const title = fieldTitle(field, i18n.language);
  const keys = useFieldKeys(task, {
    path,
    heading: title,
    language: i18n.language,
    options: outcomes.map((preferred) => ({
      value: declaredFor(field, shown, preferred),
      label: texts.short({ preferred }),
    })),
    pick: (declared) => set(afterKey(field, answer, pickedBy(field, shown, declared))),
    isAnswered: () => binding.value !== undefined,
    element: () => frame.current,
  });
  const picking: Picking = {
    field,
    shown,
    answer,
    texts,
    isDisabled: binding.readOnly,
    group,
    keyOf: (preferred) => keys.get(declaredFor(field, shown, preferred)),
    pick: (outcome) => set(isSame(answer, outcome) ? undefined : outcome),
  };
  const hasDegrees = Boolean(field.strength);
  const isAcross = field.over.length === 2 && (field.strength ?? 1) <= MOST_DEGREES_ACROSS;
  return (
    <div ref={frame}>
      <div
        className={classes.preference}
        role="radiogroup"
        aria-label={title}
        aria-describedby={hasDegrees ? `${hintId} ${readingId}` : undefined}
        aria-invalid={problems.length > 0 || undefined}
        aria-required={field.required !== false}
        onKeyDown={moveAmongOptions}
      >
        {!hasDegrees && <PlainOutcomes {...picking} />}
        {hasDegrees && isAcross && <Scale {...picking} />}
        {hasDegrees && !isAcross && <DegreeRows {...picking} />}
      </div>
      {hasDegrees && (
        <p id={readingId} className={classes.onlyRead} aria-live="polite">
          {answer === undefined ? "" : texts.full(answer)}
        </p>
      )}
      {hasDegrees && keys.size > 0 && (
        <p id={hintId} className={classes.hint}>
          {t("preference.againHint")}
        </p>
      )}
    </div>
  );
}

/** Without degrees: a button for each response, then the tie and "both bad". */
function PlainOutcomes(picking: Picking) {
  return (
    <>
      <div className={classes.outcomes}>
        {picking.shown.map((preferred) => (
          <OutcomeButton key={preferred} outcome={{ preferred }} {...picking} />
        ))}
      </div>
      <Rest {...picking} withTie />
    </>
  );
}

/** Two responses with degrees: from one to the other in one row. */
function Scale(picking: Picking) {
  const { field, shown, texts, keyOf } = picking;
  return (
    <>
      <div className={classes.ends} aria-hidden>
        {shown.map((preferred) => (
          <span key={preferred}>
            {texts.short({ preferred })} <KeyMark hotkey={keyOf(preferred)} />
          </span>
        ))}
      </div>
      <div className={classes.scale}>
        {scaleOf(field, shown).map((outcome) => (
          <Step key={`${outcome.preferred} ${outcome.strength}`} outcome={outcome} {...picking} />
        ))}
      </div>
      <Rest {...picking} withTie={false} />
    </>
  );
}

/** More responses, or many degrees: a row of degrees for each. */
function DegreeRows(picking: Picking) {
  const { field, shown, texts, keyOf } = picking;
  return (
    <>
      {shown.map((preferred) => (
        <div
          key={preferred}
          className={classes.degreeRow}
          data-many={(field.strength ?? 1) > MOST_DEGREES_ACROSS || undefined}
        >
          <div className={classes.ends} aria-hidden>
            <span>
              {texts.short({ preferred })} <KeyMark hotkey={keyOf(preferred)} />
            </span>
          </div>
          <div className={classes.scale}>
            {degreesOf(field, preferred).map((outcome) => (
              <Step key={outcome.strength} outcome={outcome} {...picking} />
            ))}
          </div>
        </div>
      ))}
      <Rest {...picking} withTie />
    </>
  );
}

function Rest({ withTie, ...picking }: Picking & { readonly withTie: boolean }) {
  const { field } = picking;
  const rest = [...(withTie && field.ties ? [TIE] : []), ...(field.both_bad ? [BOTH_BAD] : [])];
  if (rest.length === 0) return null;
  return (
    <div className={classes.outcomes}>
      {rest.map((preferred) => (
        <OutcomeButton key={preferred} outcome={{ preferred }} {...picking} />
      ))}
    </div>
  );
}

function OutcomeButton({ outcome, ...picking }: Picking & { readonly outcome: Outcome }) {
  return (
    <OptionButton
      label={picking.texts.short(outcome)}
      hotkey={picking.keyOf(outcome.preferred)}
      isPicked={isSame(picking.answer, outcome)}
      isMulti={false}
      isDisabled={picking.isDisabled}
      name={picking.group}
      onPick={() => picking.pick(outcome)}
    />
  );
}

/** One step of a scale: a bar as high as the preference is strong, its word below. */
function Step({ outcome, ...picking }: Picking & { readonly outcome: Outcome }) {
  const { field, answer, texts, group, isDisabled, keyOf, pick } = picking;
  const hotkey = keyOf(outcome.preferred);
  const isPicked = isSame(answer, outcome);
  const share = (outcome.strength ?? 0) / (field.strength ?? 1);
  const press = () => {
    if (!isDisabled) pick(outcome);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // A browser lets nobody take a radio button back.
    if (event.key !== " " || !isPicked) return;
    event.preventDefault();
    press();
  };
  return (
    <label
      className={classes.step}
      data-option
      data-locked={isDisabled || undefined}
      title={texts.full(outcome)}
    >
      <input
        className={classes.onlyRead}
        type="radio"
        name={group}
        checked={isPicked}
        aria-label={texts.full(outcome)}
        aria-disabled={isDisabled || undefined}
        aria-keyshortcuts={hotkey}
        onKeyDown={onKeyDown}
        onClick={() => isPicked && press()}
        onChange={press}
      />
      {outcome.preferred === TIE && hotkey !== undefined ? (
        <KeyMark hotkey={hotkey} />
      ) : (
        <span className={classes.bar} style={{ height: `${4 + 18 * share}px` }} />
      )}
      <span className={classes.word} aria-hidden>
        {texts.degree(outcome)}
      </span>
    </label>
  );
}

function KeyMark({ hotkey }: { readonly hotkey: string | undefined }) {
  if (hotkey === undefined) return null;
  return (
    <Kbd className={classes.key} aria-hidden>
      {hotkey}
    </Kbd>
  );
}
