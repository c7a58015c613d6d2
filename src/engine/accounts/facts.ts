import type { Services } from "../services.ts";

/** What tables know of users beside their events. */
export interface AccountFacts {
  readonly hasPassword: boolean;
  readonly lastSignInAt: Date | null;
  /** Until when an invitation holds; null for none. */
  readonly invitedUntil: Date | null;
}

const NOTHING: AccountFacts = { hasPassword: false, lastSignInAt: null, invitedUntil: null };

/** Of several users at once. */
export async function accountFacts(
  services: Services,
  ids: readonly string[],
): Promise<(id: string) => AccountFacts> {
  const { rows } = await services.pool.query<{
    id: string;
    known: boolean;
    at: Date | null;
    expires_at: Date | null;
  }>(
    `select u.id, p.user_id is not null as known, s.at, i.expires_at
     from unnest($1::text[]) u(id)
     left join user_passwords p on p.user_id = u.id
     left join sign_ins s on s.user_id = u.id
     left join invitations i on i.user_id = u.id and i.expires_at > $2`,
    [ids, new Date(services.now())],
  );
  const known = new Map(
    rows.map(({ id, known: hasPassword, at, expires_at }) => [
      id,
      { hasPassword, lastSignInAt: at, invitedUntil: expires_at },
    ]),
  );
  return (id) => known.get(id) ?? NOTHING;
}
