import { SetupError } from "../settings.ts";

/** What the operator does about a database that can't be used; without it `message` alone would be a riddle. */
const OF_THE_SERVER: readonly (readonly [state: RegExp, advice: string])[] = [
  [/^28/, "Look at the user and the password in DATABASE_URL, and at the server's pg_hba.conf."],
  [/^3D/, "Create the database, or look at its name in DATABASE_URL."],
  [
    /^42501/,
    "Give the role its rights (docs/operating.md, The role), or set DATABASE_URL to one that has them.",
  ],
  [/^25006/, "It takes no writes: set DATABASE_URL to the primary, not to a standby."],
  [/^53300/, "Raise max_connections, or run fewer instances: each takes up to 30."],
  [/^53100/, "Free some space on the disk of the database."],
  [/^57P03/, "It is starting or stopping: start again when it takes connections."],
  [/^57P0/, "It was stopped meanwhile: start again when it runs."],
  [/^08P01/, "If a pooler is in front of it, its settings refuse us: see docs/operating.md, Poolers."],
];

const OF_THE_WAY: readonly (readonly [what: RegExp, advice: string])[] = [
  [
    /does not support SSL/,
    "Turn TLS on in the server, or take sslmode out of DATABASE_URL where the way there is safe.",
  ],
  [
    /self-signed|self signed|unable to (verify|get)|altname|Hostname\/IP does not match|certificate/i,
    "The server's certificate does not convince us: give its CA by sslrootcert in DATABASE_URL, and the name that it is for.",
  ],
  [
    /SASL|SCRAM|client password must be a string/,
    "Give the password in DATABASE_URL: postgres://user:password@host:port/database.",
  ],
  [/^(EMFILE|ENFILE)/, "Raise `ulimit -n`: too few files may be open at once."],
  [/ECONNREFUSED/, "Nobody listens there: start the server, or look at DATABASE_URL."],
  [/ENOTFOUND|EAI_AGAIN/, "The host is not known: look at DATABASE_URL."],
  [/ENOENT|EACCES/, "A file or a socket that DATABASE_URL names can't be used."],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timeout|timed out/i,
    "It does not answer in time: look at the host and the port in DATABASE_URL, and at firewalls.",
  ],
  [
    /Connection terminated|ECONNRESET|EPIPE|ended/,
    "What listens there hangs up: is it a PostgreSQL? Look at the port in DATABASE_URL.",
  ],
];

const ANY = "Look at DATABASE_URL.";

/**
 * One line for whatever goes wrong between us and the database before we are ready.
 * @returns null for what the database has no part in
 */
export function explainDatabase(error: unknown): SetupError | null {
  if (error instanceof SetupError) return error;
  if (!(error instanceof Error)) return null;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const what = oneLine(error.message === "" ? code : error.message);
  const ofServer = /^[0-9A-Z]{5}$/.test(code) && "severity" in error;
  const advice = ofServer
    ? (OF_THE_SERVER.find(([state]) => state.test(code))?.[1] ?? ANY)
    : OF_THE_WAY.find(([pattern]) => pattern.test(`${code} ${what}`))?.[1];
  if (advice === undefined) return null;
  return new SetupError(`The database can't be used: ${what.replace(/\.$/, "")}. ${advice}`, {
    cause: error,
  });
}

/** As {@link explainDatabase}, where it is certain that the database or its address is to blame. */
export function databaseRefused(error: unknown): SetupError {
  const explained = explainDatabase(error);
  if (explained !== null) return explained;
  const what = oneLine(error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
  return new SetupError(`The database can't be used: ${what}. ${ANY}`, { cause: error });
}

function oneLine(text: string): string {
  return text.split("\n")[0]?.trim() ?? "";
}
