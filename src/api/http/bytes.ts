/** What is made piece by piece, as the body of an answer: nothing is made before it is asked for. */
export function bytesOf(
  pieces: AsyncIterable<unknown>,
  end: () => void = () => undefined,
): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) {
        controller.close();
        return;
      }
      const piece: unknown = next.value;
      controller.enqueue(piece instanceof Uint8Array ? piece : encoder.encode(String(piece)));
    },
    // Whoever has gone asks the database for no more.
    async cancel() {
      end();
      await iterator.return?.();
    },
  });
}
