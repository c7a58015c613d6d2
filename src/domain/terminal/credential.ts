import { z } from "zod";
import type { TrustTier } from "../codes.ts";
import type { Json } from "../json.ts";
import type { Instant } from "../time.ts";
import { heldCertificate } from "./certificate.ts";

/** By what a terminal proves with each request that it is itself. */
export const proof = z.discriminatedUnion("kind", [
  /** It signs its tokens with a key of its own. SPKI, DER, base64. */
  z.object({ kind: z.literal("KEY"), publicKey: z.string() }),
  /** It shows a token that it was given once. Only a keyed hash of it is kept, hex. */
  z.object({ kind: z.literal("BEARER"), tokenHash: z.string() }),
  /** It shows a certificate in every connection. The newest last; those that were revoked are gone. */
  z.object({
    kind: z.literal("CERTIFICATE"),
    posId: z.string(),
    certificates: z.array(heldCertificate),
  }),
]);
export type Proof = z.infer<typeof proof>;

export interface Credential {
  readonly status: "ACTIVE" | "REVOKED";
  readonly id: string;
  readonly trust: TrustTier;
  readonly proof: Proof;
  /** JWK for what is sent encrypted to the terminal. */
  readonly encryptionKey: Json | null;
  readonly since: Instant;
}

/** What a credential proves by itself; an attestation of the device would prove more. */
export function trustOf({ kind }: Proof): TrustTier {
  return kind;
}

/** When it is over by itself: the last of its certificates. Null for what has no end. */
export function endOf(proof: Proof): string | null {
  return proof.kind === "CERTIFICATE" ? (proof.certificates.at(-1)?.until ?? null) : null;
}

/** As others may see it: nothing that a request could be made with, or a guess compared with. */
export function withoutSecrets(credential: Credential): Credential {
  return { ...credential, proof: shownProof(credential.proof), encryptionKey: null };
}

function shownProof(proof: Proof): Proof {
  switch (proof.kind) {
    case "KEY":
      return { kind: proof.kind, publicKey: "" };
    case "BEARER":
      return { kind: proof.kind, tokenHash: "" };
    case "CERTIFICATE":
      // What is told of them later goes by their serial numbers.
      return {
        ...proof,
        certificates: proof.certificates.map((one) => ({ ...one, der: "", publicKey: "" })),
      };
  }
}
