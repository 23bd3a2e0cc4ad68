import { randomUUID } from "node:crypto";
import type { Schemas } from "../../../src/api/client";

export type Role = Schemas["Role"];
export const PASSWORD = "a password for end-to-end tests";

type Json = unknown;

/** A tenant with an owner's API key: how a test makes what it then looks at in the browser. */
export class Tenant {
  readonly address: string;
  readonly id: string;
  readonly key: string;
  readonly #people = new Map<string, Promise<string>>();

  private constructor(address: string, id: string, key: string) {
    this.address = address;
    this.id = id;
    this.key = key;
  }

  /** A new tenant, made with an operator's key. */
  static async create(address: string, operatorKey: string, name = "Acme"): Promise<Tenant> {
    const email = `owner-${randomUUID()}@example.com`;
    const made = (await send(address, "POST", "/api/v1/tenants", operatorKey, {
      name,
      owner_email: email,
    })) as {
      id: string;
      owner: { sign_in_link: { url: string } };
    };
    const cookie = await followLink(address, made.owner.sign_in_link.url);
    const body = { name: "end-to-end tests", role: "owner" };
    const key = (await send(address, "POST", `/api/v1/tenants/${made.id}/api-keys`, cookie, body)) as {
      key: string;
    };
    return new Tenant(address, made.id, key.key);
  }

  /** Call the API as the owner; paths begin after the tenant: "/projects". */
  async call<T>(method: string, path: string, body?: Json): Promise<T> {
    return (await send(this.address, method, `/api/v1/tenants/${this.id}${path}`, this.key, body)) as T;
  }

  /** E-mail of a member with this role who signs in with PASSWORD; the same one for the same name. */
  member(role: Role, name: string = role): Promise<string> {
    const known = this.#people.get(name);
    if (known !== undefined) return known;
    const made = this.#invite(role, name);
    this.#people.set(name, made);
    return made;
  }

  async #invite(role: Role, name: string): Promise<string> {
    const email = `${name}-${randomUUID()}@example.com`;
    const invited = await this.call<Schemas["InvitedMember"]>("POST", "/members", {
      email,
      role,
      display_name: name,
    });
    if (invited.sign_in_link == null) throw new Error("An invitation of somebody new has a link");
    const cookie = await followLink(this.address, invited.sign_in_link.url);
    await send(this.address, "PUT", "/api/v1/me/password", cookie, { new_password: PASSWORD });
    return email;
  }

  /** A project with items: each is the item's data, or a whole NewItem when it has `data`. */
  async project(options: NewProject): Promise<ProjectOfTest> {
    const { items = [], ...rest } = options;
    const made = await this.call<Schemas["Project"]>("POST", "/projects", {
      name: "A project",
      ...rest,
    });
    const project = new ProjectOfTest(this, made.id);
    if (items.length > 0) await project.add(items);
    return project;
  }
}

export interface NewProject {
  readonly name?: string;
  readonly interface: object;
  readonly instructions?: string;
  readonly workflow?: object;
  readonly metadata?: object;
  readonly items?: readonly object[];
}

export class ProjectOfTest {
  constructor(
    readonly tenant: Tenant,
    readonly id: string,
  ) {}

  /** Address of a page of this project: "annotate", "data", "" for the overview. */
  page(name = ""): string {
    return `/tenants/${this.tenant.id}/projects/${this.id}${name === "" ? "" : `/${name}`}`;
  }

  call<T>(method: string, path: string, body?: Json): Promise<T> {
    return this.tenant.call<T>(method, `/projects/${this.id}${path}`, body);
  }

  async add(items: readonly object[]): Promise<Schemas["AddedItems"]> {
    const rows = items.map((item) => ("data" in item ? item : { data: item }));
    const added = await this.call<Schemas["AddedItems"]>("POST", "/items", { items: rows });
    if (added.rejected.length > 0) throw new Error(`Rejected: ${JSON.stringify(added.rejected)}`);
    return added;
  }

  /** Store a media file; the answer goes where an item's data needs it. */
  async upload(content: Uint8Array, name: string): Promise<Schemas["MediaReference"]> {
    const path = `/api/v1/tenants/${this.tenant.id}/projects/${this.id}/uploads?file_name=${encodeURIComponent(name)}`;
    const response = await fetch(this.tenant.address + path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.tenant.key}`, "content-type": "application/octet-stream" },
      body: Buffer.from(content),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Schemas["MediaReference"];
  }

  /** Every annotation of every task, oldest task first. */
  async annotations(): Promise<Schemas["Annotation"][]> {
    const tasks = await this.call<{ items: Schemas["Task"][] }>("GET", "/tasks?limit=100");
    const found: Schemas["Annotation"][] = [];
    for (const task of tasks.items) {
      found.push(...(await this.call<Schemas["Annotation"][]>("GET", `/tasks/${task.id}/annotations`)));
    }
    return found;
  }
}

async function followLink(address: string, url: string): Promise<string> {
  const response = await fetch(`${address}/api/v1/sessions/link`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: JSON.stringify({ token: url.split("/").at(-1) }),
  });
  const cookie = response.headers.get("set-cookie")?.split(";")[0];
  if (!response.ok || cookie === undefined)
    throw new Error(`The link did not work: ${await response.text()}`);
  return cookie;
}

async function send(
  address: string,
  method: string,
  path: string,
  credential: string,
  body?: Json,
): Promise<Json> {
  const headers: Record<string, string> = credential.includes("=")
    ? { cookie: credential, origin: address }
    : { authorization: `Bearer ${credential}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(address + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
