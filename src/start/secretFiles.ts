import { readFileSync } from "node:fs";
import { parseSettings, type Settings, SetupError } from "../settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Settings that hold a secret; each may be given as a file that holds it, by its name with `_FILE` behind it. */
const SECRETS = [
  "DATABASE_URL",
  "EVENTSTORE_URL",
  "METRICS_TOKEN",
  "OIDC_CLIENT_SECRET",
  "REFERENCE_LIST_SECRET",
  "ACQUIRER_KEY",
  "EXTERNAL_RULES_KEY",
] as const;
const PASSWORDS = [
  ["DATABASE_PASSWORD_FILE", "DATABASE_URL"],
  ["EVENTSTORE_PASSWORD_FILE", "EVENTSTORE_URL"],
] as const;

/**
 * The environment with what its `_FILE` variables point at, as secrets are mounted into containers: a whole setting, or
 * the password of the user that a URL names. A password in a file is taken as it is, whatever signs are in it.
 * @throws SetupError for a file that can't be read or is empty, and for a secret that is given twice
 */
export function withSecretFiles(env: Env): Env {
  const whole = SECRETS.flatMap((name) => {
    const path = given(env, `${name}_FILE`);
    if (path === undefined) return [];
    if (given(env, name) !== undefined)
      throw new SetupError(`${name} and ${name}_FILE are set: set one of them.`);
    return [[name, secretIn(`${name}_FILE`, path)] as const];
  });
  const settings: Env = { ...env, ...Object.fromEntries(whole) };
  const passwords = PASSWORDS.flatMap(([file, name]) => {
    const path = given(settings, file);
    return path === undefined
      ? []
      : [[name, withPassword(settings, name, file, secretIn(file, path))] as const];
  });
  return { ...settings, ...Object.fromEntries(passwords) };
}

function given(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

function secretIn(name: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    throw new SetupError(`${name} can't be read: ${why}`);
  }
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw new SetupError(`${name} is ${JSON.stringify(path)}, which is empty.`);
  return secret;
}

/** Written into the text: several hosts, separated by commas, are no URL to the URL parser. */
function withPassword(env: Env, name: string, file: string, password: string): string {
  const url = given(env, name);
  const [, scheme, user, rest] = /^([a-z+]+:\/\/)([^@/?#:]+)@(.*)$/s.exec(url ?? "") ?? [];
  if (scheme === undefined || user === undefined || rest === undefined) {
    throw new SetupError(`${file} wants ${name} to name a user without a password: scheme://user@host...`);
  }
  return `${scheme}${user}:${encodeURIComponent(password)}@${rest}`;
}

/** The settings of an environment, secrets in files included. */
export function readSettings(env: Env): Settings {
  return parseSettings(withSecretFiles(env));
}
