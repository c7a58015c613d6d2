import { z } from "zod";
import { recordStream } from "../record.ts";
import type { Upcaster } from "../streamKind.ts";
import { role, storedScope } from "./access.ts";

/** Who may sign in to the panel. The password is not here: it lives in a table that can forget it. */
export const storedUser = z.object({
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role,
  scope: storedScope,
  /** Nobody signs in by it until it is enabled again. */
  disabled: z.boolean(),
});
export type UserBody = z.infer<typeof storedUser>;

const withBody = z.looseObject({ body: z.looseObject({}) });

/** Before version 2 nobody could be disabled. */
const neverDisabled: Upcaster = (data) => {
  const { body, ...rest } = withBody.parse(data);
  return { ...rest, body: { ...body, disabled: false } };
};

export const user = recordStream("User", storedUser, {
  UserCreated: [neverDisabled],
  UserChanged: [neverDisabled],
  UserDeleted: [neverDisabled],
});
