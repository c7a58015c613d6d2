/** Where the virtual terminal's key lies: in this browser's own database, from which no script can read it out. */

export interface PairedDevice {
  readonly serialNumber: string;
  /** Not extractable: it signs, and is never seen. */
  readonly privateKey: CryptoKey;
  /** Not extractable: it opens whitelists. */
  readonly encryptionKey: CryptoKey;
}

/** What the terminal has decided by itself, and what it knows cards again by. */
export interface KeptJournal {
  readonly lines: string;
  readonly countingKey: Uint8Array<ArrayBuffer>;
}

const DATABASE = "virtual-terminal";
const STORE = "devices";
/** There is one a browser. */
const OWN = "own";
const JOURNAL = "journal";

function isDevice(kept: unknown): kept is PairedDevice {
  return (
    typeof kept === "object" &&
    kept !== null &&
    "serialNumber" in kept &&
    typeof kept.serialNumber === "string" &&
    "privateKey" in kept &&
    kept.privateKey instanceof CryptoKey &&
    "encryptionKey" in kept &&
    kept.encryptionKey instanceof CryptoKey
  );
}

function isJournal(kept: unknown): kept is KeptJournal {
  return (
    typeof kept === "object" &&
    kept !== null &&
    "lines" in kept &&
    typeof kept.lines === "string" &&
    "countingKey" in kept &&
    kept.countingKey instanceof Uint8Array
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
  await inStore("readwrite", (store) => store.clear());
}

export async function loadJournal(): Promise<KeptJournal | null> {
  const kept: unknown = await inStore("readonly", (store) => store.get(JOURNAL));
  return isJournal(kept) ? kept : null;
}

export async function keepJournal(journal: KeptJournal): Promise<void> {
  await inStore("readwrite", (store) => store.put(journal, JOURNAL));
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
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const over = ended(transaction);
    const result = await settled(work(transaction.objectStore(STORE)));
    await over;
    return result;
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

/** Resolves once what was written outlives a loss of power. */
async function ended(transaction: IDBTransaction): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("nothing was written"));
  });
}
