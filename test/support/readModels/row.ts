/** A row of a read model by its columns, in the types that the database answers with. */
export type Row = Readonly<Record<string, unknown>>;
