import { z } from "zod";
import { recordImport } from "../../../engine/imports/records.ts";
import { reply } from "../../http/answer.ts";
import { type FieldError, type Problem } from "../../http/problems.ts";
import { openFile, readCsv, unreadRest } from "../csv.ts";
import { yesOrNo } from "../page.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "../secured.ts";
import { nothingStored, taken, takeTransactions } from "./takeTransactions.ts";
import { fileName } from "./fileName.ts";
import { piecesOf } from "./lines.ts";
import { importReported, reportShape } from "./reported.ts";
import {
  FORMATS,
  readTransactionRow,
  type Transaction,
  TRANSACTION_COLUMNS,
  TransactionReader,
} from "./transactionLine.ts";

/** Card transactions by file. */

/** Some 1.3 million rows. */
const MOST_WHOLE_BYTES = 128 * 1024 * 1024;
const MOST_ERRORS = 100;

export function importTransactions(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "POST",
    path: "/api/transactions/import",
    summary: "Card transactions as CSV or NDJSON; the same again is ignored",
    description:
      "All or none, unless `badLines=report`: then the good lines are stored as they come, and of each bad one it is said why it is none; the answer has `report`, `GET /api/imports/{id}` says how far it is meanwhile, and a request that broke off is taken up again by sending the same file with the same `Idempotency-Key`, as often as it takes.",
    refusals: ["TRANSACTION_DIFFERS", "MALFORMED_REQUEST"],
    tag: "Transactions",
    permission: "transactions:write",
    streams: Object.keys(FORMATS),
    query: z.strictObject({
      dryRun: yesOrNo.optional(),
      badLines: z.enum(["refuse", "report"]).default("refuse"),
      fileName: fileName.optional(),
    }),
    answers: {
      200: taken.extend({ report: reportShape.optional().describe("With `badLines=report` only.") }),
    },
    handle: async (call) => {
      const isDryRun = call.query.dryRun === true;
      const name = call.query.fileName ?? null;
      if (call.query.badLines === "report") {
        const done = await importReported(kit, call, { fileName: name, isDryRun });
        if ("kind" in done) return done;
        const { accepted: stored, known: ignored, ...report } = done;
        return reply(200, { stored, ignored, report });
      }
      const file = await readWhole(call);
      if (file.kind === "problem") return file;
      return await call.once(file.digest, async (write) => {
        const pointer = (index: number): string => `/${String(file.lines[index] ?? 0)}`;
        const done = await takeTransactions(kit, call.visibility, file.items, pointer, isDryRun);
        if (done.kind === "reply" && !isDryRun) {
          const { stored: accepted, ignored: known } = done.body;
          const counts = { lines: file.items.length, accepted, known, bad: 0 };
          await recordImport(kit.services, write, {
            ...{ kind: "TRANSACTIONS", fileName: name, badLines: [] },
            ...counts,
          });
        }
        return done;
      });
    },
  });
}

interface WholeFile {
  readonly kind: "csv";
  readonly items: readonly Transaction[];
  readonly lines: readonly number[];
  readonly digest: string;
}

type FileCall = Pick<ManagementCall<unknown, unknown, unknown>, "stream" | "header" | "isWhole">;

async function readWhole(call: FileCall): Promise<WholeFile | Problem> {
  return /^application\/x-ndjson\s*(;|$)/i.test(call.header("content-type") ?? "")
    ? await readNdjson(call)
    : await readCsv(call, TRANSACTION_COLUMNS, readTransactionRow, MOST_WHOLE_BYTES);
}

async function readNdjson(call: FileCall): Promise<WholeFile | Problem> {
  const opened = await openFile(call, Object.keys(FORMATS), MOST_WHOLE_BYTES);
  if (opened.kind === "problem") return opened;
  const reader = new TransactionReader("NDJSON");
  const items: Transaction[] = [];
  const lines: number[] = [];
  const errors: FieldError[] = [];
  let digest = "";
  for await (const piece of piecesOf(opened.body.chunks(), 0, call.isWhole)) {
    digest = piece.until.digest;
    if (errors.length >= MOST_ERRORS) continue;
    for (const { line, read } of reader.lines(piece)) {
      if ("errors" in read) {
        errors.push(
          ...read.errors.map(({ pointer, message }) => ({ pointer: `/${String(line)}${pointer}`, message })),
        );
      } else {
        items.push(read.item);
        lines.push(line);
      }
    }
  }
  const unread = unreadRest(call, opened.body, MOST_WHOLE_BYTES);
  if (unread !== null) return unread;
  if (errors.length === 0) return { kind: "csv", items, lines, digest };
  return nothingStored(errors.slice(0, MOST_ERRORS));
}
