// check_entry as a good team would build it in a week: Express, zod, jose, node-pg, and Emmett with its PostgreSQL
// event store. It keeps what the product keeps of the same call: the terminal's token, the card's number only as a
// keyed hash, one stream a card, a decision on the stream's state, appended at the version that was read, the same
// answer for a repeated request id. It has no trace, no receipts, no budgets, no projections, one ruleset in memory.
import { createHmac, createPublicKey, randomUUID } from "node:crypto";
import { CommandHandler } from "@event-driven-io/emmett";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";
import express from "express";
import { jwtVerify } from "jose";
import pg from "pg";
import { z } from "zod";

const { DATABASE_URL, TERMINALS, CONNECTIONS = "20" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(CONNECTIONS) });
await pool.query("create table if not exists cards (pan_hash bytea primary key, card_id text not null)");
await pool.query("create table if not exists terminals (serial text primary key, public_key text not null)");
for (const { serial, publicKey } of JSON.parse(TERMINALS ?? "[]")) {
  await pool.query("insert into terminals values ($1, $2) on conflict do nothing", [serial, publicKey]);
}
const eventStore = getPostgreSQLEventStore(DATABASE_URL);
await eventStore.schema.migrate();

const HMAC_KEY = "a key of the benchmark";
const RULESET = { id: "01J00000000000000000000000", name: "Lounge", version: 1, free: 3, days: 30 };
const DAY = 86_400_000;
const GRANT_LIVES = 300_000;

const request = z.strictObject({
  requestId: z.string().min(1).max(64).optional(),
  card: z.strictObject({
    pan: z
      .string()
      .regex(/^\d{12,19}$/)
      .refine(passesLuhn),
    expiry: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .optional(),
    entryMode: z.enum(["CONTACTLESS", "CHIP", "MAGSTRIPE", "MANUAL"]),
  }),
});

const initialState = () => ({ entries: new Map(), requests: new Map() });

function evolve(state, { type, data }) {
  const { accessId, requestId, at } = data;
  if (requestId !== undefined) state.requests.set(requestId, { type, data });
  if (type === "EntryGranted")
    state.entries.set(accessId, { status: "PENDING", at, expiresAt: data.expiresAt });
  return state;
}

function decide(state, { accessId, requestId, terminal, now }) {
  if (state.requests.has(requestId)) return [];
  const data = { accessId, requestId, terminal, at: now };
  const entries = [...state.entries.values()];
  if (entries.some(({ status, expiresAt }) => status === "PENDING" && now < expiresAt)) {
    return [{ type: "EntryRejected", data: { ...data, code: "TEMPORARILY_BLOCKED" } }];
  }
  const used = entries.filter(
    ({ status, at }) => status === "COMPLETED" && at > now - RULESET.days * DAY,
  ).length;
  if (used >= RULESET.free) return [{ type: "EntryRejected", data: { ...data, code: "LIMIT_EXCEEDED" } }];
  const granted = { ...data, ruleset: RULESET, expiresAt: now + GRANT_LIVES, available: RULESET.free - used };
  return [{ type: "EntryGranted", data: granted }];
}

const handle = CommandHandler({ evolve, initialState, retry: { onVersionConflict: 5 } });
const keys = new Map();
const app = express();
app.use(express.json());

app.post("/pos/check_entry", async (req, res) => {
  const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? "")?.[1] ?? "";
  let terminal;
  try {
    const { payload } = await jwtVerify(
      token,
      async (_header, { payload: unverified }) => keyOf(subject(unverified)),
      {
        algorithms: ["RS256"],
        requiredClaims: ["sub", "iat", "exp"],
      },
    );
    terminal = payload.sub;
  } catch {
    res.status(401).json({ status: 401, code: "UNAUTHENTICATED" });
    return;
  }
  const parsed = request.safeParse(req.body);
  if (!parsed.success) {
    res.status(422).json({ status: 422, code: "INVALID", errors: parsed.error.issues });
    return;
  }
  const { requestId = randomUUID(), card } = parsed.data;
  const cardId = await cardOf(card.pan);
  const command = { accessId: randomUUID(), requestId, terminal, now: Date.now() };
  const { newState, newEvents } = await handle(eventStore, `card-${cardId}`, (state) =>
    decide(state, command),
  );
  res.json(answer(newEvents[0] ?? newState.requests.get(requestId)));
});

function answer({ type, data }) {
  const { accessId } = data;
  if (type === "EntryRejected") {
    return { decision: "REJECTED", accessId, code: data.code, retryable: false, message: "Not now" };
  }
  return {
    decision: "GRANTED",
    accessId,
    expiresAt: new Date(data.expiresAt).toISOString(),
    ruleset: { id: RULESET.id, name: RULESET.name, version: RULESET.version },
    cardholder: { cost: "FREE", fee: null },
    available: { free: data.available, paid: 0, nextFreeAt: null },
    message: `${data.available} free visits left`,
  };
}

/** The payload's subject, before its signature is known to be right. */
function subject(payload) {
  return typeof payload === "string"
    ? JSON.parse(Buffer.from(payload, "base64url").toString()).sub
    : payload?.sub;
}

async function keyOf(serial) {
  let key = keys.get(serial);
  if (key === undefined) {
    const { rows } = await pool.query("select public_key from terminals where serial = $1", [serial]);
    if (rows.length === 0) throw new Error("unknown terminal");
    key = createPublicKey({ key: Buffer.from(rows[0].public_key, "base64"), format: "der", type: "spki" });
    keys.set(serial, key);
  }
  return key;
}

async function cardOf(pan) {
  const hash = createHmac("sha256", HMAC_KEY).update(pan).digest();
  const known = await pool.query("select card_id from cards where pan_hash = $1", [hash]);
  if (known.rows.length > 0) return known.rows[0].card_id;
  const made = await pool.query(
    `insert into cards values ($1, $2) on conflict (pan_hash) do update set pan_hash = excluded.pan_hash
     returning card_id`,
    [hash, randomUUID()],
  );
  return made.rows[0].card_id;
}

function passesLuhn(pan) {
  let sum = 0;
  for (let place = 0; place < pan.length; place += 1) {
    let digit = Number(pan[pan.length - 1 - place]);
    if (place % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on ${server.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));
