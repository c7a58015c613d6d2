// A sample of mutants, and what it says of all of them.
import { createHash } from "node:crypto";

/** What makes a mutant the same one in the next run, as long as the file has not changed. */
export function keyOf({ fileName, location, mutatorName, replacement }, root) {
  const file = fileName.startsWith(`${root}/`) ? fileName.slice(root.length + 1) : fileName;
  const { start, end } = location;
  // StrykerJS counts from zero here.
  const place = `${start.line + 1}:${start.column + 1}-${end.line + 1}:${end.column + 1}`;
  return `${file}:${place} ${mutatorName} ${replacement ?? ""}`;
}

/** Where it is, as StrykerJS wants it of a range to mutate: lines from one on, columns from zero. */
export function rangeOf(key) {
  const [, file, line, column, toLine, toColumn] = /^(.+?):(\d+):(\d+)-(\d+):(\d+) /.exec(key);
  return `${file}:${line}:${column - 1}-${toLine}:${toColumn - 1}`;
}

/** Draws `count` of the keys: the same ones for a seed, and almost the same when a few keys come or go. */
export function draw(keys, count, seed) {
  const rank = (key) => createHash("sha256").update(`${seed}\n${key}`).digest("hex");
  const ranked = keys.map((key) => ({ key, rank: rank(key) }));
  ranked.sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return ranked.slice(0, count).map(({ key }) => key);
}

/** Wilson's interval for a share, at 95 %. */
export function interval(found, of) {
  if (of === 0) return [0, 1];
  const z = 1.959964;
  const share = found / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return [(middle - spread) / scale, (middle + spread) / scale];
}
