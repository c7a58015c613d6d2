import { z } from "zod";
import { maskPan } from "../../domain/pan.ts";
import type { Answer } from "../../client.ts";

/** How calls and answers look on a screen. Colours only where a person looks. */

export interface Screen {
  title(text: string): void;
  say(text: string): void;
  call(method: string, path: string, note: string): void;
  answer(answer: Answer, milliseconds: number): void;
  expect(ok: boolean, what: string): void;
}

const outcome = z.looseObject({
  decision: z.string().optional(),
  status: z.union([z.string(), z.number()]).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  detail: z.string().optional(),
  accessId: z.string().optional(),
  cardholder: z.object({ cost: z.string() }).optional(),
  total: z.object({ amount: z.string(), currency: z.string() }).nullable().optional(),
  charged: z.object({ amount: z.string(), currency: z.string() }).nullable().optional(),
  remaining: z.object({ free: z.unknown(), paid: z.unknown() }).optional(),
  allocation: z.record(z.string(), z.unknown()).optional(),
});

export function createScreen(write: (line: string) => void, colours: boolean): Screen {
  const paint = (code: number, text: string): string =>
    colours ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
  return {
    title: (text) => {
      write("");
      write(paint(1, text));
    },
    say: (text) => {
      write(`  ${text}`);
    },
    call: (method, path, note) => {
      write(`  ${paint(36, `→ ${method} ${path}`)}${note === "" ? "" : `  ${note}`}`);
    },
    answer: (answer, milliseconds) => {
      const colour = answer.status < 300 ? 32 : 33;
      const took = paint(2, `${milliseconds.toFixed(0)} ms`);
      write(`  ${paint(colour, `← ${String(answer.status)}`)} ${summary(answer.body)}  ${took}`);
    },
    expect: (ok, what) => {
      write(`    ${ok ? paint(32, "✓") : paint(31, "✗")} ${what}`);
    },
  };
}

/** The members a person looks for, in one line. */
export function summary(body: unknown): string {
  const parsed = outcome.safeParse(body);
  if (!parsed.success) return "";
  const { decision, status, code, message, detail, cardholder, total, charged, remaining } = parsed.data;
  const money = (value: { amount: string; currency: string } | null | undefined, name: string): string =>
    value === undefined
      ? ""
      : value === null
        ? `${name} nothing`
        : `${name} ${value.amount} ${value.currency}`;
  return [
    decision ?? (typeof status === "string" ? status : ""),
    code ?? "",
    cardholder?.cost ?? "",
    money(total, "due"),
    money(charged, "charged"),
    remaining === undefined ? "" : `remaining ${String(remaining.free)} free, ${String(remaining.paid)} paid`,
    message === undefined ? "" : `"${message}"`,
    message === undefined ? (detail ?? "") : "",
  ]
    .filter((part) => part !== "")
    .join("  ");
}

export function cardNote(pan: string): string {
  return `card ${maskPan(pan)}`;
}
