import pg from "pg";
import { describe, expect, test } from "vitest";
import { translate as translateEventStore } from "../../src/eventlog/eventstoredb/errors.ts";
import { InvalidEventError, LogBusyError, LogUnavailableError } from "../../src/eventlog/log.ts";
import { translate as translatePostgres } from "../../src/eventlog/postgres/errors.ts";

const OURS = [new LogUnavailableError("away"), new InvalidEventError("too long")];
const BUGS = [
  new TypeError("x is not a function"),
  new RangeError("out"),
  new ReferenceError("x"),
  "text",
  null,
];

describe.each([
  ["PostgreSQL", translatePostgres],
  ["EventStoreDB", translateEventStore],
] as const)("errors of %s", (name, translate) => {
  test("oursAndBugsStayWhatTheyAre", () => {
    for (const error of [...OURS, ...BUGS]) expect(translate(error)).toBe(error);
  });

  test("whatIsNoneOfTheseIsTheServers, and says so", () => {
    const cause = new Error("connect ECONNREFUSED");
    const error = translate(cause);
    expect(error).toBeInstanceOf(LogUnavailableError);
    expect(error).toMatchObject({ message: `${name}: connect ECONNREFUSED`, cause });
  });
});

describe("errors of PostgreSQL by their state", () => {
  const stated = (code: string) => Object.assign(new pg.DatabaseError("said so", 7, "error"), { code });

  test.each(["08006", "25006", "40001", "40P01", "53300", "55P03", "57P01", "57014", "58030"])(
    "%s passes: the log is unavailable",
    (code) => {
      expect(translatePostgres(stated(code))).toBeInstanceOf(LogUnavailableError);
      expect(translatePostgres(stated(code))).toMatchObject({ message: "PostgreSQL: said so" });
    },
  );

  test.each(["22001", "22021", "54000"])("%s is the event's own fault", (code) => {
    expect(translatePostgres(stated(code))).toBeInstanceOf(InvalidEventError);
    expect(translatePostgres(stated(code))).toMatchObject({ message: "PostgreSQL: said so" });
  });

  test.each(["42601", "23505", "25001", "55000", "AD002"])("%s is a bug, and stays as it is", (code) => {
    const error = stated(code);
    expect(translatePostgres(error)).toBe(error);
  });

  test("severalRefusedAddressesAreNamedByTheirCode", () => {
    const refused = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
    expect(translatePostgres(refused)).toMatchObject({ message: "PostgreSQL: ECONNREFUSED" });
    expect(translatePostgres(new AggregateError([], ""))).toMatchObject({
      message: "PostgreSQL: AggregateError",
    });
  });
});

describe("errors of EventStoreDB by their type", () => {
  const typed = (type: string, message = "said so") => Object.assign(new Error(message), { type });

  test("anAppendThatIsTooLargeIsTheEventsOwnFault; whoMayNotIsToldWhatToDo", () => {
    expect(translateEventStore(typed("maximum-append-size-exceeded"))).toBeInstanceOf(InvalidEventError);
    const denied = translateEventStore(typed("access-denied"));
    expect(denied).toBeInstanceOf(LogUnavailableError);
    expect(denied).toMatchObject({
      message: "EventStoreDB: access denied; give a user that may read and write in EVENTSTORE_URL",
    });
  });

  test("aMessageIsOneLine, and where there is none its type or name is told", () => {
    const said = (error: Error) => translateEventStore(error);
    expect(said(new Error(" no  node\n\tof  the cluster "))).toMatchObject({
      message: "EventStoreDB: no node of the cluster",
    });
    expect(said(typed("deadline-exceeded", ""))).toMatchObject({
      message: "EventStoreDB: deadline-exceeded",
    });
    expect(said(new Error(""))).toMatchObject({ message: "EventStoreDB: Error" });
  });

  test("aLogThatIsBusyStaysSo", () => {
    const busy = new LogBusyError("many wait");
    expect(translateEventStore(busy)).toBe(busy);
  });
});
