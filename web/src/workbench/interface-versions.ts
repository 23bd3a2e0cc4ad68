import { type OpenInterface, openInterface } from "@/editor-core/open-task";
import { interfaceVersion, type ProjectPlace } from "@/workbench/transport";

/** The versions of a project's interface that tasks were leased under: each is fetched once. */
export class InterfaceVersions {
  readonly #place: ProjectPlace;
  readonly #known = new Map<number, Promise<OpenInterface>>();

  constructor(place: ProjectPlace) {
    this.#place = place;
  }

  get(version: number): Promise<OpenInterface> {
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const asked = interfaceVersion(this.#place, version).then(openInterface);
    this.#known.set(version, asked);
    asked.catch(() => this.#known.delete(version));
    return asked;
  }
}
