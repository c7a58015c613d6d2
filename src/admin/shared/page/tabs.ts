/** What the tabs of one browser tell each other. */
type Message =
  | { readonly kind: "signedOut" }
  /** Somebody works in one of them. */
  | { readonly kind: "active" };

const channel = new BroadcastChannel("admittance");

export function tellTabs(message: Message): void {
  channel.postMessage(message);
}

/** @returns how to stop listening */
export function onTabs(listen: (kind: Message["kind"]) => void): () => void {
  const heard = ({ data }: MessageEvent<unknown>): void => {
    if (isMessage(data)) listen(data.kind);
  };
  channel.addEventListener("message", heard);
  return () => channel.removeEventListener("message", heard);
}

function isMessage(data: unknown): data is Message {
  return (
    typeof data === "object" &&
    data !== null &&
    "kind" in data &&
    (data.kind === "signedOut" || data.kind === "active")
  );
}
