import { boot } from "../../api/session.ts";
import type { Texts } from "../../texts/texts.ts";

/** Who did something, as the API tells it. */
export interface Actor {
  readonly id: string;
  readonly role: string;
  readonly name: string | null;
  readonly deleted: boolean;
}

/** By name; by the role where the name is not told to whoever looks. */
export function actorText({ id, role, name, deleted }: Actor, { shell }: Pick<Texts, "shell">): string {
  if (name !== null) return deleted ? shell.who.deleted(name) : name;
  const own = boot.session?.user;
  if (own?.id === id) return own.email;
  const roles: Readonly<Record<string, string>> = shell.roles;
  return shell.who.somebody(roles[role] ?? role);
}
