import { createPrivateKey, randomInt, randomUUID } from "node:crypto";
import type { Client } from "../../src/client.ts";
import { createTerminal, simpleProgramme, testKeys } from "../../test/support/programme.ts";
import type { Load, Response } from "./httpLoad.ts";
import { tokensOf } from "./tokens.ts";

export const CONNECTIONS = 32;

/** A place with a terminal for each connection, where a card may enter three times a month. Answers their serial numbers. */
export async function pairTerminals(admin: Client, url: string): Promise<readonly string[]> {
  const ruleset = { cardholder: { window: { kind: "ROLLING" as const, days: 30 }, free: 3 } };
  const { locationId, terminal } = await simpleProgramme(admin, url, ruleset);
  const serials = [terminal.serialNumber];
  while (serials.length < CONNECTIONS) {
    serials.push((await createTerminal(admin, url, locationId)).serialNumber);
  }
  return serials;
}

/** Requests of as many terminals as there are connections, each with its own token, every one a new tap of some card. */
export async function loadOf(
  url: string,
  serials: readonly string[],
  pans: readonly string[],
): Promise<Load> {
  const { port } = new URL(url);
  const key = createPrivateKey(testKeys().privateKey);
  const tokens = await tokensOf(serials, key);
  const heads = tokens.map(
    (token) =>
      `POST /pos/check_entry HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`,
  );
  return {
    port: Number(port),
    connections: CONNECTIONS,
    next: (connection) => {
      const pan = pans[randomInt(pans.length)] ?? "";
      const body = `{"requestId":"${randomUUID()}","card":{"pan":"${pan}","entryMode":"CONTACTLESS"}}`;
      return `${heads[connection] ?? ""}content-length: ${String(body.length)}\r\n\r\n${body}`;
    },
    check: ({ status, body }: Response) => {
      const isVerdict =
        body.includes('"decision":"GRANTED"') || body.includes('"code":"TEMPORARILY_BLOCKED"');
      if (status !== 200 || !isVerdict) throw new Error(`answered ${String(status)}: ${body}`);
    },
  };
}
