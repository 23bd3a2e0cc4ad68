let pending = false;

/** A navigation to another page has begun: the heading of what comes gets the focus. */
export function expectPage(): void {
  pending = true;
}

/** The heading of a page stands. Takes the focus once after each navigation, and not on the first load. */
export function announcePage(heading: HTMLHeadingElement | null): void {
  if (!pending || heading === null) return;
  pending = false;
  heading.focus({ preventScroll: true });
}
