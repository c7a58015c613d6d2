import createClient from "openapi-fetch";
import type { paths } from "./openapiTypescript.js";

/** A whole visit by openapi-typescript's types. Takes a scene as JSON, prints what came of it. Compiled by the test. */
const scene = JSON.parse(process.argv[2] ?? "{}") as Record<
  "url" | "adminKey" | "serialNumber" | "pairingCode" | "publicKey" | "token" | "pan",
  string
>;
const terminal = createClient<paths>({
  baseUrl: scene.url,
  headers: { authorization: `Bearer ${scene.token}` },
});
const admin = createClient<paths>({
  baseUrl: scene.url,
  headers: { authorization: `Bearer ${scene.adminKey}` },
});

const { serialNumber, pairingCode, publicKey, pan } = scene;
const paired = await terminal.POST("/pos/pair", { body: { serialNumber, pairingCode, publicKey } });
if (paired.data === undefined) throw new Error(paired.error.code);
const status: "PAIRED" = paired.data.status;

const checked = await terminal.POST("/pos/check_entry", {
  params: { header: { "Accept-Language": "en" } },
  body: { requestId: "tap-1", card: { pan, entryMode: "CONTACTLESS" } },
});
if (checked.data?.decision !== "GRANTED") throw new Error(checked.data?.code ?? checked.error?.code);
const { accessId } = checked.data;
// What a rejection alone has is not there for a grant.
// @ts-expect-error the union is told apart by its decision
void checked.data.code;

const confirmed = await terminal.POST("/pos/confirm_entry", { body: { accessId, guests: { adults: 1 } } });
if (confirmed.data === undefined) throw new Error(confirmed.error.code);
const position = confirmed.response.headers.get("position") ?? "";

const listed = await admin.GET("/api/operations", {
  params: { query: { terminal: [serialNumber] }, header: { "Wait-For": position } },
});
const found = listed.data?.items.find((one) => one.accessId === accessId);

const missing = await admin.GET("/api/operations/{accessId}", { params: { path: { accessId: "none" } } });
console.log(
  JSON.stringify({
    status,
    confirmed: confirmed.data.status,
    adults: confirmed.data.allocation.adults.free,
    listed: found?.status,
    refused: missing.error?.code,
  }),
);
