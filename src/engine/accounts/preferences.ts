import {
  type ChosenPreferences,
  chosenPreferences,
  PREFERENCE_NAMES,
  type PreferencesChange,
} from "../../domain/user/preferences.ts";
import type { Services } from "../services.ts";

/** How the panel looks to each user: kept as it is now, a row a choice, so that two tabs that change two choices keep both. */

export async function preferencesOf(
  { db }: Pick<Services, "db">,
  userId: string,
): Promise<ChosenPreferences> {
  const rows = await db
    .selectFrom("user_preferences")
    .select(["name", "value"])
    .where("user_id", "=", userId)
    .execute();
  // What another release has kept, and this one does not know, is as if it was not chosen.
  return rows.reduce<ChosenPreferences>(
    (kept, { name, value }) => ({ ...kept, ...readable(name, value) }),
    {},
  );
}

export async function changePreferences(
  { db }: Pick<Services, "db">,
  userId: string,
  change: PreferencesChange,
): Promise<void> {
  for (const name of PREFERENCE_NAMES) {
    const wanted = change[name];
    if (wanted === undefined) continue;
    if (wanted === null) {
      await db
        .deleteFrom("user_preferences")
        .where("user_id", "=", userId)
        .where("name", "=", name)
        .execute();
    } else {
      const value = JSON.stringify(wanted);
      await db
        .insertInto("user_preferences")
        .values({ user_id: userId, name, value })
        .onConflict((conflict) => conflict.columns(["user_id", "name"]).doUpdateSet({ value }))
        .execute();
    }
  }
}

/** What a user has chosen and kept goes with the user. */
export async function forgetChoices({ db }: Pick<Services, "db">, userId: string): Promise<void> {
  await db.deleteFrom("user_preferences").where("user_id", "=", userId).execute();
  await db.deleteFrom("saved_views").where("user_id", "=", userId).execute();
}

function readable(name: string, value: string): ChosenPreferences {
  const written: unknown = JSON.parse(value);
  const parsed = chosenPreferences.safeParse({ [name]: written });
  return parsed.success ? parsed.data : {};
}
