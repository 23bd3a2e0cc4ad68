import { AnswerDocument } from "@/editor-core/document";
import { decodePicture, makeTask } from "@/editor-core/make-task";
import type { AnswerOverlay, EditorTask, ItemData } from "@/editor-core/task";
import type { Answer } from "@/interface/answer";
import { entriesOf } from "@/interface/answers";
import type { InterfaceDeclaration } from "@/interface/declaration";
import type { ItemStory } from "@/pages/project/item/item-queries";

const COLORS = ["#1971c2", "#e8590c", "#2f9e44", "#9c36b5", "#c2255c", "#0c8599"] as const;

/** An answer that can be looked at: of an annotator, the label, the gold. */
export interface KnownAnswer {
  readonly id: string;
  readonly kind: "label" | "annotation" | "gold";
  readonly answer: Answer;
  readonly interfaceVersion: number;
  /** Pseudonym of an annotator, else empty. */
  readonly who: string;
  readonly revision: number;
}

/** Newest label first, then the gold answer, then each annotator's. */
export function answersOf(story: ItemStory): readonly KnownAnswer[] {
  const labels = [...story.labels]
    .sort((a, b) => b.revision - a.revision)
    .map(
      (each): KnownAnswer => ({
        id: `label ${each.revision}`,
        kind: "label",
        answer: each.answer as Answer,
        interfaceVersion: each.interface_version,
        who: "",
        revision: each.revision,
      }),
    );
  const gold: KnownAnswer[] =
    story.gold === null
      ? []
      : [
          {
            id: "gold",
            kind: "gold",
            answer: story.gold.answer as Answer,
            interfaceVersion: story.gold.interface_version,
            who: "",
            revision: 1,
          },
        ];
  const annotations = story.annotations.map(
    (each): KnownAnswer => ({
      id: each.id,
      kind: "annotation",
      answer: each.answer as Answer,
      interfaceVersion: each.interface_version,
      who: each.annotator.slice(0, 8),
      revision: each.revision,
    }),
  );
  return [...labels, ...gold, ...annotations];
}

interface Viewed {
  readonly story: ItemStory;
  readonly declaration: InterfaceDeclaration;
  readonly shown: KnownAnswer | null;
  readonly compared: readonly KnownAnswer[];
}

/** A task that can be looked at and not changed. */
export function readOnlyTask({ story, declaration, shown, compared }: Viewed): EditorTask {
  return makeTask({
    id: `${story.task.id} ${shown?.id ?? ""} ${compared.length}`,
    declaration,
    data: story.item.data as ItemData,
    media: story.item.media,
    document: new AnswerDocument(shown === null ? [] : entriesOf(shown.answer, declaration)),
    readOnly: true,
    overlays: compared.map((each, index) => overlay(each, index, declaration)),
    decoded: decodePicture,
  });
}

function overlay(answer: KnownAnswer, index: number, declaration: InterfaceDeclaration): AnswerOverlay {
  return {
    id: answer.id,
    name: answer.who,
    color: COLORS[index % COLORS.length]!,
    document: new AnswerDocument(entriesOf(answer.answer, declaration)),
  };
}
