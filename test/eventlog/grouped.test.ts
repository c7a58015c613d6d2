import { expect, test } from "vitest";
import { Grouped } from "../../src/eventlog/grouped.ts";

class Down extends Error {}

/** Answers a question with itself; fails as the question says. */
function groupedOf(groups: (readonly string[])[]): Grouped<string, string> {
  return new Grouped<string, string>({
    ask: async (questions) => {
      groups.push(questions);
      await new Promise((resolve) => setImmediate(resolve));
      if (questions.includes("down")) throw new Down();
      if (questions.includes("bad")) throw new Error("bad");
      return questions;
    },
    mayBeOnes: (error) => !(error instanceof Down),
    maxInFlight: 1,
  });
}

async function outcomesOf(
  grouped: Grouped<string, string>,
  questions: readonly string[],
): Promise<unknown[]> {
  const settled = await Promise.allSettled(questions.map(async (question) => await grouped.ask(question)));
  return settled.map((one) => (one.status === "fulfilled" ? one.value : "failed"));
}

test("whatWaitsAtTheSameMomentTravelsTogether, each with its own answer", async () => {
  const groups: (readonly string[])[] = [];
  const grouped = groupedOf(groups);
  expect(await outcomesOf(grouped, ["a", "b", "c"])).toEqual(["a", "b", "c"]);
  expect(groups).toEqual([["a", "b", "c"]]);
  expect(await grouped.ask("d")).toBe("d");
});

test("aBadQuestionFailsAlone", async () => {
  expect(await outcomesOf(groupedOf([]), ["a", "bad", "c"])).toEqual(["a", "failed", "c"]);
});

test("aServerThatIsDownFailsAllOfAGroupAtOnce, and the next one is asked again", async () => {
  const groups: (readonly string[])[] = [];
  const grouped = groupedOf(groups);
  expect(await outcomesOf(grouped, ["a", "down", "c"])).toEqual(["failed", "failed", "failed"]);
  expect(groups).toHaveLength(1);
  expect(await outcomesOf(grouped, ["a", "c"])).toEqual(["a", "c"]);
});
