import { z } from "zod";
import { DAY, HOUR, type Instant, instant, iso, MINUTE, SECOND } from "../../domain/time.ts";
import { timestamp } from "../../domain/timestamp.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/answer.ts";
import type { Services } from "../../engine/services.ts";
import { moveClock } from "../../engine/businessClock.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** The business time of a test installation, which runs on and can be set forward, on all instances. */

const clock = z.object({ now: z.string() });
const answers = { 200: clock };
const path = "/api/test-clock";
const tag = "Test clock";

const DURATION =
  /^([+-])?P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,8})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,10})M)?(?:(\d{1,12})(?:[.,](\d{1,3}))?S)?)?$/;

export function testClockRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [readTestClock(kit), moveTestClock(kit)];
}

function readTestClock({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary: "The business time; 404 without a test clock",
    refusals: ["NOT_FOUND"],
    tag,
    permission: "operations:read",
    answers,
    handle: async ({ write }) =>
      services.testClock
        ? reply(200, { now: iso(write.now) })
        : problem("NOT_FOUND", "There is no test clock."),
  });
}

function moveTestClock({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Set the business time forward",
    refusals: ["NOT_FOUND", "CLOCK_RUNS_FORWARD"],
    tag,
    permission: "system:write",
    body: z.union([
      z.strictObject({ advance: z.string().min(2).max(60) }),
      z.strictObject({ now: timestamp }),
    ]),
    answers,
    handle: async ({ body }) => {
      if (!services.testClock) return problem("NOT_FOUND", "There is no test clock.");
      return "now" in body
        ? await moveTo(services, "/now", () => instant(body.now))
        : await moveTo(services, "/advance", (now) => after(now, body.advance));
    },
  });
}

async function moveTo(
  services: Services,
  pointer: string,
  target: (now: Instant) => Instant | null,
): Promise<Reply<200, z.infer<typeof clock>> | Problem> {
  const moved = await moveClock(services, target);
  switch (moved.kind) {
    case "moved":
      return reply(200, { now: iso(moved.now) });
    case "unknown":
      return invalid(pointer, "an ISO 8601 duration is wanted, for example P3DT2H");
    case "beyondTime":
      return invalid(pointer, "a time before the year 9000 is wanted");
    case "backwards":
      return problem("CLOCK_RUNS_FORWARD", `It is ${iso(moved.now)} already.`);
  }
}

/** Null for what is no duration. Years and months are those of the calendar, in UTC. */
function after(now: Instant, duration: string): Instant | null {
  const match = DURATION.exec(duration);
  if (match === null) return null;
  const [, sign, ...parts] = match;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(0, 7)
    .map((part: string | undefined) => Number(part ?? "0"));
  const fraction = Number((parts[7] ?? "0").padEnd(3, "0"));
  const direction = sign === "-" ? -1 : 1;
  const fixed = (weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + fraction;
  return plusMonths(now, direction * (years * 12 + months)) + direction * fixed;
}

/** The same day of the month, or the month's last. */
function plusMonths(now: Instant, months: number): Instant {
  if (months === 0) return now;
  const moved = new Date(now);
  const day = moved.getUTCDate();
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(day, last));
  return moved.getTime();
}
