import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  /** What is shown instead; `retry` tries once more. */
  readonly fallback: (retry: () => void) => ReactNode;
}

/** An input that cannot be shown leaves the rest of the task as it is. */
export class EditorErrorBoundary extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return this.props.fallback(() => this.setState({ isBroken: false }));
  }
}
