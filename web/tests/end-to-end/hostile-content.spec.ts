/**
 * Stored content of customers that tries to act on whoever looks at it. The pages are the real ones, in a browser
 * that would run it; nothing may run, nobody elsewhere may learn that it was looked at.
 */
import { createServer, type Server } from "node:http";
import type { BrowserContext, Page } from "@playwright/test";
import { test as base, expect, PASSWORD, type Tenant } from "./fixtures";

/** A page that is watched for everything that content could do in it. */
interface Watched {
  readonly page: Page;
  /** Fails when anything ran, asked, or led away. */
  expectCalm(): Promise<void>;
}

interface HostileFixtures {
  /** Address of a server that is not Assay; what it was asked for is in `beacon.asked`. */
  beacon: { readonly address: string; readonly asked: readonly string[] };
  /** A watched page in which a new member with this role is signed in. */
  watched: (role: "owner" | "annotator") => Promise<Watched>;
}

const test = base.extend<HostileFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are wanted from the pattern
  beacon: async ({}, use) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    const address = await listening(server);
    await use({ address, asked });
    server.close();
  },
  watched: async ({ browser, tenant, beacon }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role) => {
      const context = await browser.newContext({
        baseURL: tenant.address,
        viewport: { width: 1440, height: 900 },
      });
      contexts.push(context);
      return watch(await signedIn(context, tenant, role), tenant.address, beacon.asked);
    });
    for (const context of contexts) await context.close();
  },
});

function listening(server: Server): Promise<string> {
  return new Promise((found) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      found(typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "");
    });
  });
}

