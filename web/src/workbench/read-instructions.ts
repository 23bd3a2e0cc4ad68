function place(owner: string, project: string): string {
  return `assay.instructions.${owner}.${project}`;
}

/** Version of the instructions that the person has read last; 0 before the first. */
export function readInstructions(owner: string, project: string): number {
  return Number(localStorage.getItem(place(owner, project))) || 0;
}

export function noteInstructionsRead(owner: string, project: string, version: number): void {
  localStorage.setItem(place(owner, project), String(version));
}
