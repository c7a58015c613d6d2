import { maskPan } from "../../../../domain/pan.ts";

/** One call of the virtual terminal as it is shown: with no card number, code, key or token in it. */
export interface Call {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Null: nobody answered. */
  readonly status: number | null;
  readonly ms: number;
  readonly request: unknown;
  readonly response: unknown;
  /** The entry that it was about. */
  readonly accessId: string | null;
  /** The server answered, and the terminal did not hear it. */
  readonly isLost: boolean;
}

const HIDDEN: Readonly<Record<string, (text: string) => string>> = {
  pan: maskPan,
  pairingCode: () => "********",
  publicKey: (text) => `${text.slice(0, 12)}…`,
};

/** A body as it may be shown. */
export function shown(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(shown);
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]: [string, unknown]) => {
      const hide = HIDDEN[name];
      return [name, hide !== undefined && typeof value === "string" ? hide(value) : shown(value)];
    }),
  );
}

/** The entry that a body names. */
export function accessIdOf(...bodies: readonly unknown[]): string | null {
  for (const body of bodies) {
    if (typeof body === "object" && body !== null && "accessId" in body && typeof body.accessId === "string")
      return body.accessId;
  }
  return null;
}

/** The call as a command, with a token to be put in. */
export function curlOf({ method, path, request }: Call, origin: string): string {
  const lines = [`curl -X ${method} '${origin}${path}'`, `-H 'Authorization: Bearer $TOKEN'`];
  if (request !== null)
    lines.push(
      "-H 'Content-Type: application/json'",
      `-d '${JSON.stringify(request).replaceAll("'", "'\\''")}'`,
    );
  return lines.join(" \\\n  ");
}
