/** Server-sent events as the server writes them: one line each of event, id and data, then an empty one. */

export interface Frame {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

export async function* sseFrames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const of = (name: string): string =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
      yield { event: of("event"), id: of("id"), data: of("data") };
    }
  }
}
