import { charactersOf, lengthOf } from "./placeholders.ts";

/** How a text stands on a terminal's screen: whole words, a line after the other, a page after the other. */

export interface Screen {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
}

/** The two sizes that terminals have: four lines of text, and 320 x 240 pixels with letters of 8 x 16. */
export const SCREENS = [
  { name: "4x20", columns: 20, rows: 4 },
  { name: "320x240", columns: 40, rows: 15 },
] as const satisfies readonly Screen[];

/** What is longer than a line is cut where the line ends. */
export function linesOf(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u).filter((one) => one !== "")) {
    if (line !== "" && lengthOf(line) + 1 + lengthOf(word) <= columns) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    let letters = charactersOf(word);
    for (; letters.length > columns; letters = letters.slice(columns))
      lines.push(letters.slice(0, columns).join(""));
    line = letters.join("");
  }
  return line === "" ? lines : [...lines, line];
}

/** The lines of each page; one without any where there is no text. */
export function pagesOf(text: string, { columns, rows }: Screen): readonly (readonly string[])[] {
  const lines = linesOf(text, columns);
  const pages: (readonly string[])[] = [lines.slice(0, rows)];
  for (let from = rows; from < lines.length; from += rows) pages.push(lines.slice(from, from + rows));
  return pages;
}
