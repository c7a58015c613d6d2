import type { HttpBindings } from "@hono/node-server";
import type { Context as HonoContext, Hono } from "hono";

/** The app on Node's own server, whose requests it can ask directly. */
export type App = Hono<{ Bindings: HttpBindings }>;
export type Context = HonoContext<{ Bindings: HttpBindings }>;

/** A request's header, as Node has read it: a `Headers` object of all of them costs more than most routes do. */
export function headerOf(context: Context, name: string): string | undefined {
  const value = context.env.incoming.headers[name];
  return typeof value === "string" ? value : undefined;
}
