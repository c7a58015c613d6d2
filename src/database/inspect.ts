import pg from "pg";
import type { QueryResultRow } from "pg";
import { SetupError } from "../settings.ts";
import { databaseRefused } from "./explain.ts";
import { CONNECT_MS } from "./pool.ts";
import { SCHEMA } from "./session.ts";

const OLDEST_VERSION = 140_000;
/** How often a pooler is looked for: another client's work may hide it once. */
const LOOKS = 3;

interface Facts extends QueryResultRow {
  readonly version: number;
  readonly encoding: string;
  readonly standby: boolean;
  readonly role: string;
  readonly database: string;
  readonly may_create_tables: boolean | null;
  readonly may_create_schemas: boolean;
}

const FACTS = `select current_setting('server_version_num')::int as version,
  current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby,
  current_user::text as role, current_database()::text as database,
  (select has_schema_privilege(n.oid, 'CREATE') and has_schema_privilege(n.oid, 'USAGE')
     from pg_namespace n where n.nspname = '${SCHEMA}') as may_create_tables,
  has_database_privilege(current_database(), 'CREATE') as may_create_schemas`;

/**
 * Looks at a database before anything is done there: whether it answers, is a PostgreSQL that will do, grants what we
 * need, and is reached by connections that keep their session.
 * @throws SetupError with one line that says what to do
 */
export async function inspectDatabase(url: string): Promise<void> {
  const ours = clientOf(url);
  const other = clientOf(url);
  try {
    await ours.connect();
    const { rows } = await ours.query<Facts>(FACTS);
    const [facts] = rows;
    if (facts === undefined) throw new Error("it does not say what it is");
    refuseWhatWillNotDo(facts);
    await other.connect();
    if (await shareSessions(ours, other)) {
      throw new SetupError(
        "The database is behind a pooler that gives each transaction another session: locks and settings would be lost. Set DATABASE_URL to PostgreSQL itself, or to a pool in session mode.",
      );
    }
  } catch (error) {
    throw databaseRefused(error);
  } finally {
    // A server that says nothing any more would let them wait.
    for (const client of [ours, other]) void client.end().catch(() => undefined);
  }
}

function clientOf(url: string): pg.Client {
  try {
    const client = new pg.Client({
      ssl: false,
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      application_name: "admittance start",
    });
    client.on("error", () => undefined);
    return client;
  } catch (error) {
    // A file that the address names, for example.
    throw databaseRefused(error);
  }
}

function refuseWhatWillNotDo(facts: Facts): void {
  const { version, encoding, standby, role, database } = facts;
  if (version < OLDEST_VERSION) {
    throw new SetupError(
      `The database is PostgreSQL ${String(Math.floor(version / 10_000))}: 14 or later is needed.`,
    );
  }
  if (encoding !== "UTF8") {
    throw new SetupError(
      `The database ${database} is encoded in ${encoding}: create it with ENCODING 'UTF8' and TEMPLATE template0.`,
    );
  }
  if (standby) {
    throw new SetupError("The database is a standby and takes no writes: set DATABASE_URL to the primary.");
  }
  if (facts.may_create_tables === null) {
    throw new SetupError(`The database ${database} has no schema ${SCHEMA}: CREATE SCHEMA ${SCHEMA}.`);
  }
  if (!facts.may_create_tables) {
    throw new SetupError(
      `The role ${role} may not create tables: GRANT USAGE, CREATE ON SCHEMA ${SCHEMA} TO "${role}" in the database ${database}.`,
    );
  }
  if (!facts.may_create_schemas) {
    throw new SetupError(
      `The role ${role} may not create schemas, in which read models are built anew: GRANT CREATE ON DATABASE "${database}" TO "${role}".`,
    );
  }
}

/** Whether two connections that both stand are ever served by one session, or one of them by two. */
async function shareSessions(ours: pg.Client, other: pg.Client): Promise<boolean> {
  const ourSession = await sessionOf(ours);
  const others = await sessionOf(other);
  if (ourSession === others) return true;
  for (let look = 0; look < LOOKS; look += 1) {
    // While a transaction keeps a session to itself, a pooler has to serve the rest by other ones.
    await other.query("begin");
    const during = [await sessionOf(other), await sessionOf(ours)];
    await other.query("rollback");
    if (during[0] !== others || during[1] !== ourSession) return true;
    await ours.query("begin");
    const reversed = [await sessionOf(ours), await sessionOf(other)];
    await ours.query("rollback");
    if (reversed[0] !== ourSession || reversed[1] !== others) return true;
  }
  return false;
}

async function sessionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? 0;
}
