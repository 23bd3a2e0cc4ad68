import { useFormats } from "@/components/useFormats";
import { MOST_COUNTED } from "@/pages/home/work";

/** How a count that stops is written: "100+" where it stopped. */
export function useCounted(): (count: number) => string {
  const { number } = useFormats();
  return (count) => (count >= MOST_COUNTED ? `${number(MOST_COUNTED)}+` : number(count));
}
