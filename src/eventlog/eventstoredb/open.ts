import { Driver } from "./driver.ts";
import { EventStoreLog, type EventStoreLogOptions } from "./log.ts";

const USER = /^[a-z+]+:\/\/([^:@/]+):([^@/]*)@/i;
const INSECURE = /[?&]tls=false\b/i;

export interface OpenOptions extends EventStoreLogOptions {
  /** What the names of the streams begin with on the server, so that several installations can share it. */
  readonly prefix?: string;
  /** What our names begin with behind the prefix (`card-`); whatever begins otherwise is somebody else's. */
  readonly kinds?: readonly string[];
}

/**
 * Opens the log behind a connection string (`esdb://user:password@host:2113,host:2113?tls=true`, `esdb+discover://...`).
 * The client is loaded here, so that an installation on PostgreSQL never is. Connects with the first call.
 * @throws Error for a connection string that the client refuses
 */
export async function openEventStoreLog(
  connectionString: string,
  { prefix = "", kinds, ...options }: OpenOptions = {},
): Promise<EventStoreLog> {
  const library = await import("@eventstore/db-client");
  const client = library.EventStoreDBClient.connectionString(connectionString.replace(/^kurrentdb/, "esdb"));
  const driver = new Driver(client, library, {
    credentials: credentialsOf(connectionString),
    prefix,
    kinds,
  });
  return new EventStoreLog(driver, options);
}

/** The client keeps a deadline only in calls with credentials; without TLS a server looks at none. */
function credentialsOf(
  connectionString: string,
): { readonly username: string; readonly password: string } | undefined {
  const [, username, password] = USER.exec(connectionString) ?? [];
  if (username !== undefined && password !== undefined) {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  }
  return INSECURE.test(connectionString) ? { username: "anonymous", password: "" } : undefined;
}
