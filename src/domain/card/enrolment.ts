import { type Instant, instant, iso } from "../time.ts";
import type { Enrolment } from "./events.ts";

/** What is said of a card that is to be enrolled; what is left out is as the account ranges know the card. */
export interface WantedEnrolment {
  readonly aref: string;
  readonly ica?: string | undefined;
  readonly productCode?: string | undefined;
  /** RFC 3339; left out: from now on. */
  readonly since?: string | undefined;
}

/**
 * `ICA_UNKNOWN`, `PRODUCT_UNKNOWN`: not said, and no account range knows them. `ICA_DIFFERS`: the account ranges know the card
 * as another issuer's.
 */
export type EnrolmentAmiss = "ICA_UNKNOWN" | "ICA_DIFFERS" | "PRODUCT_UNKNOWN" | "SINCE_IN_FUTURE";

/** The details that are kept of it, or what is amiss with what was said. */
export function enrolmentOf(
  wanted: WantedEnrolment,
  issuer: Enrolment["issuer"],
  now: Instant,
): Enrolment | EnrolmentAmiss {
  const { aref, ica = issuer?.ica, productCode = issuer?.productCode, since = iso(now) } = wanted;
  if (ica === undefined) return "ICA_UNKNOWN";
  if (issuer !== null && issuer.ica !== ica) return "ICA_DIFFERS";
  if (productCode === undefined) return "PRODUCT_UNKNOWN";
  if (instant(since) > now) return "SINCE_IN_FUTURE";
  return { aref, ica, productCode, since, issuer };
}
