/**
 * A client written from API.md alone: it knows addresses, bodies and answers, and nothing of the product's code.
 * Bodies stay `unknown`; a test says what it wants to see in them.
 */
import { generateKeyPairSync, type KeyObject, randomInt } from "node:crypto";
import { SignJWT } from "jose";
import { expect } from "vitest";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

interface Options {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: string | null;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Matchers that are typed as what they stand for: anything. */
export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const someText: unknown = expect.any(String);

/** What stands in a body at a path such as `guests.adults.max`. */
export function at(body: unknown, path: string): unknown {
  let value = body;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    const entry: [string, unknown] | undefined = Object.entries(value).find(([name]) => name === step);
    value = entry?.[1];
  }
  return value;
}

export function textAt(answer: Answer, path: string): string {
  const value = at(answer.body, path);
  if (typeof value !== "string")
    throw new Error(`no text at ${path} of ${String(answer.status)} ${answer.text}`);
  return value;
}

export function itemsOf(answer: Answer): readonly unknown[] {
  const items = at(answer.body, "items");
  if (!Array.isArray(items)) throw new Error(`no items in ${String(answer.status)} ${answer.text}`);
  return Array.from<unknown>(items);
}

export function pointersOf(answer: Answer): readonly unknown[] {
  const errors = at(answer.body, "errors");
  return Array.isArray(errors) ? Array.from<unknown>(errors).map((error) => at(error, "pointer")) : [];
}

export class Api {
  readonly url: string;
  readonly key: string;
  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  async call(method: string, path: string, options: Options = {}): Promise<Answer> {
    const headers = new Headers(options.headers);
    const authorization = options.authorization === undefined ? `Bearer ${this.key}` : options.authorization;
    if (authorization !== null) headers.set("authorization", authorization);
    const content = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
    if (content !== null) headers.set("content-type", options.type ?? "application/json");
    const response = await fetch(this.url + path, { method, headers, body: content, redirect: "manual" });
    const text = await response.text();
    return { status: response.status, body: parsed(text), text, headers: response.headers };
  }

  get = (path: string, headers: Record<string, string> = {}) => this.call("GET", path, { headers });
  post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    this.call("POST", path, { body, headers });
  put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    this.call("PUT", path, { body, headers });
  remove = (path: string, headers: Record<string, string> = {}) => this.call("DELETE", path, { headers });
  csv = (path: string, raw: string) => this.call("POST", path, { raw, type: "text/csv" });

  /** A GET that sees what the given answer's command wrote. */
  after = (answer: Answer, path: string) => this.get(path, waitFor(answer));

