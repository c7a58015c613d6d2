import { createPublicKey } from "node:crypto";
import { importJWK } from "jose";
import { z } from "zod";
import { type Json, jsonValue } from "../../domain/json.ts";
import { iso } from "../../domain/time.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { terminal as terminalDecider, type TerminalLife } from "../../domain/terminal/terminal.ts";
import { secretHash } from "../../vault/hashing.ts";
import { announceHead } from "../gate.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/route.ts";
import type { Services } from "../services.ts";
import { terminalMeta } from "./request.ts";
import type { pairBody } from "./schemas.ts";
import { locationAnswer, settingsAnswer } from "./status.ts";
import { callerBlocked, countWrongTry } from "./wrongTries.ts";

type PairInput = z.infer<typeof pairBody>;

/**
 * Pairing by a code (source document, "Pairing process"). Wrong, unknown, expired and used codes are
 * answered alike; a caller with too many wrong tries is told to wait, except for a right code that
 * was issued after its last wrong try.
 */
export async function pairTerminal(
  services: Services,
  input: PairInput,
  call: { readonly remote: string; readonly traceId: string },
): Promise<Reply | Problem> {
  const publicKey = readPublicKey(input.publicKey);
  if (publicKey.kind === "problem") return publicKey;
  const encryptionKey = await readEncryptionKey(input.encryptionKey);
  if (encryptionKey.kind === "problem") return encryptionKey;
  const stream = terminalStream(input.serialNumber);
  const fresh = await services.gate.freshness([stream]);
  const now = services.now() + fresh.clockOffset;
  const codeHash = secretHash(
    services.keyring,
    "pairing",
    `${input.serialNumber}:${input.pairingCode}`,
  ).toString("hex");
  const blocked = await callerBlocked(services.pool, call.remote, services.now());
  const { state } = await services.terminals.refresh(stream);
  if (
    blocked !== null &&
    !(isRight(state, codeHash, now) && issuedAfter(state, blocked.lastAt + fresh.clockOffset))
  ) {
    const seconds = Math.max(1, Math.ceil((blocked.until - services.now()) / 1000));
    return problem("TOO_MANY_TRIES", undefined, { headers: { "Retry-After": String(seconds) } });
  }
  const credentialId = services.newId();
  const result = await services.executor.execute(services.terminals, {
    stream,
    meta: terminalMeta(services, input.serialNumber, call.traceId, {
      caller: input.serialNumber,
      operation: "pair",
      requestId: credentialId,
    }),
    announce: async (revision) => {
      await announceHead(services.pool, stream, revision);
    },
    decide: (life) =>
      terminalDecider.decide(life, {
        type: "Pair",
        now,
        codeHash,
        credentialId,
        publicKey: publicKey.spki,
        encryptionKey: encryptionKey.jwk,
      }),
  });
  const life = result.folded.state;
  if (result.kind === "refused" || life === null) {
    await countTries(services, stream, input.serialNumber, {
      ...call,
      now,
      right: isRight(state, codeHash, now),
    });
    return problem("PAIRING_REFUSED");
  }
  const location = await locationAnswer(services, life.locationId);
  return reply(
    200,
    {
      status: "PAIRED",
      serialNumber: life.serialNumber,
      serverTime: iso(services.now()),
      location: location?.view ?? null,
      settings: settingsAnswer(location?.body ?? null),
    },
    result.position === null ? {} : { Position: result.position },
  );
}

function isRight(state: TerminalLife | null, codeHash: string, now: number): boolean {
  const enrollment = state?.enrollment;
  return (
    enrollment !== undefined &&
    enrollment.status !== "NONE" &&
    enrollment.codeHash === codeHash &&
    now < enrollment.expiresAt
  );
}

/** Both in business time. */
function issuedAfter(state: TerminalLife | null, at: number): boolean {
  return state !== null && state.enrollment.status !== "NONE" && state.enrollment.issuedAt > at;
}

/** Counts a try of the caller, and of the code that the serial number names, if one can be guessed. */
async function countTries(
  services: Services,
  stream: string,
  serialNumber: string,
  call: { readonly remote: string; readonly traceId: string; readonly now: number; readonly right: boolean },
): Promise<void> {
  await countWrongTry(services.pool, call.remote, services.now());
  if (call.right) return;
  await services.executor.execute(services.terminals, {
    stream,
    meta: terminalMeta(services, serialNumber, call.traceId, {
      caller: serialNumber,
      operation: "wrong-try",
      requestId: services.newId(),
    }),
    announce: async (revision) => {
      await announceHead(services.pool, stream, revision);
    },
    decide: (life) => terminalDecider.decide(life, { type: "CountWrongTry", now: call.now }),
  });
}

/** Base64 of an SPKI as DER or PEM (or the PEM itself): RSA, 2048 to 4096 bits. */
function readPublicKey(text: string): { readonly kind: "key"; readonly spki: string } | Problem {
  const bytes = text.startsWith("-----BEGIN") ? Buffer.from(text) : Buffer.from(text, "base64");
  try {
    const pem = bytes.subarray(0, 10).toString("latin1") === "-----BEGIN";
    const key = pem
      ? createPublicKey({ key: bytes, format: "pem" })
      : createPublicKey({ key: bytes, format: "der", type: "spki" });
    if (pem && !bytes.toString("latin1").includes("PUBLIC KEY"))
      return invalid("/publicKey", "a public key is wanted");
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (key.asymmetricKeyType !== "rsa" || bits < 2048 || bits > 4096) {
      return invalid("/publicKey", "an RSA key of 2048 to 4096 bits is wanted");
    }
    return { kind: "key", spki: key.export({ format: "der", type: "spki" }).toString("base64") };
  } catch {
    return invalid("/publicKey", "base64 of a public key (SPKI, as DER or PEM) is wanted");
  }
}

async function readEncryptionKey(
  input: Record<string, unknown> | undefined,
): Promise<{ readonly kind: "key"; readonly jwk: Json | null } | Problem> {
  if (input === undefined) return { kind: "key", jwk: null };
  const parsed = z
    .union([
      z.object({ kty: z.literal("RSA"), n: z.string().min(340).max(700), e: z.string().max(8) }),
      z.object({
        kty: z.literal("EC"),
        crv: z.enum(["P-256", "P-384", "P-521"]),
        x: z.string().max(100),
        y: z.string().max(100),
      }),
    ])
    .safeParse(input);
  const refused = invalid(
    "/encryptionKey",
    "a public JWK is wanted: RSA from 2048 bits, or EC P-256, P-384 or P-521",
  );
  if (!parsed.success || "d" in input) return refused;
  try {
    await importJWK(parsed.data, parsed.data.kty === "RSA" ? "RSA-OAEP-256" : "ECDH-ES");
    return { kind: "key", jwk: jsonValue.parse(parsed.data) };
  } catch {
    return refused;
  }
}
