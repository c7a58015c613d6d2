import { z } from "zod";
import type { Visibility } from "../../domain/user/access.ts";
import type { RecordLife } from "../../domain/record.ts";
import { storedUser, type UserBody } from "../../domain/user/events.ts";
import { type AccountFacts, accountFacts } from "../../engine/accounts/facts.ts";
import type { Services } from "../../engine/services.ts";
import { recordedShape, recordView } from "./records.ts";
import { type Sign, signer } from "./signatures.ts";

/** How users are answered: what stands in their events, and what is known of their signing in. */

export const userStatus = z.enum(["ACTIVE", "INVITED", "DISABLED"]);

export const userShape = recordedShape(storedUser.omit({ disabled: true })).extend({
  status: userStatus.describe(
    "`ACTIVE`: may sign in. `INVITED`: has no password yet. `DISABLED`: may not, until enabled again.",
  ),
  lastSignInAt: z.string().nullable(),
  invitedUntil: z.string().nullable(),
});
export type UserView = z.infer<typeof userShape>;

export async function userView(
  life: RecordLife<UserBody>,
  sign: Sign,
  { hasPassword, lastSignInAt, invitedUntil }: AccountFacts,
): Promise<UserView> {
  const { disabled, ...body } = await recordView(life, sign);
  return {
    ...body,
    status: disabled ? "DISABLED" : hasPassword ? "ACTIVE" : "INVITED",
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
    invitedUntil: invitedUntil?.toISOString() ?? null,
  };
}

/** One alone. */
export async function viewOfUser(
  services: Services,
  life: RecordLife<UserBody>,
  visibility: Visibility,
): Promise<UserView> {
  const factsOf = await accountFacts(services, [life.id]);
  return await userView(life, signer(services, visibility), factsOf(life.id));
}
