import type { z } from "zod";
import type { Role, Scope } from "../../../domain/user/access.ts";
import type { Texts } from "../../texts/texts.ts";

/** What somebody, or a key, may see: as a form has it, and in words. */

export interface ScopeForm {
  /** Separated by commas, blanks or lines. */
  readonly icas: string;
  readonly merchantIds: readonly string[];
  readonly locationIds: readonly string[];
}

export const ALL: ScopeForm = { icas: "", merchantIds: [], locationIds: [] };

/** Which parts of a scope a role has. */
export function partsOf(role: string): { readonly icas: boolean; readonly places: boolean } {
  switch (role) {
    case "ADMIN":
      return { icas: false, places: false };
    case "ISSUER":
      return { icas: true, places: false };
    case "SERVICE_PROVIDER":
      return { icas: false, places: true };
    default:
      return { icas: true, places: true };
  }
}

/** What a role does not have is not sent. */
export function scopeOf(role: string, { icas, merchantIds, locationIds }: ScopeForm): Scope {
  const parts = partsOf(role);
  return {
    icas: parts.icas ? icas.split(/[\s,;]+/).filter((ica) => ica !== "") : [],
    merchantIds: parts.places ? [...merchantIds] : [],
    locationIds: parts.places ? [...locationIds] : [],
  };
}

export function formOf({ icas, merchantIds, locationIds }: Scope): ScopeForm {
  return { icas: icas.join(", "), merchantIds, locationIds };
}

/** Roles that live by their scope see nothing without one. */
export function refuseBlindness(
  { role, scope }: { readonly role: Role; readonly scope: Scope },
  context: z.RefinementCtx,
  words: Texts["people"]["scope"],
): void {
  if (role === "ISSUER" && scope.icas.length === 0)
    context.addIssue({ code: "custom", path: ["scope", "icas"], message: words.wantsIcas });
  if (role === "SERVICE_PROVIDER" && scope.merchantIds.length + scope.locationIds.length === 0)
    context.addIssue({ code: "custom", path: ["scope", "merchantIds"], message: words.wantsPlaces });
}

export function scopeInWords(
  { icas, merchantIds, locationIds }: Scope,
  words: Texts["people"]["scope"],
): string {
  const parts = [
    icas.length === 0 ? null : words.icas(icas.length > 3 ? String(icas.length) : icas.join(", ")),
    merchantIds.length === 0 ? null : words.merchants(merchantIds.length),
    locationIds.length === 0 ? null : words.locations(locationIds.length),
  ].filter((part) => part !== null);
  return parts.length === 0 ? words.everything : parts.join(", ");
}