  async made(path: string, body: unknown): Promise<Answer> {
    const answer = await this.post(path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${String(answer.status)} ${answer.text}`);
    return answer;
  }

  async advance(advance: string): Promise<number> {
    return Date.parse(textAt(await this.post("/api/test-clock", { advance }), "now"));
  }

  async now(): Promise<number> {
    return Date.parse(textAt(await this.get("/api/test-clock"), "now"));
  }

  async moveTo(ms: number): Promise<void> {
    await this.post("/api/test-clock", { now: iso(ms) });
  }
}

export const iso = (ms: number) => new Date(ms).toISOString();
export const eur = (amount: string) => ({ amount, currency: "EUR" });
export const waitFor = (answer: Answer) => ({ "wait-for": answer.headers.get("position") ?? "" });
let counter = 0;
export const unique = (prefix: string) => `${prefix}-${String(process.pid)}-${String((counter += 1))}`;

/** A random card number with a right check digit. */
export function newPan(bin: string, length = 16): string {
  let digits = bin;
  while (digits.length < length - 1) digits += String(randomInt(10));
  let sum = 0;
  Array.from(digits)
    .reverse()
    .forEach((digit, index) => {
      const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
      sum += doubled > 9 ? doubled - 9 : doubled;
    });
  return digits + String((10 - (sum % 10)) % 10);
}

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
export const newKeys = (modulusLength = 2048): Keys => generateKeyPairSync("rsa", { modulusLength });
export const spki = (keys: Keys) => keys.publicKey.export({ type: "spki", format: "der" }).toString("base64");
const shared = newKeys();

export async function sign(serialNumber: string, keys: Keys, claims: { iat?: number; exp?: number } = {}) {
  const iat = claims.iat ?? Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "RS256" })
    .setSubject(serialNumber)
    .setIssuedAt(iat)
    .setExpirationTime(claims.exp ?? iat + 3600)
    .sign(keys.privateKey);
}

export class Terminal {
  readonly api: Api;
  readonly serialNumber: string;
  readonly keys: Keys;
  #token: string | undefined;
  constructor(api: Api, serialNumber: string, keys: Keys) {
    this.api = api;
    this.serialNumber = serialNumber;
    this.keys = keys;
  }

  async call(method: string, path: string, options: Options = {}): Promise<Answer> {
    this.#token ??= await sign(this.serialNumber, this.keys);
    return this.api.call(method, path, { authorization: `Bearer ${this.#token}`, ...options });
  }

  card = (card: unknown, more: object = {}) =>
    this.call("POST", "/pos/check_entry", { body: { card, ...more } });
  check = (pan: string, more: object = {}) => this.card({ pan, entryMode: "CONTACTLESS" }, more);
  quote = (accessId: string, guests: unknown) =>
    this.call("POST", "/pos/quote_entry", { body: { accessId, guests } });
  confirm = (accessId: string, guests: unknown = 0, more: object = {}) =>
    this.call("POST", "/pos/confirm_entry", { body: { accessId, guests, ...more } });
  cancel = (accessId: string, more: object = {}) =>
    this.call("POST", "/pos/cancel_entry", { body: { accessId, ...more } });

  /** Asks whether the card may enter, and gives the place back. */
  async probe(pan: string): Promise<Answer> {
    const answer = await this.check(pan);
    if (at(answer.body, "decision") === "GRANTED") await this.cancel(textAt(answer, "accessId"));
    return answer;
  }

  async visit(pan: string, guests: unknown = 0): Promise<Answer> {
    const answer = await this.check(pan);
    return at(answer.body, "decision") === "GRANTED"
      ? this.confirm(textAt(answer, "accessId"), guests)
      : answer;
  }

  /** A GET of this terminal, once management sees what the command wrote: the terminal's own GETs do not wait. */
  async readAfter(command: Answer, path: string): Promise<Answer> {
    await this.api.after(command, "/api/operations?limit=1");
    return this.call("GET", path);
  }

  async grantedAt(check: Answer): Promise<number> {
    return Date.parse(
      textAt(await this.readAfter(check, `/pos/entries/${textAt(check, "accessId")}`), "requestedAt"),
    );
  }
}

export async function pair(api: Api, locationId: string | null, profile = "standard"): Promise<Terminal> {
  const serialNumber = unique("BB");
  await api.made("/api/terminals", { serialNumber, locationId, profile });
  const code = await api.made(`/api/terminals/${serialNumber}/pairing-codes`, {});
  const body = { serialNumber, pairingCode: textAt(code, "code"), publicKey: spki(shared) };
  const paired = await api.call("POST", "/pos/pair", { body, authorization: null });
  if (paired.status !== 200) throw new Error(paired.text);
  return new Terminal(api, serialNumber, shared);
}

export async function addLocation(api: Api, more: object = {}): Promise<string> {
  const body = {
    name: unique("Place"),
    countryCode: "POL",
    service: "LOUNGE",
    postalCode: "00-001",
    city: "Warsaw",
  };
  return textAt(await api.made("/api/locations", { ...body, ...more }), "id");
}

export interface Programme {
  readonly bin: string;
  readonly ica: string;
  readonly locationId: string;
  readonly terminal: Terminal;
  pan(): string;
  /** A published ruleset for this programme's cards; answers its id. */
  ruleset(body: object): Promise<string>;
}

/** An issuer, a place and a terminal of their own: programmes do not see each other's cards. */
export async function addProgramme(api: Api, location: object = {}): Promise<Programme> {
  counter += 1;
  const bin = `5${String(100_000 + counter)}${String(randomInt(10))}`;
  const ica = String(1_000_000 + counter);
  const header = "low,high,ica,issuerName,country,productCode,productName";
  const imported = await api.csv(
    "/api/account-ranges/import",
    `${header}\n${bin},${bin},${ica},A Bank,POL,WLE,WE\n`,
  );
  if (imported.status !== 200) throw new Error(imported.text);
  const locationId = await addLocation(api, location);
  const terminal = await pair(api, locationId);
  const ruleset = async (body: object) => {
    const answer = await api.made("/api/rulesets", {
      name: unique("Rule"),
      criteria: { icas: [{ ica }] },
      ...body,
    });
    const id = textAt(answer, "id");
    const published = await api.post(`/api/rulesets/${id}/publish`, {});
    if (published.status !== 200) throw new Error(published.text);
    return id;
  };
  return { bin, ica, locationId, terminal, pan: () => newPan(bin), ruleset };
}
