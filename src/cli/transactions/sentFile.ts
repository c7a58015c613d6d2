import { createHash, createHmac } from "node:crypto";
import { createReadStream } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { UnreachableError } from "../../client.ts";

/** A file on its way: however long that takes, it goes as it lies there, and is held in no memory. */

export interface SentTo {
  readonly url: URL;
  readonly key: string;
  readonly type: string;
  readonly idempotencyKey: string;
}

export interface FileAnswer {
  readonly status: number;
  readonly body: string;
}

/** @throws UnreachableError where the connection broke off before there was an answer */
export async function sendFile(
  path: string,
  { url, key, type, idempotencyKey }: SentTo,
): Promise<FileAnswer> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const sent = request(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": type,
      "idempotency-key": idempotencyKey,
    },
  });
  const answered = new Promise<FileAnswer>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    });
  });
  try {
    // A server that refuses the file may answer before it has come.
    const [answer] = await Promise.all([answered, pipeline(createReadStream(path), sent)]);
    return answer;
  } catch (error) {
    sent.destroy();
    throw new UnreachableError(`The connection to ${url.origin} broke off (${whyOf(error)}).`);
  }
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return "no reason";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

/**
 * The same file by the same key of the API has the same one, so that it is taken up again by whoever sends it. The file's hash
 * alone would let the card number of a short file be found by trying.
 */
export async function idempotencyKeyOf(path: string, key: string, type: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(Buffer.from(chunk));
  return createHmac("sha256", key).update(type).update(hash.digest()).digest("hex");
}
