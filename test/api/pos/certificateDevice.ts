import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A POS system as its maker writes one: openssl makes its key and request, Node's https speaks. */

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A new key, and a request signed by it, that asks for what it will not get. */
export async function newRequest(): Promise<{ readonly key: string; readonly csr: string }> {
  const folder = await mkdtemp(join(tmpdir(), "admittance-pos-"));
  const [key, csr] = [join(folder, "key.pem"), join(folder, "csr.pem")];
  const wants = ["-subj", "/CN=somebody else", "-addext", "subjectAltName=URI:urn:admittance:terminal:OTHER"];
  try {
    const args = ["req", "-new", "-newkey", "rsa:2048", "-nodes", ...wants, "-keyout", key, "-out", csr];
    await promisify(execFile)("openssl", args);
    return { key: await readFile(key, "utf8"), csr: await readFile(csr, "utf8") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The parts of what was answered. */
export function partsOf(pem: string): readonly string[] {
  return pem.match(/-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----\n/g) ?? [];
}

export function identityIn(pem: string, key?: string): Identity {
  const parts = partsOf(pem);
  const own = key ?? parts.find((part) => part.includes("PRIVATE KEY")) ?? "";
  const chain = parts.filter((part) => part.includes("BEGIN CERTIFICATE"));
  return { key: own, cert: chain.slice(0, 2).join("") };
}

/** One request on a connection of its own. Rejects where the connection was cut. */
export async function say(
  at: { readonly port: number; readonly ca: string },
  identity: Identity | null,
  [method, path, body]: readonly [string, string, unknown?],
  headers: Readonly<Record<string, string>> = {},
): Promise<Said> {
  return await new Promise((resolve, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const sending = request(
      {
        ...{ host: "localhost", port: at.port, ca: at.ca, method, path, agent: false },
        ...(identity ?? {}),
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          ...headers,
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const said = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: said });
        });
      },
    );
    sending.on("error", reject);
    sending.end(text);
  });
}
