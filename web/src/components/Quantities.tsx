import { useFormats } from "@/components/useFormats";

/** A size, in decimal units. */
export function Bytes({ count }: { count: number }) {
  return <>{useFormats().bytes(count)}</>;
}

/** A share from 0 to 1; a dash when there is none. */
export function Percent({ share }: { share: number | null | undefined }) {
  const formats = useFormats();
  return <>{share === null || share === undefined ? "–" : formats.percent(share)}</>;
}

/** A time in milliseconds; a dash when there is none. */
export function Duration({ milliseconds }: { milliseconds: number | null | undefined }) {
  const formats = useFormats();
  return <>{milliseconds === null || milliseconds === undefined ? "–" : formats.duration(milliseconds)}</>;
}
