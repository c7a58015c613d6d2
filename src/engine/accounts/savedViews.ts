import { sqlState, UNIQUE_VIOLATION } from "../../database/sqlState.ts";
import type { SavedViewInput } from "../../domain/user/preferences.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/** Views of lists that a user has kept: each is its user's alone. */

export interface SavedView extends SavedViewInput {
  readonly id: string;
}

/** As it is kept now. */
export interface Kept {
  readonly kind: "kept";
  readonly view: SavedView;
}

const MOST_VIEWS = 100;
const COLUMNS = ["id", "list", "name", "search"] as const;

/** By name. */
export async function savedViewsOf(
  { db }: Pick<Services, "db">,
  userId: string,
): Promise<readonly SavedView[]> {
  return await db
    .selectFrom("saved_views")
    .select(COLUMNS)
    .where("user_id", "=", userId)
    .orderBy("list")
    .orderBy("name")
    .execute();
}

export async function saveView(
  services: Services,
  userId: string,
  view: SavedViewInput,
): Promise<Kept | Problem> {
  const { count } = await services.db
    .selectFrom("saved_views")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  if (count >= MOST_VIEWS)
    return invalid("/name", `there are ${String(MOST_VIEWS)} views already: delete one first`);
  const id = services.newId();
  return await named(async () => {
    await services.db
      .insertInto("saved_views")
      .values({ id, user_id: userId, ...view })
      .execute();
    return { kind: "kept", view: { id, ...view } };
  });
}

/** Null where the user has none of this id. */
export async function changeView(
  { db }: Pick<Services, "db">,
  userId: string,
  id: string,
  { name, search }: Pick<SavedViewInput, "name" | "search">,
): Promise<Kept | Problem | null> {
  return await named(async () => {
    const changed = await db
      .updateTable("saved_views")
      .set({ name, search })
      .where("id", "=", id)
      .where("user_id", "=", userId)
      .returning(COLUMNS)
      .executeTakeFirst();
    return changed === undefined ? null : { kind: "kept", view: changed };
  });
}

/** Whether there was one. */
export async function deleteView({ db }: Pick<Services, "db">, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("saved_views")
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** A list has one view of a name. */
async function named<Result>(write: () => Promise<Result>): Promise<Result | Problem> {
  try {
    return await write();
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    return problem("ALREADY_EXISTS", "This list has a view of this name.", {
      errors: [{ pointer: "/name", message: "it is taken" }],
    });
  }
}
