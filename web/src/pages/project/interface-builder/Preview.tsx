import { Text } from "@mantine/core";
import { Component, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { ItemData } from "@/editor-core/task";
import { InterfacePreview } from "@/editors/InterfacePreview";
import type { Hotkeys, InterfaceDeclaration } from "@/interface/declaration";

/** The task as annotators would see it, over a sample item. What is answered here goes nowhere. */
export function Preview(props: {
  readonly declaration: InterfaceDeclaration;
  readonly hotkeys: Hotkeys;
  readonly data: ItemData;
  readonly media: Readonly<Record<string, string>>;
}) {
  const { t } = useTranslation("builder");
  return (
    <PreviewBoundary declaration={props.declaration} message={t("previewBroken")}>
      <Suspense fallback={<Text c="dimmed">{t("loading")}</Text>}>
        <InterfacePreview {...props} />
      </Suspense>
    </PreviewBoundary>
  );
}

interface BoundaryProps {
  /** What is shown: another one may work where this one failed. */
  readonly declaration: InterfaceDeclaration;
  readonly message: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly declaration: InterfaceDeclaration | null;
  readonly failed: boolean;
}

/** A declaration that is half edited may be too much for an editor; the builder goes on. */
class PreviewBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { declaration: null, failed: false };
  static getDerivedStateFromProps({ declaration }: BoundaryProps, state: BoundaryState) {
    return declaration === state.declaration ? null : { declaration, failed: false };
  }
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? <Text c="dimmed">{this.props.message}</Text> : this.props.children;
  }
}
