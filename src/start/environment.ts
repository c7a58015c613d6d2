const OF_LIBPQ = /^(PG[A-Z]|NODE_PG_)/;

/**
 * Takes out of the environment what was meant for other clients of PostgreSQL: DATABASE_URL says all that we need, and
 * `pg` would listen to these behind our back. Before `pg` is loaded, which asks at once.
 */
export function forgetLibpq(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (OF_LIBPQ.test(name)) Reflect.deleteProperty(env, name);
  }
}
