import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `pos enroll`: a simulated device that comes in by a code. */

let home: Installation;
let product: Product;

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start();
});
afterAll(async () => {
  await home.destroy();
});

async function pos(...words: string[]): Promise<Ran> {
  return await home.pos(product, words);
}

async function terminal(serialNumber: string): Promise<unknown> {
  return (await home.admin(product).send("GET", `/api/terminals/${serialNumber}`)).body;
}

describe("pos enroll", () => {
  test("comesInByACodeThatWasMade, keeps its token, and works from then on", async () => {
    const made = await home.admin(product).send("POST", "/ipp/v1/enrollments", { metadata: { a: "b" } });
    const { enrollment_code } = z.object({ enrollment_code: z.string() }).parse(made.body);
    const ran = await pos("enroll", enrollment_code, "--hardware-id", "CLI-1", "--name", "Desk", "--json");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      hardware_id: "CLI-1",
      name: "Desk",
      metadata: { a: "b" },
    });
    expect(await terminal("CLI-1")).toMatchObject({ status: "PAIRED", credential: { trust: "BEARER" } });
    expect((await pos("status", "CLI-1")).code).toBe(0);
  });

  test("makesItsCodeItself, and with a key of its own asks for a lost reply again", async () => {
    const ran = await pos("enroll", "--hardware-id", "CLI-2", "--own-key", "--fault", "lost-reply");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("The reply is lost");
    expect(await terminal("CLI-2")).toMatchObject({ credential: { trust: "KEY" } });
    expect((await pos("status", "CLI-2")).code).toBe(0);
  });

  test("enrolls anew, by another code, where the reply with its token was lost", async () => {
    const ran = await pos("enroll", "--hardware-id", "CLI-5", "--fault", "lost-reply");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/PAIRING_REFUSED[\s\S]+A token is shown once[\s\S]+DELETE \/ipp\/v1\/devices/);
    expect(await terminal("CLI-5")).toMatchObject({ status: "PAIRED", credential: { trust: "BEARER" } });
    expect((await pos("status", "CLI-5")).code).toBe(0);
  });

  test("says in one line what to do about a token that was lost, and about a code that counts no longer", async () => {
    const made = await home.admin(product).send("POST", "/ipp/v1/enrollments", {});
    const { enrollment_code } = z.object({ enrollment_code: z.string() }).parse(made.body);
    const lost = await pos("enroll", enrollment_code, "--hardware-id", "CLI-3", "--fault", "lost-reply");
    expect([lost.code, lost.stderr]).toEqual([
      1,
      "A token is shown once: deregister the device, and enroll it by another code.\n",
    ]);
    const wrong = await pos("enroll", "ZZZZZZZZ");
    expect([wrong.code, wrong.stderr.split("\n").length]).toEqual([1, 2]);
    const expired = await pos("enroll", "--hardware-id", "CLI-4", "--fault", "expired-code");
    expect([expired.code, expired.stderr]).toEqual([0, ""]);
    expect(expired.stdout).toContain("403 PAIRING_REFUSED");
  });
});

describe("pos rotate-key", () => {
  test("replacesTheKey, also where the reply is lost, and goes on by the new one", async () => {
    await pos("enroll", "--hardware-id", "CLI-R", "--own-key");
    const before = await terminal("CLI-R");
    const ran = await pos("rotate-key", "CLI-R", "--fault", "lost-reply");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("oldKeyUntil");
    expect(await terminal("CLI-R")).not.toMatchObject({ credential: idOf(before) });
    expect((await pos("status", "CLI-R")).code).toBe(0);
    const given = await pos("enroll", "--hardware-id", "CLI-B");
    expect(given.code).toBe(0);
    const refused = await pos("rotate-key", "CLI-B");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "It shows a token that it was given: it has no key to replace.\n",
    ]);
  });
});

function idOf(shown: unknown): unknown {
  const { credential } = z.object({ credential: z.object({ id: z.string() }) }).parse(shown);
  return credential;
}
