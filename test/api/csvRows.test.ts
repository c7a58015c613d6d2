import { CsvError, parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRows } from "../../src/api/management/csvRows.ts";

const MOST_RECORD_BYTES = 16_384;

type Told = {
  readonly rows: readonly (readonly [number, readonly string[]])[];
  readonly broken: number | null;
};

async function told(texts: readonly string[]): Promise<Told> {
  const rows: [number, readonly string[]][] = [];
  let broken: number | null = null;
  async function* pieces(): AsyncGenerator<string, undefined> {
    for (const text of texts) yield await Promise.resolve(text);
    return undefined;
  }
  await readRows(pieces(), {
    take: (fields, line) => rows.push([line, fields]),
    broken: (line) => {
      broken = line;
    },
  });
  return { rows, broken };
}

/** What the parser tells of the whole text by itself. */
function parsed(text: string): Told {
  const rows: [number, readonly string[]][] = [];
  try {
    parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: MOST_RECORD_BYTES,
      on_record: (fields: string[], { lines }) => {
        rows.push([lines, fields]);
        return null;
      },
    });
    return { rows, broken: null };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows, broken: Number(error["lines"]) };
  }
}

function cut(text: string, places: readonly number[]): readonly string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

describe("rows of a CSV", () => {
  it("are those that the parser tells, with their lines, however the text comes", async () => {
    const plain = fc.constantFrom("a", "12", ",", "é", "x,y", "2030-01-01");
    const other = fc.constantFrom('"', '"a,b"', '"a\nb"', " ", "\t", "\r", "\ufeff");
    const end = fc.constantFrom("\n", "\r\n");
    const line = fc.array(fc.oneof({ weight: 12, arbitrary: plain }, other), { maxLength: 6 });
    const document = fc
      .tuple(end, fc.array(fc.tuple(line, fc.option(end, { freq: 8 })), { maxLength: 12 }), fc.boolean())
      .map(([usual, lines, isEnded]) => {
        const text = lines.map(([pieces, own]) => pieces.join("") + (own === null ? usual : own)).join("");
        return isEnded ? text : text.replace(/\r?\n$/, "");
      });
    let plainOnes = 0;
    await fc.assert(
      fc.asyncProperty(document, fc.array(fc.nat(), { maxLength: 5 }), async (text, places) => {
        if (!/["\r \t\ufeff]/.test(text)) plainOnes += 1;
        expect(await told(cut(text, places))).toEqual(parsed(text));
      }),
      { numRuns: 3_000 },
    );
    expect(plainOnes).toBeGreaterThan(100);
  });

  it("are refused from the line on that is longer than any", async () => {
    const long = "x".repeat(MOST_RECORD_BYTES * 2);
    const answer = await told(cut(`a,b\n${long}\nc,d\n`, [3, 9_000]));
    expect(answer).toEqual({ rows: [[1, ["a", "b"]]], broken: 2 });
    // The parser lets the last line of a file be longer.
    for (const text of [`a,b\n${long}`, long]) expect(await told(cut(text, [3]))).toEqual(parsed(text));
  });
});
