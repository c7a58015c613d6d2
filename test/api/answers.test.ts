import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reply } from "../../src/api/http/answer.ts";
import { type AnyRoute, route } from "../../src/api/http/route.ts";

const shape = z.object({ id: z.string(), names: z.array(z.string()), at: z.string().nullable() });
const common = { method: "GET", path: "/", summary: "", tag: "", security: "none" } as const;
const names: readonly string[] = ["a"];

/** Whoever takes a type away makes `tsc` say that a directive here is not needed. */
const routes: readonly AnyRoute[] = [
  route({
    ...common,
    answers: { 200: shape, 204: null },
    handle: async () => reply(200, { id: "1", names, at: null }),
  }),
  route({ ...common, answers: { 200: shape, 204: null }, handle: async () => reply(204, null) }),
  // @ts-expect-error a member is of another type
  route({ ...common, answers: { 200: shape }, handle: async () => reply(200, { id: 1, names, at: null }) }),
  // @ts-expect-error a member is missing
  route({ ...common, answers: { 200: shape }, handle: async () => reply(200, { id: "1", names }) }),
  // @ts-expect-error the status is not declared
  route({ ...common, answers: { 200: shape }, handle: async () => reply(201, { id: "1", names, at: null }) }),
  // @ts-expect-error there is no body where one is declared
  route({ ...common, answers: { 200: shape }, handle: async () => reply(200, null) }),
  // @ts-expect-error the body is of the other status
  route({ ...common, answers: { 200: shape, 201: z.string() }, handle: async () => reply(200, "1") }),
];

describe("answers", () => {
  it("compileOnlyAsDeclared", () => {
    expect(routes.map(({ answers }) => Object.keys(answers))).toEqual([
      ["200", "204"],
      ["200", "204"],
      ["200"],
      ["200"],
      ["200"],
      ["200"],
      ["200", "201"],
    ]);
  });
});
