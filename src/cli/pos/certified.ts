import { request } from "node:https";
import { z } from "zod";
import { type Client, createClient, type Fetch, UnreachableError } from "../../client.ts";

/** A terminal that makes its connections with a certificate. */

export const certified = z.object({
  serialNumber: z.string(),
  /** Where devices come by their certificates. */
  certificateUrl: z.string(),
  /** PEM, as the chain and the roots. */
  key: z.string(),
  chain: z.string(),
  ca: z.string(),
});
export type Certified = z.infer<typeof certified>;

export function certifiedClient({ certificateUrl, ...identity }: Certified): Client {
  return createClient(certificateUrl, null, fetchWith(identity));
}

/** What Node's `fetch` can't: with a certificate of the caller, and by roots of its own. */
export function fetchWith(identity: {
  readonly ca: string;
  readonly key?: string;
  readonly chain?: string;
}): Fetch {
  return async (baseUrl, path, { method, headers, body }) =>
    await new Promise((resolve, reject) => {
      const { ca, key, chain } = identity;
      const own = key === undefined || chain === undefined ? {} : { key, cert: chain };
      const options = { method, headers, ca, agent: false, ...own };
      const sending = request(new URL(path, baseUrl), options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 500, headers: told }));
        });
      });
      sending.on("error", (error) => {
        reject(
          new UnreachableError(`The connection to ${baseUrl} was not made, or was cut (${error.message}).`),
        );
      });
      sending.end(body);
    });
}
