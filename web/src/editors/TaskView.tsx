/** An open task: its inputs in their editors, its fields in their forms. The EditorTask comes from context. */
export function TaskView() {
  return null;
}
