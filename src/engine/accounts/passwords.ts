import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";
import type { Services } from "../services.ts";

/** Passwords: argon2id, in a table that can forget them. */

export const password = z.string().min(12, "12 characters or more are wanted").max(200);

let nobody: Promise<string> | null = null;

export async function setPassword(services: Services, userId: string, secret: string): Promise<void> {
  const hashed = await hash(secret);
  await services.db
    .insertInto("user_passwords")
    .values({ user_id: userId, hash: hashed })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ hash: hashed }))
    .execute();
}

/** Costs the same for a user who is not there, or who has no password. */
export async function passwordFits(
  services: Services,
  userId: string | null,
  secret: string,
): Promise<boolean> {
  const row = await services.db
    .selectFrom("user_passwords")
    .select("hash")
    .where("user_id", "=", userId ?? "")
    .executeTakeFirst();
  nobody ??= hash(services.randomBytes(16));
  const known = row?.hash;
  const fits = await verify(known ?? (await nobody), secret);
  return fits && known !== undefined;
}

/** The user can't sign in by password any more. */
export async function forgetPassword({ db }: Pick<Services, "db">, userId: string): Promise<void> {
  await db.deleteFrom("user_passwords").where("user_id", "=", userId).execute();
}
