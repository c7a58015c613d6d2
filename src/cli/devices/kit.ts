import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type Answer, type Client, createClient } from "../../client.ts";

/** What the conformance flows are written with: calls of a server, and what is expected of its answers. */

export interface Check {
  /** What should hold, as the contract says it. */
  readonly what: string;
  readonly ok: boolean;
  /** What was answered instead; null where it holds. */
  readonly got: string | null;
}

/** Without this the rest of the flow can't be tried. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

export interface KitOptions {
  readonly url: string;
  /** An API key that may register terminals and make codes. */
  readonly key: string;
  /** Where devices are to stand; null: the kit makes a place. */
  readonly locationId: string | null;
  readonly now: () => number;
  readonly newId: () => string;
  readonly tell: (check: Check) => void;
}

export class Kit {
  readonly office: Client;
  readonly nobody: Client;
  readonly url: string;
  readonly now: () => number;
  readonly checks: Check[] = [];
  readonly #options: KitOptions;

  constructor(options: KitOptions) {
    this.#options = options;
    this.url = options.url;
    this.now = options.now;
    this.office = createClient(options.url, options.key);
    this.nobody = createClient(options.url, null);
  }

  /** As a vendor's client asks: HTTP Basic with the API key. */
  async vendor(method: string, path: string, body?: unknown): Promise<Answer> {
    const basic = Buffer.from(`api:${this.#options.key}`).toString("base64");
    return await this.nobody.request(method, path, body, { authorization: `Basic ${basic}` });
  }

  /** A serial number that nobody has. */
  serial(): string {
    return `CONFORM-${this.#options.newId()}`;
  }

  async locationId(): Promise<string> {
    const { locationId } = this.#options;
    if (locationId !== null) return locationId;
    const place = { name: "Conformance", countryCode: "POL", service: "LOUNGE" };
    const body = { ...place, postalCode: "00-001", city: "Warsaw" };
    const answer = await this.office.request("POST", "/api/locations", body);
    this.status("a location is made", answer, 201);
    const id = member(answer.body, "id");
    if (typeof id !== "string") throw new StoppedError("Without a location nothing can be tried.");
    return id;
  }

  /** By which codes live: the server's test clock, where it has one that may have been moved. */
  async businessNow(): Promise<number> {
    const { status, body } = await this.office.request("GET", "/api/test-clock");
    const told = Date.parse(String(member(body, "now")));
    return status === 200 && !Number.isNaN(told) ? told : this.now();
  }

  holds(what: string, ok: boolean, got: unknown = null): boolean {
    const check = { what, ok, got: ok ? null : shown(got) };
    this.checks.push(check);
    this.#options.tell(check);
    return ok;
  }

  status(what: string, answer: Answer, wanted: number): boolean {
    refuseToWait(answer, wanted);
    const { status, body } = answer;
    return this.holds(`${what}: ${String(wanted)}`, status === wanted, { status, body });
  }

  /** The answer's body as it should be; what follows wants it. */
  body<Body>(what: string, answer: Answer, wanted: number, shape: z.ZodType<Body>): Body {
    const parsed = shape.safeParse(answer.body);
    this.status(what, answer, wanted);
    if (parsed.success) return parsed.data;
    this.holds(`${what}: every member that the contract names`, false, parsed.error.issues);
    throw new StoppedError(`What follows wants the answer of: ${what}.`);
  }

  /** Members that have to be so, whatever else is said. */
  says(what: string, answer: Answer, wanted: number, members: Readonly<Record<string, unknown>>): boolean {
    refuseToWait(answer, wanted);
    const wrong = Object.entries(members).filter(
      ([name, value]) => !isDeepStrictEqual(member(answer.body, name), value),
    );
    const said = wrong.map(([name]) => `${name} ${JSON.stringify(member(answer.body, name))}`);
    const ok = answer.status === wanted && wrong.length === 0;
    return this.holds(`${what}: ${String(wanted)} ${JSON.stringify(members)}`, ok, [answer.status, ...said]);
  }
}

/** Wrong codes are part of the flows: run again too soon, a server makes their caller wait. */
function refuseToWait({ status, headers }: Answer, wanted: number): void {
  if (status !== 429 || wanted === 429) return;
  const seconds = headers.get("retry-after") ?? "some";
  throw new StoppedError(`After the wrong codes of runs before this caller has to wait ${seconds} s.`);
}

/** By its name, or by a path of names with dots between. */
export function member(body: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) =>
        typeof value === "object" && value !== null
          ? Object.entries(value).find(([one]) => one === name)?.[1]
          : undefined,
      body,
    );
}

const MOST_SHOWN = 300;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}
