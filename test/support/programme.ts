import { z } from "zod";
import type { Answer, Client } from "../../src/client.ts";
import { newKeys, type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import type { RulesetInput } from "../../src/domain/ruleset/input.ts";

/** What an administrator and a terminal do in tests, over HTTP. */

const created = z.object({ id: z.string() });

// Making an RSA key takes a while; which terminal holds it does not matter to most tests.
const sharedKeys = newKeys();

export async function createLocation(admin: Client, body: Record<string, unknown> = {}): Promise<string> {
  const location = {
    name: "Lounge",
    countryCode: "POL",
    service: "LOUNGE",
    postalCode: "00-001",
    city: "Warsaw",
    ...body,
  };
  return created.parse((await admin.send("POST", "/api/locations", location)).body).id;
}

/** The key that all test terminals share. */
export function testKeys(): typeof sharedKeys {
  return sharedKeys;
}

let serials = 0;

export async function createTerminal(
  admin: Client,
  url: string,
  locationId: string | null,
  body: Record<string, unknown> = {},
): Promise<Terminal> {
  const serialNumber = `T-${String(process.pid)}-${String(++serials)}`;
  await admin.send("POST", "/api/terminals", { serialNumber, locationId, ...body });
  return await pairTerminal(admin, url, serialNumber);
}

export async function pairTerminal(admin: Client, url: string, serialNumber: string): Promise<Terminal> {
  const issued = await admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
  const { code } = z.object({ code: z.string() }).parse(issued.body);
  const terminal = terminalOf(url, serialNumber, sharedKeys.privateKey, () => Date.now());
  const body = { serialNumber, pairingCode: code, publicKey: sharedKeys.publicKey };
  await terminal.client.send("POST", "/pos/pair", body);
  return terminal;
}

export async function importRanges(admin: Client, rows: readonly string[]): Promise<void> {
  const header = "low,high,ica,issuerName,country,productCode,productName";
  await admin.send("POST", "/api/account-ranges/import", [header, ...rows, ""].join("\n"));
}

/** Creates and publishes; answers the id. */
export async function publishRuleset(admin: Client, body: Partial<RulesetInput>): Promise<string> {
  const { id } = created.parse((await admin.send("POST", "/api/rulesets", { name: "Rules", ...body })).body);
  await admin.send("POST", `/api/rulesets/${id}/publish`, {});
  return id;
}

/** A programme that lets every Mastercard test number into one lounge; what is given is laid over it. */
export async function simpleProgramme(
  admin: Client,
  url: string,
  ruleset: Partial<RulesetInput> = {},
  location: Record<string, unknown> = {},
): Promise<{ readonly locationId: string; readonly terminal: Terminal; readonly rulesetId: string }> {
  await importRanges(admin, [
    "5000,5999,0001234,Test Bank,POL,WLE,World Elite",
    "2000,2999,0001234,Test Bank,POL,WLE,World Elite",
  ]);
  const locationId = await createLocation(admin, location);
  const terminal = await createTerminal(admin, url, locationId);
  const criteria = { locations: { locationIds: [locationId] }, ...ruleset.criteria };
  const rulesetId = await publishRuleset(admin, { ...ruleset, criteria });
  return { locationId, terminal, rulesetId };
}

export async function check(
  terminal: Pick<Terminal, "client">,
  pan: string,
  requestId?: string,
): Promise<Answer> {
  const card = { pan, entryMode: "CONTACTLESS" };
  return await terminal.client.request(
    "POST",
    "/pos/check_entry",
    requestId === undefined ? { card } : { requestId, card },
  );
}

const checked = z.looseObject({
  decision: z.string(),
  accessId: z.string(),
  code: z.string().optional(),
  nextFreeAt: z.string().nullish(),
  cardholder: z.object({ cost: z.string(), fee: z.unknown() }).optional(),
  available: z.object({ free: z.unknown(), paid: z.unknown(), nextFreeAt: z.string().nullable() }).optional(),
});

export function outcome(answer: Answer): z.infer<typeof checked> {
  return checked.parse(answer.body);
}

export async function confirm(
  terminal: Terminal,
  accessId: string,
  guests: unknown = 0,
  more: Record<string, unknown> = {},
): Promise<Answer> {
  return await terminal.client.request("POST", "/pos/confirm_entry", { accessId, guests, ...more });
}

/** A test number that passes Luhn, from a published test BIN; `index` makes it another one. */
export function testPan(index: number): string {
  const body = `555555${String(index).padStart(9, "0")}`;
  const digits = Array.from(body, Number).reverse();
  const sum = digits.reduce((total, digit, place) => {
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}
