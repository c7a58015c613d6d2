import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Journal, openJournal } from "../../src/terminalKit/journal.ts";
import { lineOf, UnknownRecordError } from "../../src/terminalKit/journalLine.ts";
import { type Send, sendReports } from "../../src/terminalKit/reports.ts";
import { Disk, PowerLost } from "./support/disk.ts";
import { decided, outcomes, RULESET, ServerModel } from "./support/reports.ts";

/** A terminal's journal: what the door was opened for is in it, whatever happens. */

const START = Date.UTC(2027, 4, 10, 12);
const DAY = 86_400_000;

async function tap(journal: Journal, card: string, at: number, reportId?: string): Promise<number> {
  return await journal.decide(async (number) => {
    const one = decided(number, card, at, reportId === undefined ? {} : { reportId });
    return { decided: one, result: number };
  });
}

async function reopened(disk: Disk): Promise<Journal> {
  return await openJournal(disk);
}

describe("a journal", () => {
  test("numbersWhatIsDecided, and goes on after a restart", async () => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    expect([await tap(journal, "a", START), await tap(journal, "b", START + 1)]).toEqual([1, 2]);
    const again = await reopened(disk);
    expect(again.pending()).toEqual(journal.pending());
    expect(again.lastAt).toBe(START + 1);
    expect(await tap(again, "a", START + 2)).toBe(3);
  });

  test("decidesOneAfterTheOther: two taps at once have two numbers, and the second counts the first", async () => {
    const journal = await openJournal(new Disk());
    const seen: number[] = [];
    const one = async (): Promise<number> =>
      await journal.decide(async (number) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(journal.letIn("a", START).ofCard);
        return { decided: decided(number, "a", START), result: number };
      });
    expect(await Promise.all([one(), one(), one()])).toEqual([1, 2, 3]);
    expect(seen).toEqual([0, 1, 2]);
  });

  test("whatIsNotWrittenDownHasNoNumber", async () => {
    const journal = await openJournal(new Disk());
    await journal.decide(async () => ({ decided: null, result: null }));
    expect(await tap(journal, "a", START)).toBe(1);
  });

  test.each(Array.from({ length: 12 }, (_, index) => index))(
    "aLastLineCutAt %i twelfths is cut off",
    async (part) => {
      const disk = new Disk();
      const journal = await openJournal(disk);
      await tap(journal, "a", START);
      const whole = disk.text;
      disk.losesPowerAfter = Math.floor((whole.length * part) / 12);
      await expect(tap(journal, "b", START)).rejects.toThrow(PowerLost);
      const again = await reopened(disk);
      expect(disk.text).toBe(whole);
      expect([again.damaged, again.nextNumber]).toEqual([[], 2]);
    },
  );

  test("aDamagedLineIsNamed, its number is nobody's, and it stays", async () => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    for (const card of ["a", "b", "c"]) await tap(journal, card, START);
    const lines = disk.text.split("\n");
    const damaged = (lines[2] ?? "").replace("ADMITTED", "REFUSED!");
    disk.text = [lines[0], lines[1], damaged, ""].join("\n");
    const again = await reopened(disk);
    expect([again.damaged, again.pending().map(({ number }) => number)]).toEqual([[3], [1, 2]]);
    expect(await tap(again, "d", START)).toBe(4);
    await again.condense(START);
    const condensed = await reopened(disk);
    expect([condensed.damaged, condensed.nextNumber]).toEqual([[1], 5]);
    expect(disk.text).toContain(damaged);
    await condensed.condense(START);
    expect((await reopened(disk)).nextNumber).toBe(5);
  });

  test("oneThatALaterReleaseWroteIsNotTouched", async () => {
    const disk = new Disk();
    await tap(await openJournal(disk), "a", START);
    const line = lineOf({ kind: "acknowledged", numbers: [], invalid: [] });
    expect(line).toBe('902db9f8 {"kind":"acknowledged","numbers":[],"invalid":[]}');
    const unknown = '382bd265 {"kind":"later"}';
    disk.text += `${unknown}\n`;
    const before = disk.text;
    const opened = openJournal(disk);
    await expect(opened).rejects.toThrow(UnknownRecordError);
    await expect(opened).rejects.toThrow("line 2 of the journal");
    expect(disk.text).toBe(before);
  });

  test("goesOnAfterAWriteThatFailed, as if it had not been", async () => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    await tap(journal, "a", START);
    disk.failsAfter = 20;
    await expect(tap(journal, "b", START)).rejects.toThrow("no space left");
    expect(journal.pending()).toHaveLength(1);
    expect(await tap(journal, "c", START)).toBe(2);
    const again = await reopened(disk);
    expect([again.damaged, again.pending()]).toEqual([[], journal.pending()]);
  });

  test("countsTheLastTwentyFourHours, acknowledged or not, and refusals nowhere", async () => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    await tap(journal, "a", START);
    await tap(journal, "a", START + 1);
    await journal.decide(async (number) => ({
      decided: decided(number, "a", START + 1, { outcome: "REFUSED" }),
      result: null,
    }));
    await journal.acknowledge(outcomes({ reports: journal.pending().slice(0, 1) }));
    await journal.condense(START + 2);
    for (const one of [journal, await reopened(disk)]) {
      const at = (now: number): number[] => {
        const { ofCard, underRuleset } = one.letIn("a", now);
        return [ofCard, underRuleset(RULESET), underRuleset("another"), one.letIn("b", now).ofCard];
      };
      expect(at(START + 2)).toEqual([2, 2, 0, 0]);
      expect(at(START + DAY)).toEqual([1, 1, 0, 0]);
      expect(at(START + DAY + 1)).toEqual([0, 0, 0, 0]);
    }
  });

  test("forgetsWhatIsAcknowledgedAndOld, and keeps its number", async () => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    await journal.hear({ serverTime: START, took: 20, monotonic: 5, run: "one", own: 7 });
    for (let index = 0; index < 50; index++) await tap(journal, "a", START + index);
    await journal.acknowledge(outcomes({ reports: journal.pending() }));
    await journal.condense(START + 2 * DAY);
    expect(disk.text.split("\n").length).toBeLessThan(5);
    const again = await reopened(disk);
    expect([again.nextNumber, again.lastAt, again.pending(), again.heard]).toEqual([
      51,
      START + 49,
      [],
      { serverTime: START, took: 20, monotonic: 5, run: "one", own: 7 },
    ]);
  });

  test.each([0, -2])("knowsItsNumberAlsoWhereLine %i of a condensed one is damaged", async (place) => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    for (let index = 0; index < 9; index++) await tap(journal, "a", START);
    await journal.acknowledge(outcomes({ reports: journal.pending() }));
    await journal.condense(START + 2 * DAY);
    const lines = disk.text.split("\n");
    disk.text = lines.with(place, "damaged").join("\n");
    const again = await reopened(disk);
    expect(again.damaged).toHaveLength(1);
    expect(again.nextNumber).toBeGreaterThanOrEqual(10);
  });

  test("keepsWhatTheServerCouldNotUse, until somebody has seen it", async () => {
    const disk = new Disk();
    const journal = await openJournal(disk);
    await tap(journal, "a", START);
    await journal.acknowledge(outcomes({ reports: journal.pending() }, "INVALID"));
    await journal.condense(START);
    const again = await reopened(disk);
    expect(again.invalid).toEqual([{ reportId: "r-1", number: 1, why: "the card can't be opened" }]);
    await again.dismissInvalid(START);
    expect([again.invalid, (await reopened(disk)).invalid]).toEqual([[], []]);
  });

  test("anAnswerForAnotherReportOfTheNumberAcknowledgesNothing", async () => {
    const journal = await openJournal(new Disk());
    await tap(journal, "a", START);
    const [outcome] = outcomes({ reports: journal.pending() });
    if (outcome === undefined) throw new Error("there is one");
    await journal.acknowledge([
      { ...outcome, reportId: "another" },
      { ...outcome, number: 9 },
    ]);
    expect(journal.pending()).toHaveLength(1);
  });
});

