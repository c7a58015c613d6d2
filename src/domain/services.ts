/** The services a location can offer; the list is extended here. */
export const SERVICES = ["LOUNGE", "FAST_LINE"] as const;
