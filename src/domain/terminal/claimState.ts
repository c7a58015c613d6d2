import type { Instant } from "../time.ts";

/**
 * Claiming: the device asks for a code and shows it, whoever owns it enters the code, the device attests by the key that
 * asked, and is active. Each step leaves what a lost reply needs: asked again in the same way, it answers as before.
 */
export type Claim =
  | { readonly status: "NONE" }
  | {
      /** How far it has come. An expired code is PENDING: nothing happens when it expires. */
      readonly status: "PENDING" | "CLAIMED" | "ATTESTED" | "ACTIVATED";
      readonly codeId: string;
      readonly codeHash: string;
      /** SPKI, DER, base64. */
      readonly publicKey: string;
      readonly issuedAt: Instant;
      readonly expiresAt: Instant;
    };

/** The code of a claim that can still be entered. */
export function isOpen(claim: Claim, now: Instant): boolean {
  return claim.status === "PENDING" && now < claim.expiresAt;
}

/** Where a claim stands, for a terminal that is not paired. */
export function statusByClaim({ status }: Claim): "REGISTERED" | "CLAIMED" | "ATTESTED" {
  switch (status) {
    case "NONE":
    case "PENDING":
    case "ACTIVATED":
      return "REGISTERED";
    case "CLAIMED":
    case "ATTESTED":
      return status;
  }
}

export function advanced(claim: Claim, status: "CLAIMED" | "ATTESTED" | "ACTIVATED"): Claim {
  return claim.status === "NONE" ? claim : { ...claim, status };
}

/** As others may see it: nothing that a request could be made with, or a guess compared with. */
export function claimWithoutSecrets(claim: Claim): Claim {
  return claim.status === "NONE" ? claim : { ...claim, codeHash: "", publicKey: "" };
}
