import * as api from "./oazapftsClient.js";

/** A whole visit by oazapfts' functions. Takes a scene as JSON, prints what came of it. Compiled by the test. */
const scene = JSON.parse(process.argv[2] ?? "{}") as Record<
  "url" | "adminKey" | "serialNumber" | "pairingCode" | "publicKey" | "token" | "pan",
  string
>;
const terminal = { baseUrl: scene.url, headers: { authorization: `Bearer ${scene.token}` } };
const admin = { baseUrl: scene.url, headers: { authorization: `Bearer ${scene.adminKey}` } };

const { serialNumber, pairingCode, publicKey, pan } = scene;
const paired = await api.postPosPair({ serialNumber, pairingCode, publicKey }, terminal);
if (paired.status !== 200) throw new Error(paired.data.code);
const status: "PAIRED" = paired.data.status;

const checked = await api.postPosCheckEntry(
  { requestId: "tap-1", card: { pan, entryMode: "CONTACTLESS" } },
  { acceptLanguage: "en" },
  terminal,
);
if (checked.status !== 200) throw new Error(checked.data.code);
if (checked.data.decision !== "GRANTED") throw new Error(checked.data.code);
const { accessId } = checked.data;

const confirmed = await api.postPosConfirmEntry({ accessId, guests: { adults: 1 } }, terminal);
if (confirmed.status !== 200) throw new Error(confirmed.data.code);
const position = confirmed.headers.get("position") ?? "";

const listed = await api.getApiOperations({ terminal: [serialNumber], waitFor: position }, admin);
if (listed.status !== 200) throw new Error(listed.data.code);
const found = listed.data.items.find((one) => one.accessId === accessId);

const missing = await api.getApiOperationsAccessId("none", {}, admin);
console.log(
  JSON.stringify({
    status,
    confirmed: confirmed.data.status,
    adults: confirmed.data.allocation.adults.free,
    listed: found?.status,
    refused: missing.status === 404 ? missing.data.code : undefined,
  }),
);
