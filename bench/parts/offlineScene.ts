import type { Client } from "../../src/client.ts";
import type { Product } from "../../test/support/product.ts";

/** What the parts of the bench `offline` share: one server with its own PostgreSQL. */
export interface OfflineScene {
  readonly quick: boolean;
  readonly product: Product;
  readonly admin: Client;
}

export type Figures = Record<string, number>;
