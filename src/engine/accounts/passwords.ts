import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";
import type { Services } from "../services.ts";

/** Passwords: argon2id, in a table that can forget them. */

export const password = z.string().min(12, "12 characters or more are wanted").max(200);

let nobody: Promise<string> | null = null;

export async function setPassword(services: Services, userId: string, secret: string): Promise<void> {
  await services.pool.query(
    "insert into user_passwords (user_id, hash) values ($1, $2) on conflict (user_id) do update set hash = excluded.hash",
    [userId, await hash(secret)],
  );
}

/** Costs the same for a user who is not there, or who has no password. */
export async function passwordFits(
  services: Services,
  userId: string | null,
  secret: string,
): Promise<boolean> {
  const { rows } = await services.pool.query<{ hash: string }>(
    "select hash from user_passwords where user_id = $1",
    [userId ?? ""],
  );
  nobody ??= hash(services.randomBytes(16));
  const known = rows[0]?.hash;
  const fits = await verify(known ?? (await nobody), secret);
  return fits && known !== undefined;
}

/** The user can't sign in by password any more. */
export async function forgetPassword({ pool }: Pick<Services, "pool">, userId: string): Promise<void> {
  await pool.query("delete from user_passwords where user_id = $1", [userId]);
}
