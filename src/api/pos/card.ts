import { compactDecrypt, errors, importJWK, type JWK } from "jose";
import type { z } from "zod";
import type { Keyring } from "../../vault/keyring.ts";
import { fieldErrors, invalid, type Problem, problem } from "../http/problems.ts";
import { cardInput, type PlainCard, plainCard } from "./schemas.ts";

export type ReadCard = { readonly kind: "card"; readonly card: PlainCard } | Problem;

/** Opens and checks the `card` member: as it is, or encrypted to the server's published key. */
export async function readCard(keyring: Keyring, input: unknown): Promise<ReadCard> {
  if (typeof input !== "object" || input === null || !("jwe" in input)) {
    return checked(plainCard.safeParse(input));
  }
  // The union names the one form that has a jwe, and refuses whatever stands beside it.
  const form = cardInput.safeParse(input);
  if (!form.success || !("jwe" in form.data))
    return invalid("/card/jwe", "a compact JWE and nothing else is wanted");
  const opened = await decrypt(keyring, form.data.jwe);
  return opened.kind === "problem" ? opened : checked(plainCard.safeParse(opened.value));
}

function checked(result: z.ZodSafeParseResult<PlainCard>): ReadCard {
  if (result.success) return { kind: "card", card: result.data };
  return problem("INVALID_REQUEST", undefined, { errors: fieldErrors(result.error, "/card") });
}

/** An imported key, and the JWK that it was made of. */
let imported: { readonly jwk: JWK; readonly key: ReturnType<typeof importJWK> } | null = null;

/** To import the key costs as much as to open a card with it: that is done once. */
async function openingKey(jwk: JWK): ReturnType<typeof importJWK> {
  if (imported?.jwk !== jwk) imported = { jwk, key: importJWK(jwk, "RSA-OAEP-256") };
  return await imported.key;
}

async function decrypt(
  keyring: Keyring,
  jwe: string,
): Promise<{ readonly kind: "opened"; readonly value: unknown } | Problem> {
  try {
    const key = await openingKey(keyring.cardEncryption);
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: ["RSA-OAEP-256"],
      contentEncryptionAlgorithms: ["A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512"],
      maxDecompressedLength: 4_096,
    });
    const value: unknown = JSON.parse(Buffer.from(plaintext).toString("utf8"));
    return { kind: "opened", value };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
      return invalid("/card/jwe", "it can't be opened with the server's key (see /.well-known/jwks.json)");
    }
    throw error;
  }
}
