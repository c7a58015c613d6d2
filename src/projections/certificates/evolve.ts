import type { CertificateRow } from "../../database/readModels.ts";
import type { Certificate } from "../../domain/terminal/certificate.ts";
import type { TerminalEvent } from "../../domain/terminal/events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Table } from "../rows.ts";

/** Every certificate that was signed for a terminal. Shown to people; a connection is let in by the terminal's stream. */

const certificates: Table<CertificateRow> = {
  name: "certificates",
  primaryKey: ["serial_number"],
  json: [],
  key: (row) => row.serial_number,
};

const WANTED = [
  "CertificateIssued",
  "CertificateRenewed",
  "CertificateRevoked",
  "TerminalUnpaired",
  "TerminalRemoved",
] as const;
type Wanted = Extract<TerminalEvent, { type: (typeof WANTED)[number] }>;

function isWanted(event: TerminalEvent): event is Wanted {
  return WANTED.some((type) => type === event.type);
}

export const certificatesProjection: Projection = {
  name: "certificates",
  version: 1,
  tables: ["certificates"],
  wants: new Set(["terminal"]),
  apply: async (client, events, writes) => {
    const changes = events.flatMap(({ kind, id, event }) =>
      kind === "terminal" && isWanted(event) ? [{ terminal: id, event }] : [],
    );
    if (changes.length === 0) return;
    const { rows: open } = await client.query<CertificateRow>(
      "select * from certificates where terminal = any($1) and ended_at is null",
      [changes.map(({ terminal }) => terminal)],
    );
    const held = new Held(open);
    for (const { terminal, event } of changes) held.evolve(terminal, event);
    await held.rows.save(client, writes);
  },
};

/** The certificates that nothing has ended yet. */
class Held {
  readonly rows: Rows<CertificateRow>;
  readonly #open: Map<string, CertificateRow>;

  constructor(open: readonly CertificateRow[]) {
    this.rows = new Rows(certificates, open);
    this.#open = new Map(open.map((row) => [row.serial_number, row]));
  }

  evolve(terminal: string, { type, data }: Wanted): void {
    const at = new Date(data.at);
    switch (type) {
      case "CertificateIssued": {
        this.#end(terminal, at, "REPLACED", () => true);
        const { certificate, posId, keyMadeBy } = data;
        this.#put({ ...rowOf(terminal, certificate, at), pos_id: posId, key_made_by: keyMadeBy });
        break;
      }
      case "CertificateRenewed": {
        const before = this.#open.get(data.replaces);
        this.#end(terminal, at, "REPLACED", (row) => row !== before);
        const pos_id = before?.pos_id ?? "";
        if (before !== undefined) this.#put({ ...before, until: new Date(data.retiresAt) });
        this.#put({ ...rowOf(terminal, data.certificate, at), pos_id, key_made_by: "DEVICE" });
        break;
      }
      case "CertificateRevoked":
        this.#end(terminal, at, "REVOKED", (row) => row.serial_number === data.serialNumber);
        break;
      case "TerminalUnpaired":
        this.#end(terminal, at, "UNPAIRED", () => true);
        break;
      case "TerminalRemoved":
        this.#end(terminal, at, "REMOVED", () => true);
        break;
    }
  }

  #put(row: CertificateRow): void {
    this.#open.set(row.serial_number, row);
    this.rows.put(row);
  }

  #end(
    terminal: string,
    at: Date,
    by: CertificateRow["ended_by"],
    which: (row: CertificateRow) => boolean,
  ): void {
    for (const row of [...this.#open.values()]) {
      if (row.terminal !== terminal || !which(row)) continue;
      this.#open.delete(row.serial_number);
      this.rows.put({ ...row, ended_at: at, ended_by: by });
    }
  }
}

function rowOf(
  terminal: string,
  { serialNumber, fingerprint, subject, notBefore, notAfter }: Certificate,
  at: Date,
): Omit<CertificateRow, "pos_id" | "key_made_by"> {
  return {
    serial_number: serialNumber,
    terminal,
    fingerprint,
    subject,
    not_before: new Date(notBefore),
    not_after: new Date(notAfter),
    until: new Date(notAfter),
    issued_at: at,
    ended_at: null,
    ended_by: null,
  };
}
