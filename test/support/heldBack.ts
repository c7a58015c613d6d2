import pg from "pg";

/** While a transaction of another database holds every feed of a log in PostgreSQL back, and with it the read models. */
export async function whileHeldBack<Result>(
  databaseUrl: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const url = new URL(databaseUrl);
  url.pathname = "/postgres";
  const elsewhere = new pg.Client({ connectionString: url.href });
  await elsewhere.connect();
  await elsewhere.query("set idle_in_transaction_session_timeout = 0");
  await elsewhere.query("begin; select txid_current()");
  try {
    return await work();
  } finally {
    await elsewhere.end();
  }
}
