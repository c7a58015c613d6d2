import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InvalidCursorError, type Page, type Projections } from "../../src/projections/index.ts";
import { RULES, SITES } from "./random.ts";
import { ALL, openWorld, type TestWorld } from "./support.ts";
import type { Traffic } from "./traffic.ts";

let world: TestWorld;
let traffic: Traffic;
let projections: Projections;

async function settled(): Promise<void> {
  if (!(await projections.waitFor(traffic.position, 20_000)))
    throw new Error("the read models did not get there");
}

/** Walks a list to its end; `between` runs after each page. */
async function walk<Item>(
  page: (cursor: string | undefined) => Promise<Page<Item>>,
  between: () => Promise<void> = async () => undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    found.push(...items);
    cursor = nextCursor ?? undefined;
    await between();
  } while (cursor !== undefined);
  return found;
}

describe("paging", () => {
  beforeEach(async () => {
    world = await openWorld("memory");
    traffic = world.traffic;
    projections = await world.instance();
  });

  afterEach(async () => {
    await world.dispose();
  });

  test.each(["-at", "at"] as const)(
    "sorted %s it is complete and without duplicates while rows are added",
    async (sort) => {
      const before = new Set<string>();
      for (let n = 0; n < 25; n += 1) {
        // Several at the same instant.
        if (n % 3 === 0) traffic.now += 1_000;
        before.add((await traffic.check(`C${String(n)}`, SITES[0])).accessId);
      }
      await settled();
      const add = async (): Promise<void> => {
        if (before.size + added.size > 40) return;
        added.add((await traffic.check(`N${String(added.size)}`, SITES[0])).accessId);
        await settled();
      };
      const added = new Set<string>();
      const found = await walk(
        async (cursor) => await projections.operations.list({}, ALL, { sort, cursor, limit: 4 }, traffic.now),
        add,
      );
      const ids = found.map(({ accessId }) => accessId);
      expect(new Set(ids).size).toBe(ids.length);
      expect([...before].filter((one) => !ids.includes(one))).toEqual([]);
      const keys = found.map(({ at, accessId }) => `${at} ${accessId}`);
      expect(keys).toEqual(sort === "at" ? keys.toSorted() : keys.toSorted().reverse());
      expect(added.size).toBeGreaterThan(3);
    },
  );

  test.each(["-at", "at"] as const)("sorted %s it is read back as it was read", async (sort) => {
    for (let n = 0; n < 11; n += 1) {
      if (n % 3 === 0) traffic.now += 1_000;
      await traffic.check(`C${String(n)}`, SITES[0]);
    }
    await settled();
    const page = async (cursor?: string) =>
      await projections.operations.list({}, ALL, { sort, cursor, limit: 3 }, traffic.now);
    const idsOf = ({ items }: Page<{ readonly accessId: string }>) => items.map(({ accessId }) => accessId);
    const pages = [await page()];
    for (let last = pages.at(-1); last?.nextCursor != null; last = pages.at(-1))
      pages.push(await page(last.nextCursor));
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 3, 2]);
    for (const [index, { prevCursor, total }] of pages.entries()) {
      expect(total).toBe(11);
      const before = pages[index - 1];
      if (prevCursor === null || before === undefined) continue;
      const read = await page(prevCursor);
      expect(idsOf(read)).toEqual(idsOf(before));
      expect(read.nextCursor).toBe(before.nextCursor);
      expect(read.prevCursor).toBe(before.prevCursor);
    }
    // Before the first page there is what has come since, of a list with the newest first.
    const [first] = pages;
    if (first?.prevCursor == null) throw new Error("the first page says how to read what comes before it");
    expect(idsOf(await page(first.prevCursor))).toEqual([]);
    expect((await page(first.prevCursor)).prevCursor).toBe(first.prevCursor);
    traffic.now += 1_000;
    const { accessId } = await traffic.check("New", SITES[0]);
    await settled();
    expect(idsOf(await page(first.prevCursor))).toEqual(sort === "-at" ? [accessId] : []);
    await expect(
      projections.cards.list({}, ALL, { sort: "-lastSeenAt", cursor: first.prevCursor }),
    ).rejects.toThrow(InvalidCursorError);
    const other = sort === "at" ? "-at" : "at";
    await expect(
      projections.operations.list({}, ALL, { sort: other, cursor: first.prevCursor }, 0),
    ).rejects.toThrow(InvalidCursorError);
  });

  test("cardsSeenAtTheSameInstantAreEachOnOnePage", async () => {
    for (let n = 0; n < 9; n += 1) await traffic.check(`C${String(n)}`, SITES[0]);
    await settled();
    for (const sort of ["lastSeenAt", "-lastSeenAt"] as const) {
      const found = await walk(
        async (cursor) => await projections.cards.list({}, ALL, { sort, cursor, limit: 2 }),
      );
      const wanted = Array.from({ length: 9 }, (_, n) => `C${String(n)}`);
      const ids = found.map(({ cardId }) => cardId);
      expect(ids).toEqual(sort === "lastSeenAt" ? wanted : wanted.toReversed());
    }
  });

  test("visitsOfTheSameInstantAreEachOnOnePage: where a budget begins to count them", async () => {
    await traffic.publish(RULES[0], {});
    const granted = new Map<string, string>();
    for (let n = 0; n < 6; n += 1) {
      const card = `C${String(n)}`;
      granted.set(card, (await traffic.check(card, SITES[0])).accessId);
    }
    for (const [card, accessId] of granted) await traffic.confirm(card, accessId);
    await settled();
    const { rows } = await world.pool.query<{ ruleset_id: string; access_id: string }>(
      "select ruleset_id, access_id from card_visits where confirmed_at is not null order by access_id",
    );
    const counts = new Map<string, string[]>();
    for (const row of rows)
      counts.set(row.ruleset_id, [...(counts.get(row.ruleset_id) ?? []), row.access_id]);
    expect(Math.max(...[...counts.values()].map(({ length }) => length))).toBeGreaterThan(2);
    for (const [rulesetId, wanted] of counts) {
      const found: string[] = [];
      let after = null;
      for (;;) {
        const page: readonly { accessId: string; visitAt: string; cardId: string }[] =
          await projections.quotas.uncounted(rulesetId, { after }, 2);
        const last = page.at(-1);
        if (last === undefined) break;
        found.push(...page.map(({ accessId }) => accessId));
        after = { accessId: last.accessId, visitAt: last.visitAt };
      }
      expect(found).toEqual(wanted);
    }
  });

  test("a cursor of another sort, or none at all, is refused, and so is a limit out of bounds", async () => {
    for (let n = 0; n < 3; n += 1) await traffic.check("C1", SITES[0]);
    await settled();
    const { operations } = projections;
    const { nextCursor, total, totalExact } = await operations.list({}, ALL, { limit: 2 }, 0);
    expect([total, totalExact]).toEqual([3, true]);
    const cursor = nextCursor ?? "";
    await expect(operations.list({}, ALL, { cursor, sort: "at" }, 0)).rejects.toThrow(InvalidCursorError);
    await expect(operations.list({}, ALL, { cursor: "x" }, 0)).rejects.toThrow(InvalidCursorError);
    const forged = Buffer.from(JSON.stringify(["-at", "no time", "x"])).toString("base64url");
    await expect(operations.list({}, ALL, { cursor: forged }, 0)).rejects.toThrow(InvalidCursorError);
    for (const limit of [0, 501, 1.5]) {
      await expect(operations.list({}, ALL, { limit }, 0)).rejects.toThrow(RangeError);
    }
    expect((await operations.list({}, ALL, { limit: 500, cursor }, 0)).items).toHaveLength(1);
  });

  test("the total is exact to 10,000, and above a rollup", async () => {
    await traffic.check("C1", SITES[0]);
    await settled();
    const copies = async (from: number, to: number): Promise<void> => {
      await world.pool.query(
        `insert into operations
         select r.* from (select to_jsonb(o) as row from operations o limit 1) one, generate_series($1::int, $2::int) n,
           jsonb_populate_record(null::operations, one.row || jsonb_build_object('access_id', 'X' || n)) r`,
        [from, to],
      );
    };
    await copies(2, 10_000);
    expect(await projections.operations.list({}, ALL, { limit: 1 }, 0)).toMatchObject({
      total: 10_000,
      totalExact: true,
    });
    await copies(10_001, 10_001);
    expect(await projections.operations.list({}, ALL, { limit: 1 }, 0)).toMatchObject({
      total: 10_000,
      totalExact: false,
    });
  });
});
