import { z } from "zod";
import { ica, ulid } from "../codes.ts";

/** Roles of the panel and of API keys (source document, "Users"), and what each may do. */
export const ROLES = ["ADMIN", "USER", "SERVICE_PROVIDER", "ISSUER", "CALL_CENTER", "AUDITOR"] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Limits a role to some issuers, merchants or locations. Empty lists limit nothing, except for the roles that live by them. */
export const scope = z.strictObject({
  icas: z.array(ica).max(1_000).default([]),
  merchantIds: z.array(ulid).max(1_000).default([]),
  locationIds: z.array(ulid).max(1_000).default([]),
});
/** As events keep it. */
export const storedScope = z.object({
  icas: z.array(z.string()),
  merchantIds: z.array(z.string()),
  locationIds: z.array(z.string()),
});
export type Scope = z.infer<typeof storedScope>;

/** Administrators see to the scopes of others, and have none. */
export function hasSoundScope({ role: who, scope: limits }: Pick<Principal, "role" | "scope">): boolean {
  return who !== "ADMIN" || limits.icas.length + limits.merchantIds.length + limits.locationIds.length === 0;
}
export const ADMIN_SCOPE = { path: ["scope"], error: "an administrator has no scope" };

export const EVERYTHING: Scope = { icas: [], merchantIds: [], locationIds: [] };

/** What can be done; a route names the one it wants. */
export const PERMISSIONS = [
  "merchants:read",
  "merchants:write",
  "locations:read",
  "locations:write",
  "terminals:read",
  "terminals:write",
  "terminals:codes",
  "devices:command",
  "rulesets:read",
  "rulesets:write",
  "accountRanges:read",
  "accountRanges:write",
  "transactions:read",
  "transactions:write",
  "rates:write",
  "whitelist:read",
  "whitelist:write",
  "operations:read",
  "dashboard:read",
  "operations:reverse",
  "operations:export",
  "offline:read",
  "offline:review",
  "cards:read",
  "cards:lookup",
  "cards:export",
  "cards:hash",
  "cards:write",
  "adjustments:read",
  "adjustments:propose",
  "adjustments:decide",
  "terms:read",
  "terms:write",
  "users:write",
  "keys:write",
  "branding:write",
  "messages:read",
  "messages:write",
  "webhooks:read",
  "webhooks:write",
  "audit:read",
  "system:write",
  "connections:read",
  "connections:test",
  "payments:read",
  "payments:resolve",
  "imports:read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const READS: readonly Permission[] = [
  "merchants:read",
  "locations:read",
  "terminals:read",
  "rulesets:read",
  "accountRanges:read",
  "transactions:read",
  "whitelist:read",
  "operations:read",
  "cards:read",
  "adjustments:read",
  "terms:read",
  "dashboard:read",
  "imports:read",
];

/** The role table of the wire contract, route by route. */
export const MAY: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  ADMIN: new Set(PERMISSIONS),
  USER: new Set<Permission>([
    ...READS,
    "payments:read",
    "payments:resolve",
    "operations:export",
    "offline:read",
    "offline:review",
    "merchants:write",
    "locations:write",
    "terminals:write",
    "terminals:codes",
    "devices:command",
    "rulesets:write",
    "messages:read",
    "messages:write",
    "accountRanges:write",
    "transactions:write",
    "rates:write",
    "whitelist:write",
    "cards:lookup",
    "cards:export",
    "cards:hash",
    "cards:write",
    "adjustments:propose",
    "adjustments:decide",
    "terms:write",
  ]),
  SERVICE_PROVIDER: new Set<Permission>([
    "dashboard:read",
    "merchants:read",
    "locations:read",
    "terminals:read",
    "terminals:codes",
    "devices:command",
    "operations:read",
    "operations:reverse",
    "payments:read",
    "operations:export",
    "offline:read",
    "terms:read",
  ]),
  ISSUER: new Set<Permission>([
    "dashboard:read",
    "operations:read",
    "operations:export",
    "cards:read",
    "cards:lookup",
    "cards:export",
    "cards:hash",
    "rulesets:read",
    "terms:read",
  ]),
  CALL_CENTER: new Set<Permission>([
    "operations:read",
    "cards:read",
    "cards:lookup",
    "adjustments:read",
    "adjustments:propose",
    "terms:read",
  ]),
  AUDITOR: new Set<Permission>([
    ...READS,
    "operations:export",
    "offline:read",
    "cards:export",
    "messages:read",
    "webhooks:read",
    "audit:read",
    "connections:read",
    "payments:read",
  ]),
};

/** Someone who signed in, or a key. */
export interface Principal {
  readonly kind: "user" | "key" | "system";
  readonly id: string;
  readonly role: Role;
  readonly scope: Scope;
}

/** How it is named in the log, and by whom a key of idempotency is: `user <id>`, `key <id>`, `system <id>`. */
export function callerOf({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}

/** A Service Provider sees only places in scope; an Issuer only its ICAs. With nothing in scope they see nothing. */
export interface Visibility {
  /** Null: all of them. */
  readonly places: {
    readonly merchantIds: readonly string[];
    readonly locationIds: readonly string[];
  } | null;
  readonly icas: readonly string[] | null;
}

export function visibilityOf({ role: who, scope: limits }: Pick<Principal, "role" | "scope">): Visibility {
  const anyPlace = limits.merchantIds.length + limits.locationIds.length === 0;
  const places = { merchantIds: limits.merchantIds, locationIds: limits.locationIds };
  return {
    places: who === "SERVICE_PROVIDER" || !anyPlace ? places : null,
    icas: who === "ISSUER" || limits.icas.length > 0 ? limits.icas : null,
  };
}

/** Nothing is out of sight. */
export function isUnlimited({ places, icas }: Visibility): boolean {
  return places === null && icas === null;
}

/** Whoever is limited to issuers only has no place of its own, and writes none. */
export function mayWritePlaces({ places, icas }: Visibility): boolean {
  return places !== null || icas === null;
}

export function seesPlace(
  visibility: Visibility,
  place: { readonly locationId: string | null; readonly merchantId: string | null },
): boolean {
  const { places } = visibility;
  if (places === null) return true;
  return (
    (place.locationId !== null && places.locationIds.includes(place.locationId)) ||
    (place.merchantId !== null && places.merchantIds.includes(place.merchantId))
  );
}

export function seesIca(visibility: Visibility, cardIca: string | null): boolean {
  return visibility.icas === null || (cardIca !== null && visibility.icas.includes(cardIca));
}
