import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createLocation } from "../support/programme.ts";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `pos certificate`: a simulated POS system that makes its connections with a certificate. */

let home: Installation;
let product: Product;

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start({ TEST_CLOCK: "1", MTLS_PORT: "0" });
  await createLocation(home.admin(product));
});
afterAll(async () => {
  await home.destroy();
});

async function pos(...words: string[]): Promise<Ran> {
  return await home.pos(product, words);
}

describe("pos certificate", () => {
  test("getsOne, checks a card by it, and works from then on", async () => {
    const ran = await pos("certificate", "--csr", "--fault", "lost-reply", "--json");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const { serialNumber } = z.object({ serialNumber: z.string() }).parse(JSON.parse(ran.stdout));
    const shown = await home.admin(product).send("GET", `/api/terminals/${serialNumber}`);
    expect(shown.body).toMatchObject({ state: "ACTIVE", credential: { trust: "CERTIFICATE" } });
    expect((await pos("status", serialNumber)).code).toBe(0);
  });

  test("goesOn after an expired code and a lost key, and is cut off once it is revoked", async () => {
    const ran = await pos("certificate", "--fault", "expired-code", "lost-reply", "revoked");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(
      /← 403[\s\S]+makes another one[\s\S]+A key is sent once[\s\S]+check_entry[\s\S]+is revoked[\s\S]+was cut/,
    );
  });

  test("says in one line that a code is wrong, or that it does not know where to ask", async () => {
    const lost = await pos("certificate", "ZZZZZZZZ");
    expect([lost.code, lost.stderr]).toEqual([1, "--at is wanted: where the port for certificates is.\n"]);
  });
});
