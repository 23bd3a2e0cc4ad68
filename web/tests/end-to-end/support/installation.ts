import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const assay = resolve(import.meta.dirname, "../../../../.venv/bin/assay");
const run = promisify(execFile);

/** A real Assay in a folder of its own: PostgreSQL clusters, keys, blobs and the built web app. */
export class Installation {
  readonly address: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #home: string;
  #process: ChildProcess | null = null;

  private constructor(home: string, port: number) {
    this.#home = home;
    this.address = `http://127.0.0.1:${port}`;
    this.#environment = {
      ...process.env,
      ASSAY_HOME: home,
      ASSAY_PORT: String(port),
      ASSAY_LOG_LEVEL: "warning",
    };
  }

  static async create(): Promise<Installation> {
    const installation = new Installation(mkdtempSync(join(tmpdir(), "assay-web-")), await freePort());
    await installation.start();
    return installation;
  }

  async start(): Promise<void> {
    const started = spawn(assay, ["up"], { env: this.#environment, stdio: ["ignore", "ignore", "pipe"] });
    this.#process = started;
    let said = "";
    await new Promise<void>((ready, failed) => {
      started.stderr?.on("data", (text: Buffer) => {
        said += text.toString();
        if (said.includes("Assay is ready")) ready();
      });
      started.on("exit", (code) => failed(new Error(`assay up ended with ${code}: ${said}`)));
    });
  }

  /** Ends the server's process; "SIGKILL" is a crash. What it acknowledged is on disk. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const running = this.#process;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((done) => running.once("exit", done));
    running.kill(signal);
    await ended;
    this.#process = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** What a command of the machine's owner prints last: a key, a link. */
  async operator(...words: string[]): Promise<string> {
    const { stdout } = await run(assay, ["operator", ...words], { env: this.#environment });
    return stdout.trim().split("\n").at(-1)?.trim() ?? "";
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? found(address.port) : failed()));
    });
  });
}
