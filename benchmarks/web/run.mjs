/**
 * `node benchmarks/web/run.mjs`: what the picture engine costs in Chromium, and how large the app's files are.
 *
 * CPU time is that of the browser and every process below it (/proc); main-thread time is the page's own
 * (CDP Performance.getMetrics). Both are less noisy than wall time on a shared machine. CHROMIUM names the
 * browser; without a built app (`npm run build` in web/) the sizes are left out.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const modules = (file) => import(pathToFileURL(path(`../../web/node_modules/${file}`)).href);
const { chromium } = await modules("playwright-core/index.mjs");
const { build, preview } = await modules("vite/dist/node/index.js");

const POLYGONS = 10_000;
const FRAMES = 60;
const TASKS = 200;
const TICKS_PER_SECOND = 100;
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-precise-memory-info",
  "--js-flags=--expose-gc",
];

/** CPU milliseconds of a process and all below it, those that have ended included. */
function processorTime(root) {
  const children = new Map();
  const own = new Map();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").at(-1).split(" ");
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
      own.set(Number(entry), fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0));
    } catch {
      // It has ended in the meantime; its parent has its time.
    }
  }
  let ticks = 0;
  const pending = [root];
  while (pending.length > 0) {
    const next = pending.pop();
    ticks += own.get(next) ?? 0;
    pending.push(...(children.get(next) ?? []));
  }
  return (1000 * ticks) / TICKS_PER_SECOND;
}

async function servedPage(outDir) {
  const configFile = path("./vite.config.mjs");
  await build({ configFile, logLevel: "error", build: { outDir } });
  const server = await preview({ configFile, logLevel: "error", build: { outDir }, preview: { port: 0 } });
  return { server, address: server.resolvedUrls.local[0] };
}

/** Runs something on the page; the CPU and main-thread milliseconds that it took. */
function meter(page, client, root) {
  const mainThread = async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  return async (run, argument) => {
    const [processor, main, wall] = [processorTime(root), await mainThread(), performance.now()];
    const answer = await page.evaluate(run, argument);
    return {
      answer,
      wall: performance.now() - wall,
      main: (await mainThread()) - main,
      processor: processorTime(root) - processor,
    };
  };
}

async function heap(page) {
  return page.evaluate(() => {
    globalThis.gc?.();
    return performance.memory.usedJSHeapSize;
  });
}

const rows = [];
const row = (what, figures) => rows.push({ what, ...figures });
const each = ({ processor, main, wall }, count) => ({
  "CPU ms": +(processor / count).toFixed(1),
  "main thread ms": +(main / count).toFixed(2),
  "wall ms": +(wall / count).toFixed(1),
});

async function drags(page, measure) {
  const middle = await page.evaluate(() => {
    for (let number = 1; number < 10_000; number += 1) {
      const place = bench.middleOf(number);
      if (place.x > 300 && place.x < 1000 && place.y > 200 && place.y < 600) return { number, ...place };
    }
    throw new Error("No polygon is in sight");
  });
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  const figures = { processor: 0, main: 0, wall: 0 };
  for (let index = 0; index < FRAMES; index += 1) {
    await page.mouse.move(middle.x + index, middle.y + index / 2);
    const step = await measure(() => bench.frames(1, () => undefined));
    figures.processor += step.processor;
    figures.main += step.main;
    figures.wall += step.wall;
  }
  await page.mouse.up();
  await page.evaluate(() => bench.settled());
  row("drag one polygon, a step", each(figures, FRAMES));
}

async function engineFigures(page, client, root) {
  const measure = meter(page, client, root);
  await page.evaluate((count) => bench.prepare(count), POLYGONS);
  await page.evaluate(() => bench.prepare(20));
  // The first start brings up workers and compiles: not what opening the next task costs.
  await page.evaluate(() => bench.open(20));
  row(`open ${POLYGONS} polygons`, each(await measure((count) => bench.open(count), POLYGONS), 1));
  row("pan, whole picture seen, a frame", each(await measure((count) => bench.pan(count), FRAMES), FRAMES));
  row("zoom, whole picture seen, a frame", each(await measure((count) => bench.zoom(count), FRAMES), FRAMES));
  await page.evaluate(() => bench.zoomTo(0.7));
  await page.evaluate(() => bench.settled());
  row("pan, a tenth seen, a frame", each(await measure((count) => bench.pan(count), FRAMES), FRAMES));
  await drags(page, measure);
  const selecting = await measure((count) => bench.select(count), 200);
  row("select, each", each(selecting, 200));
  const found = await page.evaluate(() => bench.find(5000));
  row("find what is under the pointer", { "main thread ms": +found.toFixed(3) });
}

async function heapFigures(page) {
  await page.evaluate(() => bench.prepare(300));
  const open = async (times) => {
    for (let index = 0; index < times; index += 1) await page.evaluate(() => bench.open(300));
    return heap(page);
  };
  const before = await open(10);
  const after = await open(TASKS);
  const growth = `${(100 * (after / before - 1)).toFixed(1)} %`;
  row(`heap after ${TASKS} tasks`, { MiB: +(after / 2 ** 20).toFixed(1), growth });
}

/** Gzip sizes in kB: what the first page needs, and every other file. */
function sizes() {
  const root = path("../../src/assay/server/site/static");
  let index = "";
  try {
    index = readFileSync(join(root, "index.html"), "utf8");
  } catch {
    return;
  }
  const assets = join(root, "assets");
  const all = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name) && statSync(join(assets, name)).isFile());
  const compressed = (name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length / 1000;
  const first = all.filter((name) => index.includes(name));
  const shell = first.reduce((sum, name) => sum + compressed(name), 0);
  console.log(`\nShell: ${shell.toFixed(0)} kB (${first.join(", ")})`);
  const others = all.filter((name) => !first.includes(name)).map((name) => ({ name, kB: +compressed(name).toFixed(1) }));
  console.table(others.sort((a, b) => b.kB - a.kB).slice(0, 20));
}

const outDir = mkdtempSync(join(tmpdir(), "assay-benchmark-web-"));
const browserServer = await chromium.launchServer({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ARGUMENTS,
});
try {
  const { server, address } = await servedPage(outDir);
  const browser = await chromium.connect(browserServer.wsEndpoint());
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.on("pageerror", (error) => {
    throw error;
  });
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
  await client.send("Performance.enable");
  await page.goto(address);
  await page.waitForFunction(() => "bench" in globalThis);
  await engineFigures(page, client, browserServer.process().pid);
  await heapFigures(page);
  console.table(rows);
  sizes();
  await browser.close();
  await new Promise((resolve) => server.httpServer.close(resolve));
} finally {
  await browserServer.close();
  rmSync(outDir, { recursive: true, force: true });
}