type Step =
  | { readonly do: "tap"; readonly card: string; readonly later: number; readonly cut: number | null }
  | { readonly do: "report"; readonly answer: "whole" | "lost" | "half"; readonly cut: number | null }
  | { readonly do: "condense"; readonly cut: number | null }
  | { readonly do: "restart" };

const cut = fc.option(fc.nat(700), { freq: 2, nil: null });
const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("tap" as const),
        card: fc.constantFrom("a", "b"),
        later: fc.nat(DAY / 3),
        cut,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("report" as const),
        answer: fc.constantFrom("whole" as const, "lost" as const, "half" as const),
        cut,
      }),
    },
    fc.record({ do: fc.constant("condense" as const), cut }),
    fc.record({ do: fc.constant("restart" as const) }),
  ),
  { maxLength: 40 },
);

/** A terminal that loses its power wherever it likes, beside what should be true of it. */
class World {
  readonly disk = new Disk();
  readonly server = new ServerModel();
  /** Reports whose door was opened. */
  readonly opened: string[] = [];
  /** Whoever was let in by what is on the disk. */
  readonly letIn: { readonly card: string; readonly at: number }[] = [];
  now = START;
  #ids = 0;

  async step(journal: Journal, step: Step): Promise<Journal> {
    try {
      if (step.do !== "restart") this.disk.losesPowerAfter = step.cut;
      if (step.do === "tap") await this.#tap(journal, step);
      else if (step.do === "report") await sendReports(journal, this.#send(step.answer));
      else if (step.do === "condense") await journal.condense(this.now);
      else return await openJournal(this.disk);
      this.disk.losesPowerAfter = null;
      return journal;
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
      return await openJournal(this.disk);
    }
  }

  async #tap(journal: Journal, { card, later }: Step & { do: "tap" }): Promise<void> {
    this.now += later;
    const reportId = `r-${++this.#ids}`;
    try {
      await tap(journal, card, this.now, reportId);
      this.opened.push(reportId);
    } finally {
      // The line may have got there whole, and only its answer was lost.
      if (this.disk.text.includes(`"${reportId}"`) && this.disk.text.endsWith("\n"))
        this.letIn.push({ card, at: this.now });
    }
  }

