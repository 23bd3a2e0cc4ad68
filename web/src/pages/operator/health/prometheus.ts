/** One measured value with its labels. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a text exposition, as of `/metrics`; lines that are none are left out. */
export function readSamples(text: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const match = LINE.exec(line);
    const value = Number(match?.[3]);
    if (match === null || match[1] === undefined || Number.isNaN(value)) return [];
    return [{ name: match[1], labels: readLabels(match[2] ?? ""), value }];
  });
}

function readLabels(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, value.replace(/\\(.)/g, unescaped)]),
  );
}

function unescaped(_: string, character: string): string {
  return character === "n" ? "\n" : character;
}

/** The sum of the samples with this name, or of those that `chosen` takes. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  chosen: (labels: Sample["labels"]) => boolean = () => true,
): number {
  return samples
    .filter((sample) => sample.name === name && chosen(sample.labels))
    .reduce((sum, sample) => sum + sample.value, 0);
}

/** The sums of the samples with this name by the value of a label, largest first. */
export function sumsBy(
  samples: readonly Sample[],
  name: string,
  label: string,
): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const sample of samples)
    if (sample.name === name) {
      const key = sample.labels[label] ?? "";
      sums.set(key, (sums.get(key) ?? 0) + sample.value);
    }
  return [...sums].sort(([, one], [, other]) => other - one);
}
