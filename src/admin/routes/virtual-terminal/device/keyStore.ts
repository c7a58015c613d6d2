/** Where the virtual terminal's key lies: in this browser's own database, from which no script can read it out. */

export interface PairedDevice {
  readonly serialNumber: string;
  /** Not extractable: it signs, and is never seen. */
  readonly privateKey: CryptoKey;
}

const DATABASE = "virtual-terminal";
const STORE = "devices";
/** There is one a browser. */
const OWN = "own";

function isDevice(kept: unknown): kept is PairedDevice {
  return (
    typeof kept === "object" &&
    kept !== null &&
    "serialNumber" in kept &&
    typeof kept.serialNumber === "string" &&
    "privateKey" in kept &&
    kept.privateKey instanceof CryptoKey
  );
}

export async function loadDevice(): Promise<PairedDevice | null> {
  const kept: unknown = await inStore("readonly", (store) => store.get(OWN));
  return isDevice(kept) ? kept : null;
}

export async function keepDevice(device: PairedDevice): Promise<void> {
  await inStore("readwrite", (store) => store.put(device, OWN));
}

export async function forgetDevice(): Promise<void> {
  await inStore("readwrite", (store) => store.delete(OWN));
}

async function inStore<Result>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE);
  };
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

async function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database does not answer"));
  });
}
