import { z } from "zod";
import { recordStream } from "../record.ts";
import { role, storedScope } from "../user/access.ts";

/** An API key: what it may do. The secret's hash lives in a table, and the secret nowhere. */
export const storedKey = z.object({ name: z.string(), role, scope: storedScope });
export type KeyBody = z.infer<typeof storedKey>;

export const key = recordStream("Key", storedKey);
