export function InterfacePage() {
  return null;
}