async function signedIn(context: BrowserContext, tenant: Tenant, role: "owner" | "annotator"): Promise<Page> {
  const answer = await context.request.post("/api/v1/sessions", {
    data: { email: await tenant.member(role), password: PASSWORD },
    headers: { origin: tenant.address },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return context.newPage();
}

/** The browser may say in its console that the policy stopped something: that is the policy at its work. */
function watch(page: Page, address: string, asked: readonly string[]): Watched {
  const happened: string[] = [];
  page.on("dialog", (dialog) => {
    happened.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("popup", (popup) => happened.push(`popup: ${popup.url()}`));
  page.on("pageerror", (error) => happened.push(`error: ${error.message}`));
  page.on("framenavigated", (frame) => {
    const url = frame.url();
    if (url !== "about:blank" && !url.startsWith(`${address}/`)) happened.push(`navigation: ${url}`);
  });
  const expectCalm = async () => {
    for (const frame of page.frames()) {
      expect(await frame.evaluate("window.__pwned"), `in ${frame.url()}`).toBeUndefined();
    }
    expect(happened).toEqual([]);
    expect(asked).toEqual([]);
  };
  return { page, expectCalm };
}

const RUN = "top.__pwned=1;self.__pwned=1;alert(document.domain)";

/** HTML that acts in a browser which lets it. */
function markup(beacon: string): string {
  return [
    `<script>${RUN}</script>`,
    `<script src="${beacon}/script.js"></script>`,
    `<img src="x" onerror="${RUN}">`,
    `<svg onload="${RUN}"><animate attributeName="x" begin="0s" onbegin="${RUN}"/></svg>`,
    `<svg><a xlink:href="javascript:${RUN}"><text y="20">svg link</text></a></svg>`,
    `<details open ontoggle="${RUN}"><summary>open</summary></details>`,
    `<input autofocus onfocus="${RUN}">`,
    `<video><source onerror="${RUN}"></video>`,
    `<iframe srcdoc="<script>${RUN}</script>"></iframe>`,
    `<iframe src="javascript:${RUN}"></iframe>`,
    `<object data="javascript:${RUN}"></object>`,
    `<form action="javascript:${RUN}"><button>send</button></form>`,
    `<meta http-equiv="refresh" content="0;url=${beacon}/refresh">`,
    `<base href="${beacon}/">`,
    `<link rel="stylesheet" href="${beacon}/style.css"><link rel="prefetch" href="${beacon}/prefetch">`,
    `<img src="${beacon}/pixel.png"><video src="${beacon}/video" poster="${beacon}/poster"></video>`,
    `<div style="background:url(${beacon}/background)">styled</div>`,
    `<style>@import url("${beacon}/import"); body { background: url("${beacon}/body") }</style>`,
    `<a href="javascript:${RUN}">a script link</a> <a href="${beacon}/link" ping="${beacon}/ping">a web link</a>`,
  ].join("\n");
}

/** HTML that parses into something else the second time; it swallows what comes after it. */
const MUTATING = [
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>"></p></noscript>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
].join("\n");

const NAME = `<img src=x onerror="${RUN}">"'\`{{constructor.constructor('${RUN}')()}}`;
const CHOICE = { name: "ok", type: "choice", options: [{ value: "yes" }, { value: "no" }] };
const TEXT_INPUT = { name: "body", type: "text", source: "$.body" };

test("instructions in Markdown", async ({ tenant, watched, beacon }) => {
  const instructions = [
    "# Read me first",
    markup(beacon.address),
    `[script](javascript:${encodeURIComponent(RUN)}) [entity](jav&#x61;script:${RUN}) <javascript:${RUN}>`,
    `[data](data:text/html,<script>${RUN}</script>) ![pixel](${beacon.address}/markdown.png)`,
    `$\\href{javascript:${RUN}}{x}$ $\\includegraphics{${beacon.address}/formula.png}$ $x^2$`,
    `\`\`\`"><img src=x onerror=${RUN}>`,
    `</code></pre><script>${RUN}</script>`,
    "```",
    "",
    "The last line",
    MUTATING,
  ].join("\n\n");
  const project = await tenant.project({
    interface: { inputs: [TEXT_INPUT], fields: [CHOICE] },
    instructions,
    items: [{ body: "A text" }],
  });
  const { page, expectCalm } = await watched("annotator");
  await page.goto(project.page("annotate"));
  const panel = page.getByRole("complementary", { name: "Instructions" });
  await expect(
    page.locator("[data-input], [data-markdown]").or(page.getByText("A text")).first(),
  ).toBeVisible();
  if (!(await panel.isVisible())) await page.keyboard.press("Control+i");
  await expect(panel.getByRole("heading", { name: "Read me first" })).toBeVisible();
  await expect(panel.getByText("The last line")).toBeVisible();
  await expect(panel.locator("math")).not.toHaveCount(0);
  const found = await panel.locator("[data-markdown]").evaluate((element) => ({
    tags: [
      ...element.querySelectorAll("script,iframe,object,embed,style,link,meta,base,form,input,svg,video"),
    ].map((each) => each.tagName),
    handlers: [...element.querySelectorAll("*")].flatMap((each) =>
      [...each.attributes].filter(({ name }) => name.startsWith("on") || name === "style" || name === "ping"),
    ).length,
    links: [...element.querySelectorAll("[href], [*|href]")].map((each) => each.getAttribute("href") ?? "?"),
    pictures: element.querySelectorAll("img").length,
  }));
  expect(found).toMatchObject({ tags: [], handlers: 0, pictures: 0 });
  for (const link of found.links) expect(link).toMatch(/^(https?:\/\/|mailto:)/);
  await expectCalm();
});

test("an HTML input runs nothing, loads nothing and reaches nothing", async ({ tenant, watched, beacon }) => {
  const project = await tenant.project({
    interface: { inputs: [{ name: "page", type: "html", source: "$.page" }], fields: [CHOICE] },
    items: [{ page: `<h1>The invoice</h1>${markup(beacon.address)}<p>The end</p>${MUTATING}` }],
  });
  const { page, expectCalm } = await watched("annotator");
  await page.goto(project.page("annotate"));
  const frame = page.frameLocator("iframe[sandbox]");
  await expect(frame.getByRole("heading", { name: "The invoice" })).toBeVisible();
  await expect(frame.getByText("The end")).toBeVisible();
  expect(await page.locator("iframe").getAttribute("sandbox")).toBe("allow-scripts");
  const inside = page.frames().find((each) => each.url().endsWith("/sandbox"));
  expect(inside).toBeDefined();
  expect(
    await inside?.evaluate(() => {
      const refused = (act: () => unknown) => {
        try {
          act();
          return false;
        } catch {
          return true;
        }
      };
      return {
        origin: self.origin,
        cookies: refused(() => document.cookie),
        storage: refused(() => localStorage.length),
        outside: refused(() => parent.document),
        scripts: document.querySelectorAll("body script, iframe, object, meta[http-equiv], link, base")
          .length,
      };
    }),
  ).toEqual({ origin: "null", cookies: true, storage: true, outside: true, scripts: 0 });
  await frame.getByText("a script link").click();
  await frame.getByText("a web link").click();
  await frame.getByRole("button", { name: "send" }).first().click();
  await expect(frame.getByText("The end")).toBeVisible();
  await expectCalm();
});

test("the page for HTML takes messages from its parent alone, and stands in no foreign page", async ({
  watched,
}) => {
  const { page, expectCalm } = await watched("annotator");
  const answer = await page.goto("/sandbox");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("sandbox allow-scripts;");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'sha256-[^']+';/);
  expect(policy).toContain("frame-ancestors 'self'");
  await page.evaluate(() => {
    const run = document.createElement("script");
    run.textContent = "window.__pwned = 1";
    document.body.append(run);
    const image = document.createElement("img");
    image.setAttribute("onerror", "window.__pwned = 1");
    image.src = "data:image/png,broken";
    document.body.append(image);
  });
  expect(await page.evaluate(() => self.origin)).toBe("null");
  const shown = await page.evaluate(
    () =>
      new Promise((done) => {
        addEventListener("message", () => done(document.body.textContent), { once: true });
        postMessage({ html: "<p>from somebody else</p>" }, "*");
      }),
  );
  expect(shown).not.toBe("from somebody else");
  expect(await page.locator("p").count()).toBe(0);
  await expectCalm();
});

test("SVG is no picture, and no file acts at its own address", async ({ tenant, watched }) => {
  const project = await tenant.project({
    interface: { inputs: [{ name: "file", type: "document", source: "$.file" }], fields: [CHOICE] },
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>${RUN}</script></svg>`;
  for (const content of [svg, `<?xml version="1.0"?>${svg}`, `\uFEFF  ${svg}`]) {
    await expect(project.upload(new TextEncoder().encode(content), "drawing.svg")).rejects.toThrow(/4\d\d/);
  }
  const disguised = {
    "picture.png": `<!doctype html><script>${RUN}</script>`,
    "comment.svg": `<!-- a comment first -->${svg}`,
    "script.js": RUN,
    [`${NAME}.html`.slice(0, 200)]: `<html onload="${RUN}"><body>`,
  };
  const files = [];
  for (const [name, content] of Object.entries(disguised)) {
    files.push(await project.upload(new TextEncoder().encode(content), name));
  }
  const { items } = await project.add(files.map((file) => ({ file })));
  const { page, expectCalm } = await watched("owner");
  expect(items).toHaveLength(files.length);
  await page.goto(project.page());
  for (const id of items) {
    const item = await page.request.get(`/api/v1/tenants/${tenant.id}/projects/${project.id}/items/${id}`);
    const addresses = Object.values(((await item.json()) as { media: Record<string, string> }).media);
    expect(addresses).toHaveLength(1);
    for (const address of addresses) await expectHarmless(page, address);
  }
  await expectCalm();
});

/** A file at its address: kept from being read as something else, and opened where it can do nothing. */
async function expectHarmless(page: Page, address: string): Promise<void> {
  const answer = await page.request.get(address);
  const headers = answer.headers();
  expect(answer.status()).toBe(200);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toBe("default-src 'none'; sandbox");
  expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  expect(headers["content-type"]).not.toMatch(/svg|javascript|xml/);
  if (headers["content-type"]?.startsWith("text/html")) {
    expect(headers["content-disposition"]).toContain("attachment");
  }
  const used = await page.evaluate(async (source) => {
    const loads = (tag: "script" | "img") =>
      new Promise<string>((done) => {
        const element = document.createElement(tag);
        element.onload = () => done("loaded");
        element.onerror = () => done("refused");
        element.src = source;
        document.body.append(element);
      });
    return [await loads("script"), await loads("img")];
  }, address);
  expect(used).toEqual(["refused", "refused"]);
}

test("names, titles, labels and texts of other people are text, on every page", async ({
  tenant,
  watched,
  beacon,
}) => {
  test.setTimeout(120_000); // A dozen pages.
  const title = `Title ${NAME}`;
  const project = await tenant.project({
    name: `Project ${NAME}`.slice(0, 200),
    instructions: markup(beacon.address),
    interface: {
      title,
      inputs: [
        { name: "body", type: "text", source: "$.body", title, help: markup(beacon.address) },
        { name: "record", type: "table", source: "$.record", title },
      ],
      fields: [
        {
          name: "kind",
          type: "choice",
          title,
          help: markup(beacon.address),
          options: [{ value: "a", title: `Option ${NAME}` }, { value: "b" }],
        },
        {
          name: "spans",
          type: "regions",
          on: "body",
          required: false,
          classes: [{ value: "person", title: `Class ${NAME}`, geometry: "span" }],
        },
        { name: "remark", type: "text", required: false, title, format: "markdown" },
      ],
    },
  });
  const { items } = await project.add([
    {
      key: `id ${NAME}`,
      data: { body: `Body ${NAME}\n${markup(beacon.address)}`, record: [{ [NAME]: NAME, list: [NAME] }] },
    },
  ]);
  const { page, expectCalm } = await watched("owner");
  await page.goto(project.page("annotate"));
  await expect(page.getByText(`Option ${NAME}`).first()).toBeVisible();
  await expect(page.getByRole("columnheader", { name: NAME })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectCalm();
  for (const name of ["", "data", "interface", "instructions", "workflow", "people", "exports", "settings"]) {
    await page.goto(project.page(name));
    await expect(page.getByText("Project <img").first()).toBeVisible();
    await expectCalm();
  }
  for (const path of [project.page(`items/${items[0]}`), `/tenants/${tenant.id}`, "/"]) {
    await page.goto(path);
    // Only the rows in sight are there: among the projects of other tests this one has to be looked for.
    if (path.endsWith(tenant.id)) await page.getByLabel("Search projects").fill("<img");
    await expect(page.getByText(/<img src=x/).first()).toBeVisible();
    await expectCalm();
  }
});

test("a hotkey is a key: anything else is refused", async ({ tenant }) => {
  for (const hotkey of [NAME, "<", "'", "javascript:", "a b c"]) {
    const field = { ...CHOICE, options: [{ value: "yes", hotkey }, { value: "no" }] };
    const made = tenant.project({ interface: { inputs: [TEXT_INPUT], fields: [field] } });
    await expect(made).rejects.toThrow(/422.*hotkey/);
  }
});

test("no script can read the session, and none but ours can run", async ({ watched }) => {
  const { page, expectCalm } = await watched("owner");
  const answer = await page.goto("/");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  const directives = new Map(
    policy.split("; ").map((each) => [each.split(" ")[0] ?? "", each.slice(each.indexOf(" ") + 1)]),
  );
  expect(directives.get("default-src")).toBe("'none'");
  expect(directives.get("script-src")).toBe("'self'");
  expect(directives.get("base-uri")).toBe("'none'");
  expect(directives.get("frame-ancestors")).toBe("'none'");
  expect(policy).not.toContain("unsafe");
  const cookies = await page.context().cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie.httpOnly, cookie.name).toBe(true);
    expect(["Lax", "Strict"]).toContain(cookie.sameSite);
  }
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  for (const cookie of cookies) expect(stored).not.toContain(cookie.value);
  await page.evaluate(() => {
    const inline = document.createElement("script");
    inline.textContent = "window.__pwned = 1";
    document.body.append(inline);
    const handler = document.createElement("button");
    handler.setAttribute("onclick", "window.__pwned = 1");
    document.body.append(handler);
    handler.click();
  });
  await expectCalm();
});
