import type { KeyboardEvent } from "react";

/** Escape leaves a text field, so that single keys answer questions again. */
export function leaveByEscape(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.blur();
}
