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

test("questionsAreSharedOutAmongTheGroupsThatMayTravel, none of them empty or too large", async () => {
  const groups: (readonly string[])[] = [];
  const grouped = new Grouped<string, string>({
    ask: async (questions) => {
      groups.push(questions);
      await new Promise((resolve) => setImmediate(resolve));
      return questions;
    },
    mayBeOnes: () => true,
    maxInFlight: 2,
    maxGroup: 3,
  });
  expect(await outcomesOf(grouped, ["a"])).toEqual(["a"]);
  expect(groups.splice(0)).toEqual([["a"]]);
  expect(await outcomesOf(grouped, ["a", "b", "c"])).toEqual(["a", "b", "c"]);
  expect(groups.splice(0)).toEqual([["a", "b"], ["c"]]);
  const many = Array.from("abcdefgh");
  expect(await outcomesOf(grouped, many)).toEqual(many);
  expect(groups.map(({ length }) => length)).toEqual([3, 3, 1, 1]);
});

test("aQuestionThatIsNotAnsweredFails, and those beside it do not", async () => {
  const grouped = new Grouped<string, string>({
    ask: async (questions) => await Promise.resolve(questions.slice(0, 1)),
    mayBeOnes: () => true,
    maxInFlight: 1,
  });
  expect(await outcomesOf(grouped, ["a", "b"])).toEqual(["a", "failed"]);
  await expect(Promise.all([grouped.ask("a"), grouped.ask("b")])).rejects.toThrow("fewer questions");
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
