import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/server.ts";

/** What stands around a request's content: headers, encodings, what proxies say. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: { TRUST_PROXY: "1" } });
});
afterAll(async () => {
  await server.stop();
});

async function signIn(forwarded: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": forwarded },
    body: JSON.stringify({ email: "nobody@example.org", password: "not the right one" }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe("X-Forwarded-For behind a proxy", () => {
  test("isReadAsAddresses", async () => {
    const tries = async (forwarded: string, times: number): Promise<readonly number[]> => {
      const seen: number[] = [];
      for (let index = 0; index < times; index++) seen.push(await signIn(forwarded));
      return seen;
    };
    expect(new Set(await tries("spoofed, 203.0.113.7", 11))).toEqual(new Set([401, 429]));
    // The same address, however the proxy writes it; what stands before it is the caller's own text.
    expect(await tries("203.0.113.7:1234", 1)).toEqual([429]);
    expect(await tries("203.0.113.8", 1)).toEqual([401]);
    expect(await tries("[2001:db8::1]:80", 1)).toEqual([401]);
  });

  test("thatIsNoAddressIsTheProxysOwn", async () => {
    for (const forwarded of ["x".repeat(9_000), "5555 5500 0000 0012", "", ",,,", "\u00ff", "999.1.1.1"])
      expect([401, 429]).toContain(await signIn(forwarded));
  });
});
