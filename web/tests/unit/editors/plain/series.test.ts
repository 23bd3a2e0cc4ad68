import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mediaAddress } from "@/editors/plain/media-address";
import { cellText, rowsOf } from "@/editors/plain/rows";
import { csvRows, seriesOf } from "@/editors/plain/series";
import { treeLines } from "@/editors/plain/tree";

describe("measurements", () => {
  it("are lines over the axis that is named like one, in its order", () => {
    const series = seriesOf([
      { time: 20, speed: 2, note: "b" },
      { time: 10, speed: 1, note: "a" },
    ]);
    expect(series).toEqual({
      axis: "time",
      isTime: false,
      at: [10, 20],
      lines: [{ name: "speed", values: [1, 2] }],
    });
  });

  it("know dates, and seconds and milliseconds since 1970 by their size", () => {
    const at = Date.UTC(2026, 0, 2) / 1000;
    for (const time of ["2026-01-02T00:00:00Z", at, at * 1000]) {
      expect(seriesOf({ time: [time], value: [1] })).toMatchObject({ isTime: true, at: [at] });
    }
    expect(seriesOf({ t: [1_500], value: [1] })).toMatchObject({ isTime: false });
  });

  it("are numbered when nothing names them, with gaps where nothing was measured", () => {
    expect(seriesOf([3, 4])).toMatchObject({ axis: null, at: [0, 1], lines: [{ values: [3, 4] }] });
    expect(seriesOf({ value: [1, null, "x", "4"] })?.lines[0]?.values).toEqual([1, null, null, 4]);
    expect(seriesOf([{ name: "no number" }])).toBeNull();
  });

  it("come from CSV as it was written", () => {
    expect(csvRows('\uFEFFa,"b, c"\r\n1,"x ""y""\nz"\r\n2,\n')).toEqual([
      { a: "1", "b, c": 'x "y"\nz' },
      { a: "2", "b, c": "" },
    ]);
    const cell = fc.string({ unit: fc.constantFrom(...'ab,"\n\r 1') });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (cells) => {
        const text = ["p,q", ...cells.map((row) => row.map(quoted).join(","))].join("\n");
        expect(csvRows(text)).toEqual(cells.map(([p, q]) => ({ p, q })));
      }),
    );
  });
});

describe("rows", () => {
  it("are a list of objects, with every column that one of them has", () => {
    const rows = rowsOf({ rows: [{ a: 1 }, { b: "x", a: 2 }] });
    expect([rows?.columns, [...(rows?.numeric ?? [])]]).toEqual([["a", "b"], ["a"]]);
    expect([rowsOf([1]), rowsOf([]), rowsOf("x"), rowsOf({ rows: 1 })]).toEqual([null, null, null, null]);
    expect([cellText(null), cellText(false), cellText({ a: 1 })]).toEqual(["", "false", '{"a":1}']);
  });
});

describe("a tree", () => {
  it("has a line for each member in sight, in order, and opens and closes", () => {
    const value = { a: { b: { c: 1 } }, list: [1, 2], "x/y": null };
    const pointers = (toggled: readonly string[]) =>
      treeLines(value, new Set(toggled)).map(({ pointer }) => pointer);
    expect(pointers([])).toEqual(["", "/a", "/a/b", "/list", "/list/0", "/list/1", "/x~1y"]);
    expect(pointers(["/a/b", "/list"])).toEqual(["", "/a", "/a/b", "/a/b/c", "/list", "/x~1y"]);
    expect(pointers([""])).toEqual([""]);
  });

  it("goes through values nested beyond the stack", () => {
    let deep: readonly unknown[] = [];
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    expect(treeLines(deep as never, new Set()).length).toBeLessThan(10);
  });
});

describe("the address of a file", () => {
  const media = { b1: "/api/v1/media/token" };
  it("is the server's for a blob, and the web's for everything else", () => {
    expect(mediaAddress({ blob: "b1" }, media)).toEqual({ address: media.b1, isOwn: true });
    expect(mediaAddress("b1", media)).toEqual({ address: media.b1, isOwn: true });
    const elsewhere = { address: "https://example.com/a.mp4", isOwn: false };
    expect(mediaAddress({ url: elsewhere.address }, media)).toEqual(elsewhere);
  });

  it("is none for what leads somewhere else", () => {
    for (const url of [
      "javascript:run()",
      "data:text/html,x",
      "//example.com/x",
      "/api/v1/me",
      "b2",
      "",
      "__proto__",
    ]) {
      expect(mediaAddress({ url }, media)).toBeNull();
      expect(mediaAddress(url, media)).toBeNull();
    }
    expect([mediaAddress(7, media), mediaAddress({ blob: "toString" }, media)]).toEqual([null, null]);
  });
});
