import { useTranslation } from "react-i18next";
import type { AnswerProblem } from "@/editor-core/task";
import classes from "@/editors/regions/Regions.module.css";
import type { ClassDeclaration } from "@/interface/declaration";
import { fieldTitle } from "@/interface/texts";

interface RegionProblemsProps {
  readonly declared: ClassDeclaration | undefined;
  readonly problems: readonly AnswerProblem[];
}

/** What is wrong with a region: of an attribute, its title goes first. */
export function RegionProblems({ declared, problems }: RegionProblemsProps) {
  const { t, i18n } = useTranslation("forms");
  const said = problems.map((problem) => {
    const text =
      problem.values === undefined
        ? problem.message
        : t(`problems.${problem.message}`, { ...problem.values, defaultValue: t("problems.other") });
    const name = /\/attributes\/([^/]+)/.exec(problem.path)?.[1];
    const attribute = declared?.attributes?.find((each) => each.name === name);
    return attribute === undefined ? text : `${fieldTitle(attribute, i18n.language)} – ${text}`;
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of a virtualised list
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
    <span role="gridcell" className={classes.problem}>
      {said.join(" · ")}
    </span>
  );
}
