import { ActionIcon, Button, Checkbox } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconEqual,
  IconGripVertical,
  IconSeparatorHorizontal,
} from "@tabler/icons-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { followDrag } from "@/editors/chat/drag";
import classes from "@/editors/chat/Preference.module.css";
import { shownInputs } from "@/editors/chat/preference";
import {
  type Drop,
  dropped,
  isLevel,
  isSameRanking,
  levelToggled,
  movedDown,
  movedUp,
  placeOf,
  type Ranking,
  rankingAnswerOf,
  rankingValue,
} from "@/editors/chat/ranking";
import type { FieldWidgetProps } from "@/editors/contract";
import { useDocumentValue } from "@/editors/forms/binding";
import type { PreferenceField } from "@/interface/declaration";
import { fieldTitle } from "@/interface/texts";

type Move = (ranking: Ranking, name: string) => Ranking;

/** Several inputs in order, best first: by buttons, by Alt and the arrow keys, or by dragging. */
export function RankingWidget({ placed }: FieldWidgetProps<PreferenceField>) {
  const { t, i18n } = useTranslation("chat");
  const task = useEditorTask();
  const { field, path, pointer } = placed;
  const binding = useDocumentValue(pointer);
  const list = useRef<HTMLOListElement>(null);
  const focusAfter = useRef<{ readonly name: string; readonly control: string } | null>(null);
  const [said, setSaid] = useState("");
  const hintId = useId();
  const shown = useMemo(() => shownInputs(field, task.shownOrder[path]), [field, task, path]);
  const answer = rankingAnswerOf(binding.value, field);
  // Entries that are level stand in the order shown; what is stored has the order of declaration.
  const inOrderShown = (place: readonly string[]) => shown.filter((name) => place.includes(name));
  const ranking = answer.ranking?.map(inOrderShown) ?? shown.map((name) => [name]);
  const nameOf = (name: string) => t("preference.name", { number: shown.indexOf(name) + 1 });
  const title = fieldTitle(field, i18n.language);

  const apply = (next: Ranking, name: string, control: string) => {
    if (binding.readOnly || (answer.ranking !== undefined && isSameRanking(next, answer.ranking))) return;
    binding.set(rankingValue({ ...answer, ranking: next }, field));
    focusAfter.current = { name, control };
    setSaid(t("preference.moved", { name: nameOf(name), place: placeOf(next, name) + 1 }));
  };
  useLayoutEffect(() => {
    const wanted = focusAfter.current;
    focusAfter.current = null;
    if (wanted !== null) focusControl(list.current, wanted.name, wanted.control);
  });

  const entries = ranking.flat();
  const entryProps = { field, ranking, isDisabled: binding.readOnly, hintId, apply, list };
  return (
    <div>
      <ol
        ref={list}
        className={classes.ranking}
        aria-label={`${title}: ${t("preference.ranking")}`}
        data-unanswered={answer.ranking === undefined || undefined}
      >
        {entries.map((name) => (
          <Entry key={name} name={name} label={nameOf(name)} {...entryProps} />
        ))}
      </ol>
      <p id={hintId} className={classes.hint}>
        {t(field.ties ? "preference.rankHint" : "preference.rankHintStrict")}
      </p>
      <div className={classes.below}>
        {answer.ranking === undefined && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={binding.readOnly}
            onClick={() => apply(ranking, entries[0] ?? "", "name")}
          >
            {t("preference.confirmOrder")}
          </Button>
        )}
        {field.both_bad && (
          <Checkbox
            size="xs"
            label={t("preference.noneGood")}
            checked={answer.isNoneGood}
            disabled={binding.readOnly}
            onChange={(event) =>
              binding.set(rankingValue({ ...answer, isNoneGood: event.currentTarget.checked }, field))
            }
          />
        )}
      </div>
      <div className={classes.onlyRead} aria-live="assertive">
        {said}
      </div>
    </div>
  );
}

