import type { z } from "zod";
import type { Permission } from "../../domain/user/access.ts";
import {
  InvalidCursorError,
  type Page,
  type PageBothWays,
  type PageRequest,
} from "../../projections/page.ts";
import { type Answer, reply } from "../http/answer.ts";
import { invalid, type Problem } from "../http/problems.ts";
import { actorNames, type NameActor } from "./actors.ts";
import { listBothWaysOf, listOf, readableCursor } from "./page.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "./secured.ts";
import { type Sign, signerBy } from "./signatures.ts";

/** What a list may ask of the request: who asks, when, and how people are named. */
export type ListCall = Pick<ManagementCall<unknown, unknown, unknown>, "visibility" | "write"> & {
  readonly nameOf: NameActor;
  readonly sign: Sign;
};

type PageQuery = PageRequest<string>;

/** The part of the query that says which page: `sort` as this list takes it, if it does. */
export interface PageOf<Query extends PageQuery> {
  readonly sort: Query["sort"];
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** A list: what is asked for, where it is found, and how one of it is answered. */
export interface Listing<Query extends PageQuery, Item, Shown extends z.ZodType> {
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly permission: Permission;
  /** `paging`, a `sort` where there is a choice, and the filters. */
  readonly query: z.ZodType<Query>;
  readonly load: (
    filter: Omit<Query, keyof PageQuery>,
    page: PageOf<Query>,
    call: ListCall,
  ) => Promise<Page<Item> | PageBothWays<Item>>;
  /** Whether `load` answers how what comes before a page is read. */
  readonly isBothWays?: boolean;
  readonly item: Shown;
  readonly view: (
    item: Item,
    call: ListCall,
  ) => z.output<Shown> | Answer<Shown> | Promise<z.output<Shown> | Answer<Shown>>;
}

/** The route of a list that is read page by page: every list of the API is one of these. */
export function listPage<Query extends PageQuery, Item, Shown extends z.ZodType>(
  { services, secure }: Pick<Kit, "services" | "secure">,
  { load, item, view, isBothWays = false, ...route }: Listing<Query, Item, Shown>,
): SecuredAnyRoute {
  const answer: z.ZodType<Listed<z.output<Shown> | Answer<Shown>>> = isBothWays
    ? listBothWaysOf(item)
    : listOf(item);
  return secure({
    ...route,
    method: "GET",
    answers: { 200: answer },
    handle: async ({ query: { sort, cursor, limit, ...filter }, visibility, write }) => {
      if (cursor !== undefined && !readableCursor(cursor)) return wrongCursor();
      const nameOf = actorNames(services, visibility);
      const call: ListCall = { visibility, write, nameOf, sign: signerBy(nameOf) };
      try {
        const page = await load(filter, { sort, cursor, limit }, call);
        const { items, nextCursor, total, totalExact } = page;
        const shown = await Promise.all(items.map(async (one) => await view(one, call)));
        const way = "prevCursor" in page ? { prevCursor: page.prevCursor } : {};
        return reply(200, { items: shown, nextCursor, ...way, total, totalExact });
      } catch (error) {
        if (error instanceof InvalidCursorError) return wrongCursor();
        throw error;
      }
    },
  });
}

interface Listed<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly prevCursor?: string | null;
  readonly total: number;
  readonly totalExact: boolean;
}

function wrongCursor(): Problem {
  return invalid("/query/cursor", "it is none that this list has answered with this sort");
}
