import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `pos device`: a simulated device at its live connection. */

let home: Installation;
let product: Product;

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start();
});
afterAll(async () => {
  await home.destroy();
});

async function device(...words: string[]): Promise<Ran> {
  return await home.run(["pos", "--url", product.url, "--data-dir", home.dataDir, "device", ...words], {
    ADMITTANCE_KEY: home.adminKey,
  });
}

const told = z.object({
  sold: z.looseObject({ state: z.string(), failure_code: z.string().nullable() }),
  cancelled: z.looseObject({ failure_code: z.string() }),
  alone: z.looseObject({ failure_code: z.string() }),
});

describe("pos device", () => {
  test("isActivatedSellsBreaksOffAndIsMissedWhenItHasGone", async () => {
    const ran = await device("--json");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(told.parse(JSON.parse(ran.stdout))).toMatchObject({
      sold: { state: "SUCCEEDED", failure_code: null },
      cancelled: { failure_code: "CANCELLATION_VIA_API" },
      alone: { failure_code: "DEVICE_UNREACHABLE" },
    });
  });

  test("comesAgainWhenItsLineIsCutAndTellsWhatItDid", async () => {
    const ran = await device("--fault", "dropped-socket", "lost-reply");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/line is cut[\s\S]*Connected[\s\S]*the transfer is SUCCEEDED/);
  });

  test("declines", async () => {
    const ran = await device("--fault", "declined", "--json");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(told.parse(JSON.parse(ran.stdout)).sold).toMatchObject({
      state: "FAILED",
      failure_code: "DECLINED",
    });
  });
});