interface EntryProps {
  readonly field: PreferenceField;
  readonly name: string;
  readonly label: string;
  readonly ranking: Ranking;
  readonly isDisabled: boolean;
  readonly hintId: string;
  readonly list: React.RefObject<HTMLOListElement | null>;
  readonly apply: (next: Ranking, name: string, control: string) => void;
}

function Entry({ field, name, label, ranking, isDisabled, hintId, list, apply }: EntryProps) {
  const { t } = useTranslation("chat");
  const place = placeOf(ranking, name);
  const level = isLevel(ranking, name);
  const isLast = place === ranking.length - 1;
  const drag = (event: PointerEvent<HTMLElement>) => {
    const entry = event.currentTarget.closest("li");
    if (isDisabled || event.button !== 0 || entry === null || list.current === null) return;
    const onDrop = (drop: Drop) => apply(dropped(ranking, name, drop), name, "name");
    followDrag(event.nativeEvent, { list: list.current, entry, canBeLevel: field.ties === true, onDrop });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const move = event.altKey ? MOVES[event.key] : undefined;
    if (move !== undefined) apply(move(ranking, name), name, "name");
    else if (event.key === "=" && field.ties) apply(levelToggled(ranking, name), name, "name");
    else if (!focusNext(event, list.current)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const button = (control: string, text: string, icon: React.ReactNode, move: Move, isOff: boolean) => (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      data-control={control}
      aria-label={t(`preference.${text}`, { name: label })}
      title={t(`preference.${text}`, { name: label })}
      disabled={isDisabled || isOff}
      onClick={() => apply(move(ranking, name), name, control)}
    >
      {icon}
    </ActionIcon>
  );
  return (
    <li className={classes.ranked} data-name={name} data-place={place} {...levelMarks(ranking, name)}>
      <span className={classes.place}>
        <span aria-hidden>{place + 1}</span>
        <span className={classes.onlyRead}>{t("preference.place", { place: place + 1 })}</span>
      </span>
      <button
        type="button"
        className={classes.grip}
        data-control="name"
        tabIndex={0}
        aria-describedby={hintId}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        aria-disabled={isDisabled || undefined}
        onPointerDown={drag}
        onKeyDown={onKeyDown}
      >
        <IconGripVertical size={14} aria-hidden />
        {label}
      </button>
      {field.ties &&
        (level
          ? button("level", "split", <IconSeparatorHorizontal size={15} />, levelToggled, false)
          : button("level", "join", <IconEqual size={15} />, levelToggled, place === 0))}
      {button("up", "up", <IconArrowUp size={15} />, movedUp, place === 0 && !level)}
      {button("down", "down", <IconArrowDown size={15} />, movedDown, isLast && !level)}
    </li>
  );
}

const MOVES: Readonly<Record<string, Move>> = { ArrowUp: movedUp, ArrowDown: movedDown };

/** Entries that are level stand together without a gap. */
function levelMarks(ranking: Ranking, name: string) {
  const place = ranking[placeOf(ranking, name)] ?? [];
  return {
    "data-level": place.length > 1 && place.indexOf(name) > 0 ? true : undefined,
    "data-level-below": place.length > 1 && place.indexOf(name) < place.length - 1 ? true : undefined,
  };
}

/** Arrow keys without Alt go from entry to entry. True when this was one. */
function focusNext(event: KeyboardEvent, list: HTMLElement | null): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || list === null || event.altKey || event.ctrlKey || event.metaKey) return false;
  const all = [...list.querySelectorAll<HTMLElement>("[data-control=name]")];
  const here = all.indexOf(event.currentTarget as HTMLElement);
  all[(here + step + all.length) % all.length]?.focus();
  return true;
}

/** An entry that moved keeps the focus; a button that cannot be pressed any more gives it to the entry's name. */
function focusControl(list: HTMLElement | null, name: string, control: string): void {
  const entry = [...(list?.querySelectorAll<HTMLElement>("[data-name]") ?? [])].find(
    (each) => each.dataset.name === name,
  );
  const wanted = entry?.querySelector<HTMLElement>(`[data-control=${control}]:not(:disabled)`);
  (wanted ?? entry?.querySelector<HTMLElement>("[data-control=name]"))?.focus();
}
