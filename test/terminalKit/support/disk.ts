import type { JournalStorage } from "../../../src/terminalKit/journal.ts";

/** The terminal lost its power: nothing after it has happened. */
export class PowerLost extends Error {}

/** A journal in memory that loses its power where a test says. */
export class Disk implements JournalStorage {
  text = "";
  /** The next write gets so far and no further; of a replacement, 0 is not at all and everything else is all of it. */
  losesPowerAfter: number | null = null;
  /** The next append fails after so many characters, and the terminal goes on. */
  failsAfter: number | null = null;

  async read(): Promise<string> {
    return this.text;
  }

  async append(line: string): Promise<void> {
    const [lost, failed] = [this.losesPowerAfter, this.failsAfter];
    [this.losesPowerAfter, this.failsAfter] = [null, null];
    this.text += `${line}\n`.slice(0, lost ?? failed ?? undefined);
    if (lost !== null) throw new PowerLost();
    if (failed !== null) throw new Error("no space left");
  }

  async replace(lines: readonly string[]): Promise<void> {
    const lost = this.losesPowerAfter;
    this.losesPowerAfter = null;
    if (lost !== 0) this.text = lines.map((line) => `${line}\n`).join("");
    if (lost !== null) throw new PowerLost();
  }
}