  #send(answer: "whole" | "lost" | "half"): Send {
    return async (body) => {
      const { reports, missing } = this.server.receive(structuredClone(body));
      if (answer === "lost") return null;
      const told = answer === "whole" ? reports : reports.filter((_, index) => index % 2 === 0);
      return { status: 200, body: { reports: told, missing } };
    };
  }

  async reportAll(journal: Journal): Promise<void> {
    await sendReports(journal, this.#send("whole"));
  }

  naive(card: string): number {
    return this.letIn.filter((one) => one.card === card && one.at > this.now - DAY).length;
  }
}

test("whateverHappens: what the door was opened for is reported once, no number twice or never, and the caps are those of a naive count", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const world = new World();
      let journal = await openJournal(world.disk);
      for (const step of all) {
        journal = await world.step(journal, step);
        expect(journal.damaged).toEqual([]);
        for (const card of ["a", "b"]) expect(journal.letIn(card, world.now).ofCard).toBe(world.naive(card));
      }
      journal = await openJournal(world.disk);
      await world.reportAll(journal);
      expect(journal.pending()).toEqual([]);
      for (const reportId of world.opened) expect(world.server.byId.has(reportId)).toBe(true);
      const numbers = world.server.numbers();
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(journal.nextNumber).toBe(numbers.length + 1);
    }),
    { numRuns: process.env["LONG"] === "1" ? 5_000 : 400 },
  );
});
