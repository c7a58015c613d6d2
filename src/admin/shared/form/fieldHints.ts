import { createContext, type ReactNode, useContext } from "react";

/** What is to be said at fields besides their help, by the fields' names. */
export const FieldHintsContext = createContext<ReadonlyMap<string, ReactNode>>(new Map());

export function useFieldHint(name: string): ReactNode {
  return useContext(FieldHintsContext).get(name);
}
