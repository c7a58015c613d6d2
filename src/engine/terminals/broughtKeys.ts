import type { Json } from "../../domain/json.ts";
import { keyFlaw, readEncryptionKey, readPublicKey } from "../../vault/terminalKeys.ts";
import { invalid, type Problem } from "../problem.ts";

/** The keys that a device brings with it: read at once, looked at for long only for whoever may have that. */

/** A modulus, and where in the request it stands; null for a key without one. */
export interface Modulus {
  readonly pointer: string;
  readonly n: bigint | null;
}

export interface BroughtKeys {
  readonly kind: "keys";
  /** SPKI, DER, base64. */
  readonly publicKey: string;
  readonly encryptionKey: Json | null;
  readonly moduli: readonly Modulus[];
}

export async function readBroughtKeys(brought: {
  readonly publicKey: string;
  readonly encryptionKey?: Readonly<Record<string, unknown>> | undefined;
}): Promise<BroughtKeys | Problem> {
  const publicKey = readPublicKey(brought.publicKey);
  if (publicKey.kind === "refused") return invalid("/publicKey", publicKey.why);
  const encryptionKey = await readEncryptionKey(brought.encryptionKey);
  if (encryptionKey.kind === "refused") return invalid("/encryptionKey", encryptionKey.why);
  return {
    kind: "keys",
    publicKey: publicKey.key,
    encryptionKey: encryptionKey.key,
    moduli: [
      { pointer: "/publicKey", n: publicKey.n },
      { pointer: "/encryptionKey", n: encryptionKey.n },
    ],
  };
}

/** What only a longer look shows, of the first that has it; null where nothing is wrong. */
export async function flawAmong(moduli: readonly Modulus[]): Promise<Problem | null> {
  for (const { pointer, n } of moduli) {
    const flaw = await keyFlaw(n);
    if (flaw !== null) return invalid(pointer, flaw);
  }
  return null;
}
