import { type FileHandle, open } from "node:fs/promises";
import { SetupError } from "../../settings.ts";
import type { JournalStorage } from "../../terminalKit/journal.ts";
import { replaceFile } from "./ownedDirectory.ts";

/** A journal in a file of lines. One process writes there; see `ownedDirectory.ts`. */
export class JournalFile implements JournalStorage {
  readonly #path: string;
  #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<JournalFile> {
    return new JournalFile(path, await open(path, "a+", 0o600));
  }

  async read(): Promise<string> {
    // What a process wrote that was killed may be in memory only, and is about to be sent.
    await this.#file.sync();
    const { size } = await this.#file.stat();
    const bytes = Buffer.alloc(size);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await this.#file.read(bytes, read, size - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.toString("utf8", 0, read);
  }

  /** @throws SetupError where it can't be written */
  async append(line: string): Promise<void> {
    try {
      await this.#file.appendFile(`${line}\n`);
      await this.#file.datasync();
    } catch (error) {
      const why = error instanceof Error ? error.message : "unknown";
      throw new SetupError(`The journal can't be written, so nobody is let in: ${why}`);
    }
  }

  async replace(lines: readonly string[]): Promise<void> {
    await replaceFile(this.#path, lines.map((line) => `${line}\n`).join(""));
    const before = this.#file;
    this.#file = await open(this.#path, "a+", 0o600);
    await before.close();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
