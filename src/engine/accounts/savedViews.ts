import { sql } from "kysely";
import { sqlState, UNIQUE_VIOLATION } from "../../database/sqlState.ts";
import type { Principal } from "../../domain/user/access.ts";
import { mayShareViews, type SavedViewInput, type ShownView } from "../../domain/user/preferences.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/** Views of lists that a user has kept: each is its user's, who may let others see it by their role. */

type Caller = Pick<Principal, "id" | "role">;

/** As it is kept now. */
export interface Kept {
  readonly kind: "kept";
  readonly view: ShownView;
}

const MOST_VIEWS = 100;

/** One's own and those that are shared with one's role, by name. */
export async function savedViewsOf(
  { db }: Pick<Services, "db">,
  { id, role }: Caller,
): Promise<readonly ShownView[]> {
  return await db
    .selectFrom("saved_views")
    .select([
      "id",
      "list",
      "name",
      "search",
      "shared_with as sharedWith",
      sql<boolean>`user_id = ${id}`.as("isOwn"),
    ])
    .where((eb) => eb.or([eb("user_id", "=", id), sql<boolean>`${role} = any(shared_with)`]))
    .orderBy("list")
    .orderBy("name")
    .orderBy("id")
    .$castTo<ShownView>()
    .execute();
}

export async function saveView(
  services: Services,
  caller: Caller,
  view: SavedViewInput,
): Promise<Kept | Problem> {
  const refused = sharingProblem(caller, view.sharedWith);
  if (refused !== null) return refused;
  const { count } = await services.db
    .selectFrom("saved_views")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("user_id", "=", caller.id)
    .executeTakeFirstOrThrow();
  if (count >= MOST_VIEWS)
    return invalid("/name", `there are ${String(MOST_VIEWS)} views already: delete one first`);
  const id = services.newId();
  const { sharedWith, ...rest } = view;
  return await named(async () => {
    await services.db
      .insertInto("saved_views")
      .values({ id, user_id: caller.id, ...rest, shared_with: sharedWith })
      .execute();
    return { kind: "kept", view: { id, ...view, isOwn: true } };
  });
}

/** What of a view is changed; with whom it is shared stays where that is not said. */
export type ViewChange = Pick<SavedViewInput, "name" | "search"> & {
  readonly sharedWith?: SavedViewInput["sharedWith"] | undefined;
};

/** 404 where the caller sees none of this id, 403 where it is somebody else's. */
export async function changeView(
  { db }: Pick<Services, "db">,
  caller: Caller,
  id: string,
  { name, search, sharedWith }: ViewChange,
): Promise<Kept | Problem> {
  const refused = sharingProblem(caller, sharedWith ?? []);
  if (refused !== null) return refused;
  return await named(async () => {
    const changed = await db
      .updateTable("saved_views")
      .set({ name, search, ...(sharedWith === undefined ? {} : { shared_with: sharedWith }) })
      .where("id", "=", id)
      .where("user_id", "=", caller.id)
      .returning(["id", "list", "name", "search", "shared_with as sharedWith"])
      .executeTakeFirst();
    if (changed === undefined) return await notOwn(db, caller, id);
    const { sharedWith: roles, ...view } = changed;
    return { kind: "kept", view: { ...view, sharedWith: [...roles], isOwn: true } };
  });
}

/** Null once it is gone; else as for {@link changeView}. */
export async function deleteView(
  { db }: Pick<Services, "db">,
  caller: Caller,
  id: string,
): Promise<Problem | null> {
  const { numDeletedRows } = await db
    .deleteFrom("saved_views")
    .where("id", "=", id)
    .where("user_id", "=", caller.id)
    .executeTakeFirst();
  return numDeletedRows > 0n ? null : await notOwn(db, caller, id);
}

async function notOwn(db: Services["db"], caller: Caller, id: string): Promise<Problem> {
  const seen = (await savedViewsOf({ db }, caller)).some((view) => view.id === id);
  return seen
    ? problem("FORBIDDEN", "The view is somebody else's: keep it under a name of your own.")
    : problem("NOT_FOUND");
}

function sharingProblem({ role }: Caller, sharedWith: readonly string[]): Problem | null {
  if (sharedWith.length === 0 || mayShareViews(role)) return null;
  return problem("FORBIDDEN", "Views are shared by Admins and Users.");
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
