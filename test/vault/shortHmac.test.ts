import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HMAC_BYTES, ShortHmac } from "../../src/vault/shortHmac.ts";

describe("HMAC of short texts", () => {
  it("is what Node's own says, whatever key and text", () => {
    const key = fc.uint8Array({ maxLength: 64 });
    const text = fc.string({ unit: "binary-ascii", maxLength: 55 });
    fc.assert(
      fc.property(key, fc.array(text, { minLength: 1, maxLength: 5 }), (bytes, texts) => {
        const hmac = new ShortHmac(bytes);
        for (const one of texts)
          expect(hmac.of(one)).toEqual(createHmac("sha256", bytes).update(one).digest());
      }),
      { numRuns: 2_000 },
    );
  });

  it("is written where it is wanted, and no further", () => {
    const hmac = new ShortHmac(Buffer.from("key"));
    const target = Buffer.alloc(HMAC_BYTES + 2, 0xee);
    hmac.into("4000000000000002", target, 1, 8);
    const whole = hmac.of("4000000000000002");
    expect(target).toEqual(Buffer.concat([Buffer.of(0xee), whole.subarray(0, 8), Buffer.alloc(25, 0xee)]));
  });

  it("takes no longer key, no longer text, and nothing but ASCII", () => {
    expect(() => new ShortHmac(Buffer.alloc(65))).toThrow(RangeError);
    const hmac = new ShortHmac(Buffer.alloc(64));
    expect(() => hmac.of("x".repeat(56))).toThrow(RangeError);
    expect(() => hmac.of("é")).toThrow(RangeError);
  });
});
