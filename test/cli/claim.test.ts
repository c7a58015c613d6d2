import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createLocation } from "../support/programme.ts";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `pos claim`: a simulated device that shows a code. */

let home: Installation;
let product: Product;

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start({ TEST_CLOCK: "1" });
  await createLocation(home.admin(product));
});
afterAll(async () => {
  await home.destroy();
});

async function pos(...words: string[]): Promise<Ran> {
  return await home.pos(product, words);
}

async function stateOf(serialNumber: string): Promise<unknown> {
  return (await home.admin(product).send("GET", `/api/terminals/${serialNumber}`)).body;
}

describe("pos claim", () => {
  test("isRegisteredClaimedAndActive, and works from then on", async () => {
    const ran = await pos("claim", "--json");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const { serialNumber } = z.object({ serialNumber: z.string() }).parse(JSON.parse(ran.stdout));
    expect(await stateOf(serialNumber)).toMatchObject({
      state: "ACTIVE",
      credential: { trust: "ATTESTED" },
    });
    expect((await pos("status", serialNumber)).code).toBe(0);
  });

  test("goesOn after lost replies, an expired code and with a wrong clock", async () => {
    const ran = await pos("claim", "--fault", "lost-reply", "expired-code", "clock-skew");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(
      /← 401[\s\S]+goes by the server's[\s\S]+the code before is void[\s\S]+← 400[\s\S]+asks for another one[\s\S]+answered alike/,
    );
    const serialNumber = /It is (CLAIM-\w+):/.exec(ran.stdout)?.[1] ?? "";
    expect(await stateOf(serialNumber)).toMatchObject({ state: "ACTIVE" });
  });

  test("of a serial number that nobody registered it is one line", async () => {
    const ran = await pos("claim", "NOBODYS");
    expect([ran.code, ran.stderr]).toEqual([
      1,
      "The device got no code: This device can't have a pairing code now.\n",
    ]);
  });
});
