import { describe, expect, it } from "vitest";
import type { Upcasters } from "../../src/domain/streamKind.ts";
import { latestVersion, UnknownEventError, upcast } from "../../src/eventlog/upcasters.ts";

const registry: Upcasters = {
  Stable: [],
  Grown: [(data) => [data, "from 1"], (data) => [data, "from 2"]],
};

describe("upcast", () => {
  it("everyVersionReachesTheLatest: by each step once, in order", () => {
    expect(upcast("Grown", 1, "old", registry)).toEqual([["old", "from 1"], "from 2"]);
    expect(upcast("Grown", 2, "newer", registry)).toEqual(["newer", "from 2"]);
    expect(upcast("Grown", 3, "latest", registry)).toBe("latest");
    expect(upcast("Stable", 1, "as it is", registry)).toBe("as it is");
    expect(latestVersion("Grown", registry)).toBe(3);
    expect(latestVersion("Stable", registry)).toBe(1);
  });

  it.each([
    ["Unheard", 1],
    ["toString", 1],
    ["Grown", 4],
    ["Stable", 2],
    ["Grown", 0],
    ["Grown", 1.5],
  ])("unknownFailsClosed: %s version %d", (type, version) => {
    expect(() => upcast(type, version, {}, registry)).toThrow(UnknownEventError);
  });
});
