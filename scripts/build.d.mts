/** Bundles the product into dist/, unless nothing has changed; resolves with whether anything had to be built. */
export function build(): Promise<boolean>;
